// SPDX-License-Identifier: Apache-2.0
// What hitl-console was asked to do.
#pragma once

#include <string>
#include <variant>

namespace hitl::console {

struct Arguments {
  enum class Command { Screen, List, Show, Approve, Deny, Tail };
  Command command = Command::Screen;
  std::string socket = "/run/hitl/operator.sock";
  bool json = false;
  bool all = false;
  std::string id;
  std::string digest;  // hex, its beginning; empty if not given
  std::string reason;
};

// The arguments; or the exit code of a call that ends here, after what it has to
// say was printed (help, version, a fault of usage).
std::variant<Arguments, int> parse_arguments(int argc, char** argv);

}  // namespace hitl::console
