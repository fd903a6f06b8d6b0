// SPDX-License-Identifier: Apache-2.0
// What one text may cost the parser.  Passing a limit is an error like any
// other; nothing is cut short.
#pragma once

#include <cstddef>

#include "hitl/limits.h"

namespace hitl::shell {

struct Limits {
  std::size_t bytes = kMaxCommand;
  std::size_t depth = 64;       // constructs inside each other
  std::size_t nodes = 20'000;   // words, parts, redirections and commands
  std::size_t expansion = 256;  // words that brace expansion may make of one, values of a counter
  std::size_t value = 4'096;    // bytes of a value that is followed; a longer one counts as unknown
  std::size_t grown = 1u << 20;  // bytes that brace expansion and followed values may add in all
};

}  // namespace hitl::shell
