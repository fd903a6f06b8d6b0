// SPDX-License-Identifier: Apache-2.0
// Where the broker is: a socket on this host, or behind ssh on another.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/fd.h"
#include "base/result.h"
#include "console/tool.h"

namespace hitl::console {

struct Destination {
  std::string socket = "/run/hitl/operator.sock";
  std::string host;  // "[USER@]HOST[:PORT]"; empty: the socket

  // A connected socket, and the ssh that it leads through, if it does.
  struct Connection {
    Fd socket;
    std::unique_ptr<Tool> ssh;
  };
  Result<Connection> connect(Tool::Manner manner) const;
  // "bastion.example.org" or the socket's path, for messages.
  const std::string& name() const { return host.empty() ? socket : host; }
};

}  // namespace hitl::console
