// SPDX-License-Identifier: Apache-2.0
// What a session's shell is known to hold from its earlier lines, so that a
// later one is judged by it: values that were literal, and the functions' bodies.
// Pure.
//
// A value that is followed is printed as its literal, so a wrong one would only
// be wrong, not dangerous.  A function is called by its name: what is not certain
// of one is forgotten, and one that would change others is never known; then its
// name is an unknown program's.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "shell/ast.h"

namespace hitl::shell {

class Memory {
 public:
  static constexpr std::size_t kMaxValues = 64, kMaxValue = 1'024;
  static constexpr std::size_t kMaxFunctions = 64, kMaxFunction = 16 * 1'024;

  // A line has run, to its end or not.
  void learn(const Script& line, bool to_its_end);
  // What ran was not understood as what it did to the shell.
  void lose(std::string why);

  // Text that was read by nobody has run in the shell itself (eval, source), so
  // any name may mean anything; in words.  Empty: all is well.
  const std::string& lost() const { return lost_; }

  // Lines that make a new shell know what matters for `line`, each ended; empty
  // if nothing does.
  std::string preamble(const Script& line) const;

 private:
  void forget(const Command& command);

  std::map<std::string, std::string, std::less<>> values_, functions_;  // canonical texts
  std::string lost_;
};

}  // namespace hitl::shell
