// SPDX-License-Identifier: Apache-2.0
#include "console/printer.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "base/visible.h"
#include "tui/ansi.h"

namespace hitl::console {
namespace {

// One line of standard input, at most 80 bytes of it; empty at its end.
std::string read_line() {
  std::string out;
  for (int c = 0; (c = std::getchar()) != EOF && c != '\n';)
    if (out.size() < 80) out.push_back(static_cast<char>(c));
  return out;
}

}  // namespace

Printer::Printer()
    : colour_(tui::wants_colour(STDOUT_FILENO)),
      interactive_(::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1) {
  winsize w{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) != 0 || w.ws_col == 0) return;
  width_ = std::clamp<int>(w.ws_col, 60, 140);
  height_ = w.ws_row;
}

void Printer::line(const tui::Text& text) {
  const auto s = tui::ansi(text, colour_) + "\n";
  std::fwrite(s.data(), 1, s.size(), stdout);
}

void Printer::json(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

bool Printer::pages(const std::vector<tui::Text>& lines) {
  const int most = interactive_ && height_ > 3 ? height_ - 2 : 0;
  int shown = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    line(lines[i]);
    if (++shown != most || i + 1 == lines.size()) continue;
    shown = 0;
    std::fputs("-- Enter for more, q to leave --", stdout);
    std::fflush(stdout);
    if (read_line().starts_with('q') || std::feof(stdin)) return false;
  }
  return true;
}

bool Printer::ask(const tui::Text& question) {
  const auto s = tui::ansi(question, colour_) + " ";
  std::fwrite(s.data(), 1, s.size(), stdout);
  std::fflush(stdout);
  const auto answer = read_line();
  return answer == "yes" || answer == "y";
}

}  // namespace hitl::console
