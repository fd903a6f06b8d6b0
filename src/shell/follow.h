// SPDX-License-Identifier: Apache-2.0
// Known values: replaces an expansion by its value where that is certain, and
// decides what only known values allow (arithmetic, numeric tests).  Because
// the value then stands in the canonical text, what was assumed is what runs.
//
// Certain is a value that the same text assigned as a literal, on every way
// that leads here.  Never followed: names that the shell gives a meaning or
// that come from outside, and everything after text that runs as code (eval,
// source, trap, a command whose name is not known).
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "shell/ast.h"
#include "shell/limits.h"
#include "shell/parser.h"

namespace hitl::shell {

// Also puts the bodies of here-documents in their places.  Adds to `cost`.
Status follow_values(Script& script, std::vector<Word>& bodies, std::string_view text,
                     const Limits& limits, Cost& cost);

}  // namespace hitl::shell
