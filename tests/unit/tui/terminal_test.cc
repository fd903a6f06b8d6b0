// SPDX-License-Identifier: Apache-2.0
#include "tui/terminal.h"

#include <gtest/gtest.h>

#include <random>

#include "base/visible.h"
#include "tui/notification.h"

namespace hitl::tui {
namespace {

std::string screen(const Terminal& t, Size size) {
  Surface s(size);
  t.draw(s, 0, 0, size.height);
  return s.text();
}

TEST(TerminalTest, BytesBecomeCells) {
  Terminal t({20, 3});
  t.feed("plain\r\n\x1b[1mbold\x1b[0m \x1b[7mturned\x1b[0m\x1b[3;6H\xe4\xb8\xad!");
  EXPECT_EQ(screen(t, {20, 3}), "plain\nbold turned\n     中!\n");
  Surface s({20, 3});
  t.draw(s, 0, 0, 3);
  EXPECT_EQ(s.cell(0, 1).style, Style::Strong);
  EXPECT_TRUE(s.cell(5, 1).reverse);
  EXPECT_FALSE(s.cell(4, 1).reverse);
}

TEST(TerminalTest, TheLastRowsAreShownWhereThereIsLessRoom) {
  Terminal t({20, 4});
  t.feed("one\r\ntwo\r\nthree\r\nfour");
  EXPECT_EQ(screen(t, {3, 2}), "thr\nfou\n");
}

TEST(TerminalTest, ItTakesAnotherSizeAndBoundsIt) {
  Terminal t({20, 4});
  t.resize({100'000, -3});
  EXPECT_LE(t.size().width, 500);
  EXPECT_GE(t.size().height, 1);
}

TEST(TerminalTest, NothingThatSteersATerminalComesOut) {
  std::mt19937 random(7);
  const std::string pieces[] = {
      "\x1b[",  "\x1b]52;c;", "\x1bP",     "\x9b",         "\a",
      "\x1b\\", "8;2",        "H",         "\xe2\x80\xae", "\xcc\x81",
      "m",      "?1049h",     "a\xcc\x81", "\xff",         "\xf0\x9f\x98\x80",
      "6n",     "c",          "\r\n",      "\xef\xbb\xbf"};
  Terminal t({30, 8});
  for (int i = 0; i < 20'000; ++i) {
    t.feed(pieces[random() % std::size(pieces)]);
    if (i % 100 != 0) continue;
    auto text = screen(t, {30, 8});
    std::erase(text, '\n');
    EXPECT_FALSE(has_hidden(text));
  }
}

TEST(NotificationTest, ItsTextCannotEndOrDivideIt) {
  EXPECT_EQ(notification(visible("a;b\x1b\\\a")),
            "\x1b]9;hitl: a,b\\x1b\\\\x07\a\x1b]777;notify;hitl-console;a,b\\x1b\\\\x07\a");
  EXPECT_LT(notification(visible(std::string(5'000, 'x'))).size(), 400u);
}

}  // namespace
}  // namespace hitl::tui
