// SPDX-License-Identifier: Apache-2.0
// Builtins that take a value for code: bash runs the substitution in a[$(...)]
// wherever it expects a variable's name or evaluates arithmetic.  They are
// admitted only where what they get is known.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "shell/ast.h"

namespace hitl::shell {

// Why this command could run data, and the word that is the reason; an empty
// text if it could not.
struct Sink {
  std::string reason;
  Range range;
};
struct KnownWords {
  std::function<bool(const Word&)> is_number;   // an integer for sure
  std::function<bool(const Word&)> is_process;  // $!, or what was assigned from it
};
Sink sink_of(const Simple& simple, const KnownWords& known);

// Which operand of printf is its format; their number if none is.
std::size_t printf_format_at(std::span<const Word> operands);

}  // namespace hitl::shell
