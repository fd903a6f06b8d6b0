// SPDX-License-Identifier: Apache-2.0
// A word while it is read: what was quoted is still told from what was not,
// because braces, tildes, patterns, assignments and reserved words are made of
// unquoted characters only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shell/ast.h"

namespace hitl::shell {

struct Piece {
  enum class Kind : std::uint8_t { Bare, Quoted, Expansion };
  Kind kind = Kind::Bare;
  std::string text;              // of Bare and Quoted
  std::uint32_t begin = 0;       // where it stands in the source
  bool unbraced = false;         // of Expansion: $name, to which text may be glued
  std::optional<WordPart> part;  // of Expansion
};

using Pieces = std::vector<Piece>;

// The words that brace expansion makes of one (XCU has none; bash 3.5.1).
// No value: the braces are of a form that we do not expand, and `reason` says
// which.  A word without live braces gives itself.
std::optional<std::vector<Pieces>> expand_braces(Pieces word, std::size_t limit,
                                                 const char** reason);

}  // namespace hitl::shell
