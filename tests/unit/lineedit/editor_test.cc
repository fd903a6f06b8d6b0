// SPDX-License-Identifier: Apache-2.0
#include "lineedit/editor.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/screen_model.h"

namespace hitl::lineedit {
namespace {

using namespace std::string_literals;
using testing::ScreenModel;

// An editor with a terminal at its other end.
class EditorTest : public ::testing::Test {
 protected:
  void open(int columns, int rows, Terminal terminal = Terminal::Ansi) {
    screen.emplace(columns, rows, terminal == Terminal::Dumb);
    editor.emplace(Size{columns, rows}, terminal);
    see(editor->begin("$ ", false));
  }
  std::string see(const std::string& output) {
    screen->feed(output);
    EXPECT_EQ(screen->fault(), "");
    return output;
  }
  // What comes back for it.
  std::string type(std::string_view bytes) {
    auto step = editor->feed(bytes);
    EXPECT_EQ(step.consumed, bytes.size());
    last = step;
    return see(step.output);
  }
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    for (int i = 0; i < screen->rows(); ++i) all.push_back(screen->line(i));
    while (!all.empty() && all.back().empty()) all.pop_back();
    return all;
  }
  using Lines = std::vector<std::string>;

  std::optional<ScreenModel> screen;
  std::optional<Editor> editor;
  Step last;
};

TEST_F(EditorTest, WhatIsTypedComesBackAndNothingElse) {
  for (const auto terminal : {Terminal::Ansi, Terminal::Dumb}) {
    open(80, 24, terminal);
    EXPECT_EQ(type("echo hi\n"), "echo hi\r\n");
    EXPECT_EQ(last.event, Event::Line);
    EXPECT_EQ(last.line, "echo hi");
    EXPECT_EQ(see(editor->begin("$ ", false)), "$ ");
    for (const char c : "größe 漢字 e\u0301"s) type({&c, 1});
    EXPECT_EQ(editor->text(), "größe 漢字 e\u0301");
    EXPECT_EQ(type("!"), "!");
    EXPECT_EQ(type("\r"), "\r\n");
  }
}

TEST_F(EditorTest, EachCharacterIsWrittenOnce) {
  open(80, 24);
  for (const char c : "ls -l /tmp"s) EXPECT_EQ(type({&c, 1}), std::string(1, c));
  EXPECT_EQ(type("\x7f"), "\b\x1b[K");
  EXPECT_EQ(type("\x02"), "\b");
  EXPECT_EQ(type("X"), "Xm\b");
  open(80, 24, Terminal::Dumb);
  EXPECT_EQ(type("ab"), "ab");
  EXPECT_EQ(type("\x7f"), "\b \b");
}

TEST_F(EditorTest, ALongLineComesBackWhole) {
  for (const auto terminal : {Terminal::Ansi, Terminal::Dumb}) {
    open(20, 5, terminal);
    const std::string line(200, 'x');
    EXPECT_EQ(type(line + "\n"), line + "\r\n");
    // one that ends at the margin, at once and by the key
    see(editor->begin("$ ", false));
    EXPECT_EQ(type(std::string(18, 'y') + "\n"), std::string(18, 'y') + "\r\n");
    see(editor->begin("$ ", false));
    type(std::string(17, 'z'));
    EXPECT_EQ(type("z"), "z \r");
    type("\n");
    EXPECT_EQ(screen->column(), 0);
  }
}

TEST_F(EditorTest, StopsBehindTheFirstLine) {
  open(80, 24);
  const std::string all = "one\ntwo\nthr";
  const auto first = editor->feed(all);
  EXPECT_EQ(first.line, "one");
  EXPECT_EQ(first.consumed, 4u);
  EXPECT_FALSE(editor->editing());
  editor->begin("$ ", true);
  const auto second = editor->feed(all.substr(4));
  EXPECT_EQ(second.line, "two");
  editor->begin("$ ", true);
  EXPECT_EQ(editor->feed("thr").event, Event::NeedMore);
  EXPECT_EQ(editor->text(), "thr");
}

TEST_F(EditorTest, ThePromptOfTheTargetIsNotPrintedTwice) {
  const std::string prompt = "\x1b]0;title\a\r\nfirst\r\n\x1b[32muser\x1b[0m$ ";
  open(80, 24);
  EXPECT_EQ(editor->abandon(), "\r\n");
  screen.emplace(80, 24);
  screen->feed("first\r\nuser$ ");
  EXPECT_EQ(see(editor->begin(prompt, true)), "");
  EXPECT_EQ(type("ab"), "ab");
  EXPECT_EQ(type("\x0c"), "\x1b[H\x1b[2J\r\nfirst\r\n\x1b[32muser\x1b[0m$ ab");
  see(editor->print_above("notice"));
  EXPECT_EQ(lines(), (Lines{"", "first", "notice", "user$ ab"}));
  EXPECT_EQ(screen->column(), 8);
}

TEST_F(EditorTest, APromptIsAsWideAsTheTerminalShowsIt) {
  struct Case {
    const char* name;
    std::string prompt;
    int columns;
  };
  const Case cases[] = {
      {"plain", "$ ", 2},
      {"colours", "\x1b[1;38:5:3mu\x1b[0m$ ", 3},
      {"title and modes", "\x1b]0;title\a\x1b]2;x\x1b\\\x1b[?2004h\x1b(B\x1b=$ ", 2},
      {"private symbols", "\ue0b0 \uf120 ", 4},
      {"wide", "漢\U0001F600 ", 5},
      {"joined and marked", "e\u0301\u200d\ufe0f\u202e$ ", 3},
      {"no UTF-8", "\xff$ ", 3},
      {"tab", "a\tb", 9},
      {"written over", "%   \r \r$ ", 2},
      {"last line only", "\x1b[32mlong first line\x1b[0m\r\n> ", 2},
      {"none", "", 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    open(80, 24);
    editor->abandon();
    editor->begin(c.prompt, true);
    editor->feed("abc");
    const auto out = editor->feed("\x01").output;
    EXPECT_EQ(out, c.columns == 0 ? "\r" : "\b\b\b");
    screen.emplace(80, 24);
    see(editor->print_above("n"));
    EXPECT_EQ(screen->column(), c.columns);
  }
}

TEST_F(EditorTest, ADumbTerminalGetsThePromptWithoutColours) {
  screen.emplace(80, 24, true);
  editor.emplace(Size{80, 24}, terminal_of("dumb"));
  EXPECT_EQ(see(editor->begin("top\n\x1b[32muser\x1b[0m$ ", false)), "top\r\nuser$ ");
}

TEST_F(EditorTest, InterruptAndEndOfInput) {
  open(80, 24);
  type("abc\x01");
  EXPECT_EQ(type("\x03"), "\x1b[3C^C\r\n");
  EXPECT_EQ(last.event, Event::Interrupt);
  EXPECT_EQ(last.line, "");
  see(editor->begin("$ ", false));
  EXPECT_EQ(type("a\x04"), "a\a");
  type("\x7f");
  EXPECT_EQ(type("\x04"), "");
  EXPECT_EQ(last.event, Event::EndOfInput);
}

TEST_F(EditorTest, APasteIsOneLineUntilEnter) {
  open(80, 24);
  type("\x1b[200~for i in 1 2\rdo\techo $i\r");
  type("done\x1b[20");
  type("1~");
  EXPECT_EQ(last.event, Event::NeedMore);
  EXPECT_EQ(lines(), (Lines{"$ for i in 1 2", "do^Iecho $i", "done"}));
  type("\r");
  EXPECT_EQ(last.line, "for i in 1 2\ndo\techo $i\ndone");
  see(editor->begin("$ ", false));
  type("\x10");  // comes back whole
  EXPECT_EQ(editor->text(), "for i in 1 2\ndo\techo $i\ndone");
  type("\x1f");
  EXPECT_NE(editor->text(), "") << "what was recalled is no change";
  type("\x15\x1b[200~x\r\x03\x04\x1b[A\x1b[201~");
  EXPECT_EQ(editor->text(), "x\n\x03\x04\x1b[A") << "nothing in a paste is a key";
  type("\x1f");
  EXPECT_EQ(editor->text(), "") << "and it is taken back at once";
}

TEST_F(EditorTest, InsertedTextHasNoKeys) {
  open(80, 24);
  type("ac\x02");
  EXPECT_EQ(see(editor->insert("\x03\n")), "^C\r\nc\r");
  EXPECT_EQ(editor->text(), "a\x03\nc");
}

TEST_F(EditorTest, WhatIsNoTextIsShown) {
  open(80, 24);
  type("a\x16\x1b[\xff\xe6\xbc");
  type("z\u200b\u202e\x16\x7f");
  EXPECT_EQ(lines(), Lines{"$ a^[[\\xff\\xe6\\xbczU+200BU+202E^?"});
  EXPECT_EQ(type("\t"), "\a") << "nothing to complete";
  EXPECT_EQ(editor->text(), "a\x1b[\xff\xe6\xbcz\u200b\u202e\x7f");
}

TEST_F(EditorTest, SearchShowsWhatItLooksFor) {
  open(80, 24);
  for (const auto* line : {"echo one\r", "echo two\r"}) {
    type(line);
    see(editor->begin("$ ", false));
  }
  type("\x0c");
  type("mine\x12");
  EXPECT_EQ(lines(), Lines{"(reverse-i-search)`': mine"});
  type("on");
  EXPECT_EQ(lines(), Lines{"(reverse-i-search)`on': echo one"});
  EXPECT_EQ(screen->column(), 29);
  type("x");
  EXPECT_EQ(lines(), Lines{"(failed reverse-i-search)`onx': echo one"});
  EXPECT_EQ(screen->bells(), 1);
  type("\x7f\x13");
  EXPECT_EQ(lines(), Lines{"(i-search)`on': echo one"});
  type("\x07");
  EXPECT_EQ(lines(), Lines{"$ mine"});
  type("\x12tw\x12");
  type("\r");
  EXPECT_EQ(last.line, "echo two");
  EXPECT_EQ(lines(), Lines{"$ echo two"});
}

TEST_F(EditorTest, HistoryKeepsWhatIsWorthKeeping) {
  open(80, 24);
  for (const auto* line : {"a\r", "a\r", " secret\r", "\r", "b\r"}) {
    type(line);
    see(editor->begin("$ ", false));
  }
  type("\x10");
  EXPECT_EQ(editor->text(), "b");
  type("\x10");
  EXPECT_EQ(editor->text(), "a");
  EXPECT_EQ(type("\x10"), "\a");
}

TEST_F(EditorTest, CommentsALineOut) {
  open(80, 24);
  type("rm x\x1b#");
  EXPECT_EQ(last.line, "#rm x");
}

TEST_F(EditorTest, ALineHasAnEnd) {
  open(80, 24);
  std::string output;
  for (int i = 0; i < 70; ++i) output += type(std::string(1'000, 'x'));
  EXPECT_EQ(editor->text().size(), kMaxLine);
  EXPECT_GT(screen->bells(), 0);
  EXPECT_LT(output.size(), 2 * kMaxLine);
  type("\x15");
  type("\x19\x19");
  EXPECT_EQ(editor->text().size(), kMaxLine) << "half of a yank is none";
}

TEST_F(EditorTest, ALineHigherThanTheScreenShowsAWindow) {
  open(10, 3);
  std::string digits;
  for (int i = 0; i < 58; ++i) digits += static_cast<char>('0' + i / 10);
  type(digits);
  EXPECT_EQ(lines(), (Lines{"3344444444", "4455555555"}));
  type("\x01");
  EXPECT_EQ(lines(), (Lines{"$ 00000000", "0011111111", "1122222222"}));
  type("\x05");
  EXPECT_EQ(lines(), (Lines{"3344444444", "4455555555"}));
}

TEST_F(EditorTest, ANoticeComesAboveTheLine) {
  open(20, 6);
  type("a line of two rows here\x01");
  see(editor->print_above("hitl: held\nhitl: approved"));
  EXPECT_EQ(lines(), (Lines{"hitl: held", "hitl: approved", "$ a line of two rows", " here"}));
  EXPECT_EQ(screen->row(), 2);
  EXPECT_EQ(screen->column(), 2);
  open(20, 6, Terminal::Dumb);
  type("a line\x01");
  EXPECT_EQ(see(editor->print_above("held")), "\r        \rheld\r\n$ a line\r$ ");
}

TEST_F(EditorTest, AResizeDrawsTheLineAnew) {
  open(80, 6);
  type("twelve bytes");
  EXPECT_EQ(see(editor->resize({40, 6})), "") << "it looks the same";
  screen->resize(10, 6);
  see(editor->resize({10, 6}));
  EXPECT_EQ(lines(), (Lines{"$ twelve b", "ytes"}));
  type("!");
  EXPECT_EQ(lines(), (Lines{"$ twelve b", "ytes!"}));
}

TEST_F(EditorTest, AnUnknownSizeIsOfEightyColumns) {
  open(80, 24);
  editor.emplace(Size{0, 0}, Terminal::Dumb);
  editor->begin("", false);
  EXPECT_EQ(editor->feed(std::string(79, 'x')).output, std::string(79, 'x'));
  EXPECT_EQ(editor->feed("x").output, "x \r");
}

TEST(TerminalTest, OfTerm) {
  for (const auto* dumb : {"", "dumb", "unknown"}) EXPECT_EQ(terminal_of(dumb), Terminal::Dumb);
  EXPECT_EQ(terminal_of("xterm-256color"), Terminal::Ansi);
}

}  // namespace
}  // namespace hitl::lineedit
