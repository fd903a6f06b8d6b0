// SPDX-License-Identifier: Apache-2.0
// What the parser and the printer together make of a text.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "shell/parser.h"
#include "shell/printer.h"

namespace hitl::shell {

inline std::string canonical(std::string_view text) {
  const auto script = parse(text);
  return script ? print(*script).bytes() : "refused: " + script.error().what;
}

// All spellings of a row have one canonical form, the first.
inline void expect_rows(const std::vector<std::vector<std::string>>& rows) {
  for (const auto& row : rows)
    for (const auto& in : row) {
      SCOPED_TRACE(in);
      EXPECT_EQ(canonical(in), row[0]);
    }
}

struct Refusal {
  std::string in;
  const char* what;
};

inline void expect_refused(const std::vector<Refusal>& rows) {
  for (const auto& row : rows) {
    SCOPED_TRACE(row.in);
    const auto r = parse(row.in);
    if (r) {
      ADD_FAILURE() << "understood as " << print(*r).bytes();
      continue;
    }
    EXPECT_EQ(r.error().code, Errc::Invalid);
    EXPECT_EQ(r.error().what, row.what);
  }
}

}  // namespace hitl::shell
