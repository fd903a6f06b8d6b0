// SPDX-License-Identifier: Apache-2.0
#include "lineedit/glyph.h"

#include <gtest/gtest.h>
#include <locale.h>
#include <wchar.h>

#include <string>
#include <vector>

#include "base/visible.h"
#include "lineedit/width.h"

namespace hitl::lineedit {
namespace {

std::string utf8(char32_t cp) {
  std::string s;
  if (cp < 0x800) {
    s += static_cast<char>(0xC0 | (cp >> 6));
  } else if (cp < 0x10000) {
    s += static_cast<char>(0xE0 | (cp >> 12));
    s += static_cast<char>(0x80 | ((cp >> 6) & 0x3F));
  } else {
    s += static_cast<char>(0xF0 | (cp >> 18));
    s += static_cast<char>(0x80 | ((cp >> 12) & 0x3F));
    s += static_cast<char>(0x80 | ((cp >> 6) & 0x3F));
  }
  return s += static_cast<char>(0x80 | (cp & 0x3F));
}

TEST(WidthTest, IsTheLibrarysForAllThatIsDrawn) {
  const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  ASSERT_NE(locale, nullptr);
  const locale_t before = ::uselocale(locale);
  for (char32_t cp = 0xA1; cp < 0x110000; ++cp) {
    if (cp >= 0xD800 && cp < 0xE000) continue;
    const int theirs = ::wcwidth(static_cast<wchar_t>(cp));
    if (theirs < 0 || has_hidden("a" + utf8(cp)) || theirs == columns_of(cp)) continue;
    ADD_FAILURE() << std::hex << static_cast<unsigned>(cp) << " is " << columns_of(cp)
                  << " columns, by wcwidth " << theirs;
  }
  ::uselocale(before);
  ::freelocale(locale);
}

TEST(GlyphTest, WhatIsShownAsItIsHidesNothing) {
  for (char32_t cp = 0x80; cp < 0x30000; ++cp) {
    if (cp >= 0xD800 && cp < 0xE000) continue;
    const auto shape = shape_of(utf8(cp));
    ASSERT_FALSE(has_hidden(shape.text)) << std::hex << static_cast<unsigned>(cp);
    ASSERT_EQ(shape.as_is, shape.text == utf8(cp));
    ASSERT_TRUE(!shape.as_is || columns_of(cp) > 0) << "a mark on nothing";
  }
}

TEST(GlyphTest, ATextIsARowOfThem) {
  struct Case {
    const char* name;
    std::string text;
    std::vector<const char*> shown;
  };
  const Case cases[] = {
      {"plain", "ab", {"a", "b"}},
      {"control", "\x01\n\x7f\t", {"^A", "^J", "^?", "^I"}},
      {"no UTF-8", "\xe6\xbcz\xff", {"\\xe6", "\\xbc", "z", "\\xff"}},
      {"mark", "e\u0301x", {"e\u0301", "x"}},
      {"mark on nothing", "\u0301x", {"U+0301", "x"}},
      {"mark on a control character", "\x01\u0301", {"^A", "U+0301"}},
      {"pile", "e\u0301\u0302\u0303\u0304", {"e\u0301\u0302", "U+0303", "U+0304"}},
      {"hidden", "a\u200b\u202e\ufe0f", {"a", "U+200B", "U+202E", "U+FE0F"}},
      {"hidden among marks", "e\u0301\u200b\u0301x", {"e\u0301", "U+200B", "U+0301", "x"}},
      {"mark on wide", "漢\u0301字", {"漢\u0301", "字"}},
      {"other scripts", "क्ष", {"क्", "ष"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<std::size_t> borders;
    std::size_t i = 0;
    for (std::size_t at = 0; at < c.text.size(); ++i) {
      borders.push_back(at);
      const auto n = glyph_size(std::string_view(c.text).substr(at));
      ASSERT_LT(i, c.shown.size());
      EXPECT_EQ(shape_of(std::string_view(c.text).substr(at, n)).text, c.shown[i]);
      at += n;
    }
    EXPECT_EQ(i, c.shown.size());
    borders.push_back(c.text.size());
    for (std::size_t b = 1; b < borders.size(); ++b) {
      EXPECT_EQ(glyph_before(c.text, borders[b]), borders[b - 1]);
      for (auto at = borders[b - 1] + 1; at <= borders[b]; ++at)
        EXPECT_EQ(glyph_border(c.text, at), borders[b]) << at;
    }
  }
}

}  // namespace
}  // namespace hitl::lineedit
