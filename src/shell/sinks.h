// SPDX-License-Identifier: Apache-2.0
// Builtins that take a value for code: bash runs the substitution in a[$(...)]
// wherever it expects a variable's name or evaluates arithmetic.  They are
// admitted only where what they get is known.
#pragma once

#include <functional>
#include <string>

#include "shell/ast.h"

namespace hitl::shell {

// Why this command could run data, and the word that is the reason; an empty
// text if it could not.  `is_number` tells words that are integers for sure.
struct Sink {
  std::string reason;
  Range range;
};
Sink sink_of(const Simple& simple, const std::function<bool(const Word&)>& is_number);

}  // namespace hitl::shell
