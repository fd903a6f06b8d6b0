// SPDX-License-Identifier: Apache-2.0
// After any keys, on any width, what the terminal shows is the line and the
// cursor stands where it should.  The judge is the terminal itself: a second
// one, on which prompt and text are simply written.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "lineedit/editor.h"
#include "lineedit/glyph.h"
#include "support/screen_model.h"

namespace hitl::lineedit {
namespace {

using testing::ScreenModel;

constexpr std::string_view kPrompt = "\x1b[1;32muser@host\x1b[0m:\x1b]0;title\a~$ ";
constexpr std::string_view kPromptText = "user@host:~$ ";

const std::vector<std::string> kTexts = {"a",
                                         "b",
                                         "Z",
                                         "echo ",
                                         " ",
                                         "-",
                                         "/tmp/x",
                                         "漢",
                                         "字漢",
                                         "é",
                                         "e\u0301",
                                         "\u0301",
                                         "ß",
                                         "\U0001F600",
                                         "\u200b",
                                         "\xff",
                                         "\xe6\xbc",
                                         "한",
                                         "foo bar baz ",
                                         "\u0e33",
                                         "12345678901234567890"};
const std::vector<std::string> kKeys = {"\x01",
                                        "\x02",
                                        "\x02",
                                        "\x04",
                                        "\x05",
                                        "\x06",
                                        "\x07",
                                        "\b",
                                        "\x7f",
                                        "\x7f",
                                        "\t",
                                        "\x0b",
                                        "\x0c",
                                        "\x0e",
                                        "\x10",
                                        "\x12",
                                        "\x13",
                                        "\x14",
                                        "\x15",
                                        "\x17",
                                        "\x19",
                                        "\x1f",
                                        "\x1f",
                                        "\x1b"
                                        "b",
                                        "\x1b"
                                        "f",
                                        "\x1b"
                                        "d",
                                        "\x1b\x7f",
                                        "\x1bu",
                                        "\x1bl",
                                        "\x1b"
                                        "c",
                                        "\x1by",
                                        "\x1b.",
                                        "\x1b<",
                                        "\x1b>",
                                        "\x1b[A",
                                        "\x1b[B",
                                        "\x1b[C",
                                        "\x1b[D",
                                        "\x1bOA",
                                        "\x1b[1;5D",
                                        "\x1b[1;5C",
                                        "\x1b[H",
                                        "\x1b[F",
                                        "\x1b[3~",
                                        "\x16\x01",
                                        "\x16\x1b",
                                        "\x1b[200~one\rtwo three\tx\r\x1b[201~",
                                        "\x16\n",
                                        "\x1b[200~\n\x1b[201~",
                                        "\x1b[99;99;99z",
                                        "\x1b]11;rgb:0/0/0\x1b\\",
                                        "\x18\x15",
                                        "\x1b\\"};

// What `text` looks like where it is simply written.
void write_plainly(ScreenModel& screen, std::string_view text, int columns) {
  while (!text.empty()) {
    const auto n = glyph_size(text);
    if (text[0] == '\n') {
      screen.feed(screen.wraps_next() ? " \r\r\n" : "\r\n");
    } else {
      const auto shape = shape_of(text.substr(0, n));
      screen.feed(shape.columns > columns && shape.as_is ? "?" : shape.text);
    }
    text.remove_prefix(n);
  }
}

class Session {
 public:
  Session(std::uint64_t seed, bool dumb)
      : random_(seed),
        dumb_(dumb),
        columns_(below(4) == 0 ? 1 + below(8) : 1 + below(200)),
        rows_(below(3) == 0 ? 1 + below(5) : 5 + below(40)),
        screen_(columns_, rows_, dumb),
        editor_({columns_, rows_}, dumb ? Terminal::Dumb : Terminal::Ansi) {}

  void run(int keys) {
    begin();
    for (int i = 0; i < keys && !::testing::Test::HasFailure(); ++i) {
      const auto before = trace_.size();
      one_thing();
      check();
      if (::testing::Test::HasFailure())
        ADD_FAILURE() << "columns " << columns_ << " rows " << rows_ << "\nkeys "
                      << visible(trace_.substr(before)).str() << "\nafter "
                      << visible(trace_.substr(0, before)).str();
    }
  }

 private:
  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }

  void begin() {
    resized_ = false;
    screen_.feed("\r\nbefore\r\n");
    const bool shown = below(2) == 0;
    if (shown) screen_.feed(kPromptText);
    screen_.feed(editor_.begin(dumb_ || shown ? kPrompt : kPromptText, shown));
  }

