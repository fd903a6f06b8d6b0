// SPDX-License-Identifier: Apache-2.0
// The one gate: what becomes of each channel type, channel request and global
// request of an agent.  A table; what is not in it is refused.  Pure.
//
// RFC 4254 numbers the requests; names with an @ are OpenSSH's (its PROTOCOL).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hitl::ingress {

enum class Kind : std::uint8_t { Global, Open, Request };

enum class Answer : std::uint8_t {
  Refuse = 0,
  Accept,    // nothing follows from it
  Channel,   // a session channel opens
  Judge,     // exec, shell, subsystem: the broker is asked
  Keep,      // env: kept if proto::may_set() says so
  Terminal,  // pty-req: for what is asked next
  Resize,
  Cancel,  // a signal: what is held or runs shall end
};

// When it comes.
struct Moment {
  bool authenticated = false;
  std::size_t channels = 0;  // open on this connection
  bool terminal = false;     // pty-req came on this channel
  bool asked = false;        // exec, shell or subsystem came on it
};

Answer gate(Kind kind, std::string_view name, const Moment& moment);

// An exec request for a shell that is to read its standard input: it is taken for a
// shell request.
bool is_shell(std::string_view command);

// Signals that end something (RFC 4254 6.9, without SIG).
bool ends_something(std::string_view signal);

}  // namespace hitl::ingress
