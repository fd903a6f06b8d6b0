// SPDX-License-Identifier: Apache-2.0
#include "tui/text.h"

#include <gtest/gtest.h>

#include "base/visible.h"
#include "tui/ansi.h"

namespace hitl::tui {
namespace {

Text text(std::string_view s) { return Text(visible(s, true)); }

std::vector<std::string> wrapped(std::string_view s, int width) {
  std::vector<std::string> out;
  for (const auto& line : wrap(text(s), width)) out.push_back(line.str());
  return out;
}

using Lines = std::vector<std::string>;

TEST(TextTest, LinesBreakAfterSpacesAndNothingIsLost) {
  EXPECT_EQ(wrapped("rm -r /srv/old", 8), (Lines{"rm -r ", "/srv/old"}));
  EXPECT_EQ(wrapped("a    b", 3), (Lines{"a  ", "  b"}));
  EXPECT_EQ(wrapped("abcdefgh", 3), (Lines{"abc", "def", "gh"}));
  EXPECT_EQ(wrapped("ab\n\ncd\n", 9), (Lines{"ab", "", "cd", ""}));
  EXPECT_EQ(wrapped("", 9), Lines{""});
  for (int width = 2; width < 30; ++width) {
    std::string joined;
    for (const auto& line : wrapped("find /srv  -name '*.log'   -delete", width)) {
      EXPECT_LE(text(line).width(), width);
      joined += line;
    }
    EXPECT_EQ(joined, "find /srv  -name '*.log'   -delete");
  }
}

TEST(TextTest, WideCharactersTakeTwoColumnsAndCombiningOnesNone) {
  EXPECT_EQ(text("日本").width(), 4);
  EXPECT_EQ(text("e\u0301x").width(), 2);
  EXPECT_EQ(wrapped("日本語", 5), (Lines{"日本", "語"}));
}

TEST(TextTest, ACutTextSaysSo) {
  EXPECT_EQ(cut(text("abcdef"), 6).str(), "abcdef");
  EXPECT_EQ(cut(text("abcdef"), 5).str(), "abcd…");
  EXPECT_EQ(cut(text("ab\ncd"), 9).str(), "ab…");
  EXPECT_EQ(cut(text("日本語"), 4).str(), "日…");
}

TEST(TextTest, WhatIsNotWhatItSeemsIsMarked) {
  const auto t = marked("c\u0430t \x1b[2J\u202e/\u0301\n", Style::Plain);
  EXPECT_EQ(t.str(), "c\u0430t \\x1b[2JU+202E/U+0301\n");
  std::string marks;
  for (const auto& g : t.glyphs()) marks += g.style == Style::Marked ? g.bytes : "";
  EXPECT_EQ(marks, "\u0430\\x1bU+202EU+0301");
}

TEST(TextTest, StylesAreSequencesOnlyWithColour) {
  Text t;
  t.add(visible("a")).add(visible("b"), Style::Danger).add(visible("c"), Style::Danger);
  EXPECT_EQ(ansi(t, false), "abc");
  EXPECT_EQ(ansi(t, true), "a\033[1;31mbc\033[0m");
}

}  // namespace
}  // namespace hitl::tui