  void one_thing() {
    const int what = below(100);
    if (what < 2) {
      columns_ = 1 + below(200);
      rows_ = 1 + below(40);
      screen_.resize(columns_, rows_);
      trace_ += "<resize " + std::to_string(columns_) + "x" + std::to_string(rows_) + ">";
      screen_.feed(editor_.resize({columns_, rows_}));
      resized_ = true;
      return;
    }
    if (what < 4) {
      screen_.feed(editor_.print_above("notice\nbefore"));
      trace_ += "<notice>";
      return;
    }
    std::string bytes;
    for (int i = below(3); i >= 0; --i) {
      const int kind = below(20);
      if (kind == 0)
        bytes += "\r";
      else if (kind < 11)
        bytes += kTexts[static_cast<std::size_t>(below(static_cast<int>(kTexts.size())))];
      else
        bytes += kKeys[static_cast<std::size_t>(below(static_cast<int>(kKeys.size())))];
    }
    trace_ += bytes;
    const int step = below(3) == 0 ? 1 : 1'000;
    while (!bytes.empty()) {
      const auto cut = bytes.substr(0, static_cast<std::size_t>(step));
      const auto done = editor_.feed(cut);
      if (cut.find('\x0c') != cut.npos) resized_ = true;
      screen_.feed(done.output);
      bytes.erase(0, done.consumed);
      ASSERT_TRUE(done.consumed == cut.size() || done.event != Event::NeedMore);
      if (done.event == Event::NeedMore) continue;
      ASSERT_EQ(screen_.fault(), "");
      if (done.event != Event::EndOfInput) {
        ASSERT_EQ(screen_.column(), 0);
        ASSERT_EQ(screen_.line(screen_.row()), "") << "an event leaves an empty row";
      }
      begin();
    }
  }

  void check() {
    ASSERT_EQ(screen_.fault(), "");
    // In a search, prompt and text are its own: unit tests look at those.
    if (editor_.searching()) return;
    const auto& text = editor_.text();
    const int high = (4 + static_cast<int>(std::ranges::count(text, '\n')) * 2 +
                      static_cast<int>(kPromptText.size() + 8 * text.size()) * 2 / columns_);
    ScreenModel whole(columns_, high), until(columns_, high);
    whole.feed(kPromptText);
    until.feed(kPromptText);
    write_plainly(whole, text, columns_);
    if (whole.wraps_next()) whole.feed(" \r");
    write_plainly(until, std::string_view(text).substr(0, editor_.cursor()), columns_);
    if (until.wraps_next()) until.feed(" \r");
    const auto next = std::string_view(text).substr(editor_.cursor());
    if (!next.empty() && next[0] != '\n') {
      const auto shape = shape_of(next.substr(0, glyph_size(next)));
      if (shape.as_is && shape.columns == 2 && columns_ > 1 && until.column() == columns_ - 1)
        until.feed("  \r");
    }
    ASSERT_EQ(whole.scrolled(), 0);
    ASSERT_EQ(screen_.column(), until.column());
    ASSERT_FALSE(screen_.wraps_next());
    const int first = screen_.row() - until.row();  // the screen's row of the line's first
    const int last = dumb_ ? until.row() : whole.row();
    if (!dumb_ && whole.row() < rows_) {
      ASSERT_GE(first, 0) << "all of it fits";
    }
    for (int r = 0; r < rows_; ++r) {
      const int of_line = r - first;
      if (of_line < 0) continue;
      ASSERT_EQ(screen_.line(r), of_line <= last ? whole.line(of_line) : "") << "row " << r;
    }
    if (!dumb_ && !resized_ && first > 0 && columns_ >= 6) {
      ASSERT_EQ(screen_.line(first - 1), "before") << "what is above stays";
    }
  }

  std::mt19937_64 random_;
  bool dumb_;
  int columns_, rows_;
  ScreenModel screen_;
  Editor editor_;
  bool resized_ = false;  // or cleared: what is above is not known
  std::string trace_;
};

void walk(bool dumb) {
  const char* given = std::getenv("SEED");
  const std::uint64_t base =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  const int runs = given != nullptr ? 1 : 400;
  for (int i = 0; i < runs; ++i) {
    SCOPED_TRACE("SEED=" + std::to_string(base + static_cast<std::uint64_t>(i)));
    Session(base + static_cast<std::uint64_t>(i), dumb).run(100);
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(RandomKeysTest, TheTerminalShowsTheLine) { walk(false); }

TEST(RandomKeysTest, ADumbOneTooUpToTheCursor) { walk(true); }

}  // namespace
}  // namespace hitl::lineedit
