// SPDX-License-Identifier: Apache-2.0
// keys.tsv: tests/regress/lineedit.sh has bash confirm the same rows.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "lineedit/editor.h"

namespace hitl::lineedit {
namespace {

std::string unescape(std::string_view s) {
  std::string out;
  while (!s.empty()) {
    std::size_t n = 1;
    if (s[0] != '\\') {
      out += s[0];
    } else if (s[1] == 'x') {
      out += static_cast<char>(std::stoi(std::string(s.substr(2, 2)), nullptr, 16));
      n = 4;
    } else if (s.starts_with("\\u0301")) {
      out += "\u0301";
      n = 6;
    } else {
      n = 2;
      const std::string_view from = "entr\\", to = "\x1b\n\t\r\\";
      out += to.at(from.find(s[1]));
    }
    s.remove_prefix(n);
  }
  return out;
}

std::vector<std::string> split(const std::string& s, char at) {
  std::vector<std::string> parts(1);
  for (const char c : s)
    if (c == at)
      parts.emplace_back();
    else
      parts.back() += c;
  return parts;
}

TEST(KeysTest, DoAsTheTableSays) {
  std::ifstream in(std::string(HITL_SOURCE_DIR) + "/tests/unit/lineedit/keys.tsv");
  std::string row;
  int rows = 0;
  while (std::getline(in, row)) {
    if (row.empty() || row[0] == '#') continue;
    const auto part = split(row, '\t');
    ASSERT_EQ(part.size(), 4u) << row;
    SCOPED_TRACE(part[0]);
    for (const auto terminal : {Terminal::Ansi, Terminal::Dumb}) {
      Editor editor({80, 24}, terminal);
      if (!part[1].empty())
        for (const auto& line : split(part[1], '|')) editor.remember(line);
      editor.begin("$ ", false);
      const auto keys = unescape(part[2]) + "\r";
      const auto step = editor.feed(keys);
      EXPECT_EQ(step.event, Event::Line);
      EXPECT_EQ(step.consumed, keys.size());
      EXPECT_EQ(step.line, unescape(part[3]));
    }
    ++rows;
  }
  EXPECT_GT(rows, 60);
}

}  // namespace
}  // namespace hitl::lineedit
