// SPDX-License-Identifier: Apache-2.0
// hitl-connect: connects to one host by name and hands the socket back
// (include/hitl/connect_protocol.h).  Started by the broker:
//
//   hitl-connect --host H --port P --timeout-ms N broker=FD
#include <unistd.h>

#include "base/log.h"
#include "connect/connect.h"
#include "hitl/connect_protocol.h"
#include "sys/frame_channel.h"
#include "sys/process.h"
#include "sys/signals.h"

namespace {

using namespace hitl;

// A resolver may hang for longer than anyone waits; SIGALRM ends the process.
void set_alarm(std::chrono::milliseconds timeout) {
  ::alarm(static_cast<unsigned>(std::chrono::ceil<std::chrono::seconds>(timeout).count()) + 1);
}

}  // namespace

int main(int argc, char** argv) {
  set_program_name("hitl-connect");
  sys::ignore_sigpipe();
  sys::Inherited inherited(argc, argv);
  auto broker = inherited.take("broker");
  const auto wanted = connect::wanted_from(inherited.arguments());
  if (!broker || !wanted) {
    log("{}", broker ? wanted.error().what : broker.error().what);
    return 2;
  }
  set_alarm(wanted->timeout);
  auto socket = connect::connect_to(*wanted);
  std::string frame(
      1, static_cast<char>(socket ? connect::Outcome::Connected : connect::Outcome::Failed));
  if (!socket) frame += socket.error().what;
  sys::EventLoop loop;
  sys::FrameChannel channel(
      loop, std::move(*broker), [](std::string_view) -> Status { return Ok{}; },
      [&](const Error&) { loop.stop(); });
  channel.send_now(std::move(frame), socket ? std::move(*socket) : Fd());
  while (channel.open() && channel.queued() > 0) loop.run_once();
  return 0;
}
