// SPDX-License-Identifier: Apache-2.0
// Tree to the one canonical text.  parse(print(t)) prints the same again, and
// means to bash what the parsed text meant.  Nothing else makes CanonicalText.
#pragma once

#include <string>
#include <string_view>

#include "hitl/text.h"
#include "shell/ast.h"

namespace hitl::shell {

class Printer {
 public:
  static CanonicalText print(const Script& script);
};

inline CanonicalText print(const Script& script) { return Printer::print(script); }

// `text` as one single-quoted shell word.
std::string quoted(std::string_view text);

}  // namespace hitl::shell
