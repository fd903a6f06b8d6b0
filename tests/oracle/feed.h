// SPDX-License-Identifier: Apache-2.0
// Where the lines come from: made from a seed, or read from files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace hitl::oracle {

struct Feed {
  enum class Kind { Grammar, Soup, Lines };
  Kind kind = Kind::Grammar;
  std::uint64_t seed = 1;
  std::size_t count = 0;
  std::vector<std::string> lines;  // of Lines

  std::string name() const;
  // Line `i`, and the seed that makes it alone.
  std::string at(std::size_t i) const;
};

// "grammar", "soup", or a file or folder: *.jsonl with a "line" in each row,
// anything else is taken as text, a line each.
Result<Feed> open_feed(const std::string& what, std::uint64_t seed, std::size_t count);

}  // namespace hitl::oracle
