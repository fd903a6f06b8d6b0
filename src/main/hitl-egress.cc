// SPDX-License-Identifier: Apache-2.0
// hitl-egress: faces one target for one agent's session.  Started by
// hitl-bastiond at the broker's word:
//
//   hitl-egress broker=FD
#include "base/log.h"
#include "egress/egress.h"
#include "sys/process.h"
#include "sys/signals.h"

int main(int argc, char** argv) {
  using namespace hitl;
  set_program_name("hitl-egress");
  sys::be_private();
  sys::ignore_sigpipe();
  ssh::start_library();
  sys::Inherited inherited(argc, argv);
  auto broker = inherited.take("broker");
  if (!broker) {
    log("{}", broker.error().what);
    return 1;
  }
  sys::EventLoop loop;
  egress::Egress egress(loop, std::move(*broker));
  loop.run([&] { egress.turn(); });
  return 0;
}
