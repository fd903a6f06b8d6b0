// SPDX-License-Identifier: Apache-2.0
// hitl-broker: started by hitl-bastiond, which passes the socket to itself.
#include "base/log.h"
#include "base/visible.h"
#include "broker/broker.h"
#include "broker/opening.h"
#include "broker/refusing.h"
#include "sys/process.h"

int main(int argc, char** argv) {
  using namespace hitl;
  set_program_name("hitl-broker");
  sys::be_private();
  sys::Inherited inherited(argc, argv);
  auto listener = inherited.take("listener");
  if (!listener || inherited.arguments().size() != 1) {
    log("this program is started by hitl-bastiond");
    return 64;
  }
  const auto faulty = [](const Error& e) {
    log("{}", visible(e.what, true));
    return 78;  // EX_CONFIG
  };
  auto opening = broker::open_configuration(inherited.arguments().front());
  if (!opening) return faulty(opening.error());
  auto store = broker::open_store(opening->config, opening->audit.public_key());
  if (!store)
    return broker::Refusing(std::move(opening->config), opening->audit.public_key(),
                            std::move(*listener), store.error().what)
        .run();
  auto broker =
      broker::Broker::create(std::move(*opening), std::move(*store), std::move(*listener));
  if (!broker) return faulty(broker.error());
  return (*broker)->run();
}
