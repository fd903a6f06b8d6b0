// SPDX-License-Identifier: Apache-2.0
#include "tui/terminal.h"

#include <vterm.h>

#include <algorithm>
#include <string>

#include "base/check.h"
#include "base/handle.h"
#include "base/visible.h"

namespace hitl::tui {
namespace {

constexpr int kMostColumns = 500, kMostRows = 200;

Size bounded(Size s) {
  return {std::clamp(s.width, 2, kMostColumns), std::clamp(s.height, 1, kMostRows)};
}

void append_utf8(std::string& out, std::uint32_t cp) {
  const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (cp < 0x80) return put(cp);
  if (cp < 0x800) {
    put(0xC0 | (cp >> 6));
  } else {
    if (cp < 0x10000) {
      put(0xE0 | (cp >> 12));
    } else {
      put(0xF0 | ((cp >> 18) & 7));
      put(0x80 | ((cp >> 12) & 0x3F));
    }
    put(0x80 | ((cp >> 6) & 0x3F));
  }
  put(0x80 | (cp & 0x3F));
}

// A cell as text of exactly its width.
Text text_of(const VTermScreenCell& cell) {
  const int width = std::clamp<int>(cell.width, 1, 2);
  std::string bytes;
  for (const auto cp : cell.chars) {
    if (cp == 0 || cp == 0xFFFFFFFFu) break;
    append_utf8(bytes, cp);
  }
  if (bytes.empty()) return Text().pad(width);
  const Style style = cell.attrs.bold ? Style::Strong : Style::Plain;
  Text text(visible(bytes), style);
  // What would be escaped has no room in a cell.
  if (text.width() != width) text = Text(visible("?"), Style::Marked).pad(width);
  return text;
}

}  // namespace

struct Terminal::State {
  explicit State(Size size) : vt(::vterm_new(size.height, size.width)) {
    HITL_CHECK(vt != nullptr);
    ::vterm_set_utf8(vt.get(), 1);
    ::vterm_output_set_callback(
        vt.get(), [](const char*, std::size_t, void*) {}, nullptr);
    screen = ::vterm_obtain_screen(vt.get());
    ::vterm_screen_enable_altscreen(screen, 1);
    ::vterm_screen_reset(screen, 1);
  }
  Owner<VTerm, ::vterm_free> vt;
  VTermScreen* screen = nullptr;
};

Terminal::Terminal(Size size) : state_(std::make_unique<State>(bounded(size))) {}
Terminal::Terminal(Terminal&&) noexcept = default;
Terminal& Terminal::operator=(Terminal&&) noexcept = default;
Terminal::~Terminal() = default;

Size Terminal::size() const {
  Size s;
  ::vterm_get_size(state_->vt.get(), &s.height, &s.width);
  return s;
}

void Terminal::resize(Size size) {
  const auto s = bounded(size);
  ::vterm_set_size(state_->vt.get(), s.height, s.width);
}

void Terminal::feed(std::string_view bytes) {
  ::vterm_input_write(state_->vt.get(), bytes.data(), bytes.size());
  ::vterm_screen_flush_damage(state_->screen);
}

void Terminal::draw(Surface& to, int x, int y, int end) const {
  const auto mine = size();
  const int first = std::max(0, mine.height - (end - y));
  for (int row = first; row < mine.height; ++row)
    for (int column = 0; column < mine.width;) {
      VTermScreenCell cell{};
      if (::vterm_screen_get_cell(state_->screen, {row, column}, &cell) == 0) break;
      const int width = std::clamp<int>(cell.width, 1, 2);
      const int at = x + column, line = y + row - first;
      to.put(at, line, text_of(cell));
      if (cell.attrs.reverse) to.reverse(at, line, width);
      column += width;
    }
}

}  // namespace hitl::tui
