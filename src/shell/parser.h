// SPDX-License-Identifier: Apache-2.0
// Text to tree, or the reason why not.  The parser is strict by design: it
// understands the declared language (src/shell/README.md) and refuses the rest
// by name.  It never guesses, and never returns half a tree.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "shell/ast.h"
#include "shell/limits.h"

namespace hitl::shell {

// What a parse cost, for tests that hold it to linear time.
struct Cost {
  std::size_t steps = 0;  // bytes looked at and parts visited, each as often as it was
  std::size_t nodes = 0;
  std::size_t grown = 0;  // bytes that the text does not have: braces and values
};

// Errc::Invalid: "column N: reason", with "line L " before it where the text
// has several; columns count bytes from 1.  Errc::Limit: a limit was passed.
// The text was then not understood at all ("opaque").
Result<Script> parse(std::string_view text, const Limits& limits = {}, Cost* cost = nullptr);

// A shell at its prompt would ask for another line: a quote or a here-document is
// open, or a command is begun.
bool is_unfinished(std::string_view text, const Limits& limits = {});

}  // namespace hitl::shell
