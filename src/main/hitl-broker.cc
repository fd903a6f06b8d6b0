// SPDX-License-Identifier: Apache-2.0
// hitl-broker: started by hitl-bastiond, which passes the socket to itself.
#include "base/log.h"
#include "base/visible.h"
#include "broker/broker.h"
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
  auto broker = broker::Broker::create(inherited.arguments().front(), std::move(*listener));
  if (!broker) {
    log("{}", visible(broker.error().what, true));
    return 78;
  }
  return (*broker)->run();
}
