// SPDX-License-Identifier: Apache-2.0
#include "tui/screen.h"

#include <langinfo.h>
#include <locale.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <string>

#include "base/handle.h"
#include "base/visible.h"
#include "tui/notification.h"

#define NCURSES_NOMACROS 1  // functions only: its macros collide with C++
#include <ncursesw/curses.h>

namespace hitl::tui {
namespace {

constexpr int kEscapeDelay = 25;  // ms that the rest of an escape sequence may take
constexpr int kPasteBegin = 01001, kPasteEnd = 01002;  // key codes beyond ncurses's own

void set_utf8_locale() {
  ::setlocale(LC_CTYPE, "");
  if (std::strcmp(::nl_langinfo(CODESET), "UTF-8") != 0) ::setlocale(LC_CTYPE, "C.UTF-8");
}

// Colour pairs are numbered as the styles are.  Only the terminal's own six
// colours on its own ground, so that light and dark ones both are readable.
void set_colours() {
  ::start_color();
  ::use_default_colors();
  const auto pair = [](Style s, int colour) {
    ::init_pair(static_cast<short>(s), static_cast<short>(colour), -1);
  };
  pair(Style::Heading, COLOR_CYAN);
  pair(Style::Good, COLOR_GREEN);
  pair(Style::Warning, COLOR_YELLOW);
  pair(Style::Danger, COLOR_RED);
  pair(Style::Marked, COLOR_MAGENTA);
}

attr_t attributes(Style s) {
  switch (s) {
    case Style::Plain:
      return A_NORMAL;
    case Style::Dim:
      return A_DIM;
    case Style::Strong:
    case Style::Heading:
    case Style::Good:
    case Style::Warning:
    case Style::Danger:
      return A_BOLD;
    case Style::Marked:
      return A_BOLD | A_UNDERLINE;
  }
  return A_NORMAL;
}

bool has_colour(Style s) { return s >= Style::Heading; }

Key::Code code_of(int key) {
  switch (key) {
    case KEY_UP:
      return Key::Code::Up;
    case KEY_DOWN:
      return Key::Code::Down;
    case KEY_PPAGE:
      return Key::Code::PageUp;
    case KEY_NPAGE:
      return Key::Code::PageDown;
    case KEY_HOME:
      return Key::Code::Home;
    case KEY_END:
      return Key::Code::End;
    case KEY_ENTER:
      return Key::Code::Enter;
    case KEY_BACKSPACE:
      return Key::Code::Backspace;
    default:
      return Key::Code::Control;  // with text 0: no key of ours
  }
}

Key key_of(wint_t c) {
  if (c == '\r' || c == '\n') return {.code = Key::Code::Enter};
  if (c == '\t') return {.code = Key::Code::Tab};
  if (c == 27) return {.code = Key::Code::Escape};
  if (c == 127 || c == 8) return {.code = Key::Code::Backspace};
  if (c < 32) return {.code = Key::Code::Control, .text = static_cast<char32_t>('a' - 1 + c)};
  return {.code = Key::Code::Text, .text = static_cast<char32_t>(c)};
}

class NcursesScreen final : public Screen {
 public:
  NcursesScreen(SCREEN* screen, bool colour) : screen_(screen), colour_(colour && ::has_colors()) {
    if (colour_) set_colours();
    ::raw();  // ^C is a key: the program ends in order
    ::noecho();
    ::nonl();
    ::keypad(stdscr, TRUE);
    ::nodelay(stdscr, TRUE);
    ::scrollok(stdscr, FALSE);
    ::leaveok(stdscr, FALSE);
    ::set_escdelay(kEscapeDelay);
    ::define_key("\033[200~", kPasteBegin);
    ::define_key("\033[201~", kPasteEnd);
    bracketed_paste(true);
  }
  ~NcursesScreen() override {
    bracketed_paste(false);
    ::endwin();
  }

  Size size() const override { return {COLS, LINES}; }

  void resized() override {
    winsize w{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_row > 0 && w.ws_col > 0)
      ::resizeterm(w.ws_row, w.ws_col);
  }

  void draw(const Surface& surface) override {
    ::werase(stdscr);
    const auto size = surface.size();
    for (int y = 0; y < size.height; ++y)
      for (int x = 0; x < size.width; ++x) draw_cell(x, y, surface.cell(x, y));
    ::curs_set(surface.cursor ? 1 : 0);
    if (surface.cursor) ::wmove(stdscr, surface.cursor->second, surface.cursor->first);
    ::wrefresh(stdscr);
  }

  void forget() override { ::clearok(stdscr, TRUE); }
  void notify(const VisibleText& text) override {
    ::beep();
    write(notification(text));
  }
  int descriptor() const override { return STDIN_FILENO; }

  std::vector<Key> keys() override {
    std::vector<Key> out;
    wint_t c = 0;
    for (int kind = 0; (kind = ::wget_wch(stdscr, &c)) != ERR;) {
      if (kind == KEY_CODE_YES && (c == kPasteBegin || c == kPasteEnd)) {
        pasting_ = c == kPasteBegin;
        continue;
      }
      Key key = kind == KEY_CODE_YES ? Key{.code = code_of(static_cast<int>(c))} : key_of(c);
      key.pasted = pasting_;
      out.push_back(key);
    }
    return out;
  }

 private:
  void draw_cell(int x, int y, const Cell& cell) {
    std::array<wchar_t, CCHARW_MAX + 1> wide{};
    std::string_view rest = cell.bytes;
    for (std::size_t n = 0; n < CCHARW_MAX && !rest.empty(); ++n) {
      char32_t cp = 0;
      const auto length = utf8_next(rest, cp);
      HITL_CHECK(length > 0);
      wide[n] = static_cast<wchar_t>(cp);
      rest.remove_prefix(length);
    }
    if (wide[0] == 0) return;
    cchar_t c{};
    const short pair = colour_ && has_colour(cell.style) ? static_cast<short>(cell.style) : 0;
    const attr_t reverse = cell.reverse ? A_REVERSE : A_NORMAL;
    ::setcchar(&c, wide.data(), attributes(cell.style) | reverse, pair, nullptr);
    ::mvwadd_wch(stdscr, y, x, &c);
  }

  static void bracketed_paste(bool on) { write(on ? "\033[?2004h" : "\033[?2004l"); }
  static void write(std::string_view text) {
    [[maybe_unused]] const auto n = ::write(STDOUT_FILENO, text.data(), text.size());
  }

  Owner<SCREEN, ::delscreen> screen_;
  bool colour_;
  bool pasting_ = false;
};

}  // namespace

Result<std::unique_ptr<Screen>> Screen::open(bool colour) {
  if (!::isatty(STDIN_FILENO) || !::isatty(STDOUT_FILENO))
    return fail(Errc::Invalid, "standard input and output: no terminal (use list, show, approve)");
  set_utf8_locale();
  SCREEN* screen = ::newterm(nullptr, stdout, stdin);
  if (screen == nullptr) {
    const char* term = std::getenv("TERM");
    return fail(Errc::Invalid, "terminal of type '" + visible(term ? term : "").str() +
                                   "': unknown here (set TERM, e.g. TERM=xterm)");
  }
  return std::unique_ptr<Screen>(std::make_unique<NcursesScreen>(screen, colour));
}

}  // namespace hitl::tui
