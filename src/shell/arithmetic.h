// SPDX-License-Identifier: Apache-2.0
// The expression of $((...)), as far as it is only a calculation: numbers,
// names and operators without side effects (XCU 2.6.4).  Whether a name may
// stand in it is decided where values are known: bash runs substitutions that
// it finds in a value.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "shell/ast.h"

namespace hitl::shell {

struct ArithmeticText {
  std::vector<Arith::Token> tokens;
  std::size_t length = 0;        // bytes read; with a reason, where it applies
  const char* reason = nullptr;  // why not
};

// Reads up to the "))" that ends the expression, which stays unread.
ArithmeticText read_arithmetic(std::string_view text);

// A decimal integer as the shell prints one: no leading zero, at most 18
// digits.
bool is_plain_integer(std::string_view text);

}  // namespace hitl::shell
