// SPDX-License-Identifier: Apache-2.0
#include "base/visible.h"

#include <gtest/gtest.h>

namespace hitl {
namespace {

using namespace std::string_literals;

TEST(VisibleTest, NothingHiddenReachesATerminal) {
  struct Case {
    const char* name;
    std::string in;
    const char* want;
  };
  const Case cases[] = {
      {"plain", "ls -l /tmp", "ls -l /tmp"},
      {"unicode", "größe 漢字", "größe 漢字"},
      {"escape", "a\x1b[31mb", "a\\x1b[31mb"},
      {"carriage return", "safe\rrm", "safe\\rrm"},
      {"newline and tab", "a\nb\tc", "a\\nb\\tc"},
      {"nul and del", "a\0b\x7f"s, "a\\x00b\\x7f"},
      {"c1 as utf-8", "\u009b31m", "U+009B31m"},
      {"c1 as a byte",
       "\x9b"
       "31m",
       "\\x9b31m"},
      {"bidi override", "a\u202eb", "aU+202Eb"},
      {"zero width", "a\u200bb", "aU+200Bb"},
      {"tag", "a\U000e0041b", "aU+E0041b"},
      {"overlong", "\xc0\xaf", "\\xc0\\xaf"},
      {"surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80"},
      {"cut sequence", "\xe6\xbc", "\\xe6\\xbc"},
      {"piled marks", "e\u0301\u0301\u0301", "e\u0301\u0301U+0301"},
      {"no-break space", "rm\u00a0-rf", "rmU+00A0-rf"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(visible(c.in).str(), c.want);
    EXPECT_EQ(visible(visible(c.in).str()).str(), c.want) << "visible text stays as it is";
  }
}

TEST(VisibleTest, NewlinesAreKeptWhereAsked) {
  EXPECT_EQ(visible("a\nb\r\n", true).str(), "a\nb\\r\n");
}

TEST(VisibleTest, CutKeepsCharactersWhole) {
  for (std::size_t width = 3; width < 20; ++width) {
    const auto cut = visible_cut("größe漢字 and more", width).str();
    EXPECT_LE(cut.size(), width);
    EXPECT_TRUE(is_utf8(cut)) << cut;
  }
  EXPECT_EQ(visible_cut("short", 10).str(), "short");
}

TEST(VisibleTest, HiddenIsToldFromPlain) {
  EXPECT_FALSE(has_hidden("ls\nls größe"));
  EXPECT_TRUE(has_hidden("ls\u200b"));
  EXPECT_TRUE(has_hidden("ls\r"));
}

}  // namespace
}  // namespace hitl
