// SPDX-License-Identifier: Apache-2.0
// What hitl-console was asked to do.
#pragma once

#include <chrono>
#include <string>
#include <variant>

#include "console/destination.h"

namespace hitl::console {

struct Arguments {
  enum class Command {
    Screen,
    Plain,
    List,
    Show,
    Approve,
    Deny,
    Propose,
    Review,
    Tail,
    Sessions,
    Pause,
    Resume,
    Kill,
    Look,
    Grants,
    Revoke,
  };
  Command command = Command::Screen;
  Destination to;
  std::string identity;  // the file of the key that signs; empty: any that fits
  bool json = false;
  bool all = false;
  std::string id;
  std::string digest;  // hex, its beginning; empty if not given
  std::string reason;
  bool reviews = false;
  bool quiet = false;  // no bell, no notifications
  bool break_glass = false;
  std::string proposal;
  std::chrono::seconds grant{0};
  bool grant_session = false;
  std::string agent;  // of pause, resume and kill: all of its sessions
};

// The arguments; or the exit code of a call that ends here, after what it has to
// say was printed (help, version, a fault of usage).
std::variant<Arguments, int> parse_arguments(int argc, char** argv);

}  // namespace hitl::console
