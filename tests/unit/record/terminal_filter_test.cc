// SPDX-License-Identifier: Apache-2.0
#include "record/terminal_filter.h"

#include <gtest/gtest.h>

namespace hitl::record {
namespace {

using Pass = TerminalFilter::Pass;

std::string screen(std::string_view s) { return TerminalFilter(Pass::Screen).feed(s); }
std::string text(std::string_view s) { return TerminalFilter(Pass::Text).feed(s); }

struct Case {
  const char* name;
  std::string in, screen, text;
};

using namespace std::string_literals;

const Case kCases[] = {
    {"plain text", "a b\r\n\tc\b", "a b\r\n\tc\b", "a b\n\tc"},
    {"letters of all scripts", "né 日本", "né 日本", "né 日本"},
    {"colour", "\x1b[1;38;5;9mx\x1b[m", "\x1b[1;38;5;9mx\x1b[m", "x"},
    {"colour with colons", "\x1b[4:3mx", "\x1b[4:3mx", "x"},
    {"movement", "\x1b[2;3H\x1b[A\x1b[10C\x1b[5d", "\x1b[2;3H\x1b[A\x1b[10C\x1b[5d", ""},
    {"erasing", "\x1b[2J\x1b[K\x1b[3X", "\x1b[2J\x1b[K\x1b[3X", ""},
    {"erasing what was there before", "\x1b[3Jx", "x", "x"},
    {"cursor saved",
     "\x1b"
     "7x\x1b"
     "8",
     "\x1b"
     "7x\x1b"
     "8",
     "x"},
    {"title", "\x1b]0;t\x07x\x1b]2;t\x1b\\y", "xy", "xy"},
    {"title in 8 bits", "\u009d0;t\u009cx", "x", "x"},
    {"clipboard", "\x1b]52;c;eA==\x07x", "x", "x"},
    {"hyperlink", "\x1b]8;;http://x\x1b\\y", "y", "y"},
    {"device attributes", "\x1b[c\x1b[>c\x1b[=c\x1bZx", "x", "x"},
    {"status report", "\x1b[6n\x1b[5n\x1b[?6nx", "x", "x"},
    {"answer-back", "\x05x\x07", "x", "x"},
    {"DCS", "\x1bP+q544e\x1b\\x\u0090q\u009cy", "xy", "xy"},
    {"APC, PM, SOS", "\x1b_a\x1b\\\x1b^b\x1b\\\x1bXc\x1b\\x", "x", "x"},
    {"modes", "\x1b[?1049h\x1b[?2004hx\x1b[4h\x1b[?25l", "x", "x"},
    {"window operations", "\x1b[8;1;1t\x1b[21tx", "x", "x"},
    {"printing", "\x1b[5i\x1b[?5ix", "x", "x"},
    {"scroll region", "\x1b[1;2rx", "x", "x"},
    {"reset",
     "\x1b"
     "cx\x1b[!px",
     "xx", "xx"},
    {"character sets", "\x1b(0x\x1b)B\x1b%Gy\x0e\x0f", "xy", "xy"},
    {"private SGR", "\x1b[>4;2mx\x1b[?4my", "xy", "xy"},
    {"CSI in 8 bits", "\u009b31mx\u009b6n", "\x1b[31mx", "x"},
    {"cancelled", "\x1b[6\x18nx\x1b]0;t\x1ay", "nxy", "nxy"},
    {"a control within a sequence acts", "\x1b[3\r\n1mx", "\r\n\x1b[31mx", "\nx"},
    {"ESC begins anew", "\x1b[6\x1b[31mx", "\x1b[31mx", "x"},
    {"a string ended by a sequence", "\x1b]0;t\x1b[31mx", "\x1b[31mx", "x"},
    {"NUL and DEL", "a\0b\x7f"s, "ab", "ab"},
    {"bidi controls", "a\u202eb", "aU+202Eb", "aU+202Eb"},
    {"a sequence of endless parameters", "\x1b[" + std::string(500, '1') + "mx", "x", "x"},
};

TEST(TerminalFilterTest, OnlyTextColoursMovementAndErasingPass) {
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(screen(c.in), c.screen);
    EXPECT_EQ(text(c.in), c.text);
  }
}

TEST(TerminalFilterTest, WhereTheTextIsCutDoesNotShow) {
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    for (std::size_t cut = 0; cut <= c.in.size(); ++cut) {
      const bool within =
          cut < c.in.size() && (static_cast<unsigned char>(c.in[cut]) & 0xC0) == 0x80;
      if (within) continue;  // its input is whole characters
      TerminalFilter f(Pass::Screen);
      const auto first = f.feed(c.in.substr(0, cut));
      EXPECT_EQ(first + f.feed(c.in.substr(cut)), c.screen) << cut;
    }
  }
}

TEST(TerminalFilterTest, AStringThatNeverEndsDoesNotHideTheRest) {
  const auto out = screen("\x1b]0;" + std::string(10'000, 't') + "\nseen\n");
  EXPECT_NE(out.find("seen"), std::string::npos);
}

// Whatever comes in: what goes out holds no control but those that pass.
TEST(TerminalFilterTest, NothingElseComesOutOfAnyInput) {
  std::uint32_t seed = 1;
  const std::string alphabet =
      "\x1b\x1b\x1b[]P_^X;:?>012 \\\x07\x18\nm6ncJHh\x05"
      "ab";
  for (int round = 0; round < 3'000; ++round) {
    std::string in;
    for (int i = 0; i < 40; ++i) {
      seed = seed * 1'664'525 + 1'013'904'223;
      in += alphabet[(seed >> 16) % alphabet.size()];
    }
    const auto out = screen(in);
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (out[i] == '\x1b') {
        ASSERT_LT(i + 1, out.size());
        ++i;
        if (out[i] != '[') {
          EXPECT_NE(std::string_view("DEM78").find(out[i]), std::string_view::npos) << in;
          continue;
        }
        while (++i < out.size() && out[i] < 0x40)
          EXPECT_NE(std::string_view("0123456789;:").find(out[i]), std::string_view::npos) << in;
        ASSERT_LT(i, out.size());
        EXPECT_NE(std::string_view("mJHPXa").find(out[i]), std::string_view::npos) << in;
      } else {
        EXPECT_TRUE(out[i] >= 0x20 || out[i] == '\n') << in;
      }
    }
    EXPECT_EQ(screen(out), out);
  }
}

}  // namespace
}  // namespace hitl::record
