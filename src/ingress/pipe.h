// SPDX-License-Identifier: Apache-2.0
// A channel joined with a socket, byte for byte: an operator's console with the
// broker.  What neither side takes stays where it is, so that a slow one slows
// the other.
#pragma once

#include <string>

#include "base/fd.h"
#include "ssh/intake.h"
#include "ssh/outlet.h"
#include "sys/event_loop.h"

namespace hitl::ingress {

class Pipe {
 public:
  Pipe(sys::EventLoop& loop, Fd socket);

  // Moves what can be moved now; true if something was.  `ended`: nothing more
  // comes from the agent's side.
  bool step(ssh::Intake& in, ssh::Outlet& out, bool ended);
  // The socket's other end has closed it, and all of it was taken.
  bool over() const { return over_; }

 private:
  bool write_some(ssh::Intake& in);
  bool read_some(ssh::Outlet& out);

  Fd socket_;
  sys::EventLoop::Watcher watcher_;
  std::string waiting_;  // taken from the agent, not yet by the socket
  bool over_ = false;
};

}  // namespace hitl::ingress
