// SPDX-License-Identifier: Apache-2.0
#include "lineedit/layout.h"

#include <algorithm>
#include <utility>

#include "base/visible.h"
#include "lineedit/glyph.h"
#include "lineedit/width.h"

namespace hitl::lineedit {
namespace {

constexpr char kEscape = '\x1b';
constexpr std::size_t kTab = 8;

// Bytes of the escape sequence at the start of `s`.
std::size_t sequence_size(std::string_view s) {
  if (s.size() < 2) return s.size();
  std::size_t i = 2;
  switch (s[1]) {
    case '[':
      while (i < s.size() && (s[i] < 0x40 || s[i] > 0x7E)) ++i;
      return std::min(i + 1, s.size());
    case ']':
    case 'P':
    case '_':
    case '^':
    case 'X':
      for (; i < s.size(); ++i) {
        if (s[i] == '\a') return i + 1;
        if (s[i] == kEscape) return std::min(i + 2, s.size());
      }
      return i;
    default:
      i = 1;
      while (i < s.size() && s[i] >= 0x20 && s[i] <= 0x2F) ++i;  // ESC ( B
      return std::min(i + 1, s.size());
  }
}

bool is_colour(std::string_view s) {
  return s.size() >= 3 && s[1] == '[' && s.back() == 'm' &&
         s.find_first_not_of("0123456789;:", 2) == s.size() - 1;
}

void append(std::vector<Cell>& cells, std::string_view glyph) {
  auto shape = shape_of(glyph);
  if (shape.as_is) {
    cells.push_back({std::move(shape.text), shape.columns});
    return;
  }
  for (const char c : shape.text) cells.push_back({std::string(1, c), 1});
}

bool changes_direction(char32_t cp) {
  return cp == 0x200E || cp == 0x200F || (cp >= 0x2028 && cp <= 0x202E) ||
         (cp >= 0x2060 && cp <= 0x206F);
}

// The terminal showed the program's own character, whatever we think of that
// one: the symbols that prompts like are of a private plane.
std::size_t prompt_character(std::string_view line, std::vector<Cell>& cells, std::string& colour) {
  char32_t cp = 0;
  const auto n = utf8_next(line, cp);
  if (n == 0) {
    cells.push_back({std::exchange(colour, {}) + "\uFFFD", 1});
    return 1;
  }
  if ((cp >= 0x80 && cp <= 0x9F) || changes_direction(cp)) return n;
  const int columns = columns_of(cp);
  if (columns > 0)
    cells.push_back({std::exchange(colour, {}) + std::string(line.substr(0, n)), columns});
  else if (!cells.empty())
    cells.back().text += line.substr(0, n);
  return n;
}

// One line of a prompt.
std::vector<Cell> prompt_cells(std::string_view line, bool plain) {
  std::vector<Cell> cells;
  std::string colour;
  while (!line.empty()) {
    std::size_t n = 1;
    const char c = line[0];
    if (c == kEscape) {
      n = sequence_size(line);
      if (!plain && is_colour(line.substr(0, n))) colour += line.substr(0, n);
    } else if (c == '\r') {
      cells.clear();  // what follows is written over it
    } else if (c == '\b') {
      if (!cells.empty()) cells.pop_back();
    } else if (c == '\t') {
      do cells.push_back({" ", 1});
      while (cells.size() % kTab != 0);
    } else if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) {
      n = prompt_character(line, cells, colour);
    }
    line.remove_prefix(n);
  }
  if (!cells.empty()) cells.back().text += colour;
  return cells;
}

class Layout {
 public:
  explicit Layout(int columns) : columns_(columns), rows_(1) {}

  void put(Cell cell) {
    if (cell.columns > columns_) cell = {"?", 1};
    make_room(cell.columns);
    rows_.back().columns += cell.columns;
    rows_.back().cells.push_back(std::move(cell));
  }

  // The place of the next cell of this width.
  Place place(int width) {
    make_room(std::min(width, columns_));
    return {static_cast<int>(rows_.size()) - 1, rows_.back().columns};
  }

  void new_row() { rows_.emplace_back(); }
  std::vector<Row> take() { return std::move(rows_); }

 private:
  void make_room(int width) {
    if (rows_.back().columns + width <= columns_) return;
    if (rows_.back().columns < columns_) {
      rows_.back().cells.push_back({" ", 1});
      rows_.back().columns = columns_;
    }
    new_row();
  }

  int columns_;
  std::vector<Row> rows_;
};

}  // namespace

Prompt::Prompt(std::string_view bytes, bool plain) {
  if (bytes.size() > kMaxPrompt) bytes.remove_prefix(bytes.size() - kMaxPrompt);
  for (auto end = bytes.find('\n'); end != bytes.npos; end = bytes.find('\n')) {
    auto line = bytes.substr(0, end);
    while (line.ends_with('\r')) line.remove_suffix(1);
    for (const auto& cell : prompt_cells(line, plain)) before_ += cell.text;
    before_ += "\r\n";
    bytes.remove_prefix(end + 1);
  }
  cells_ = prompt_cells(bytes, plain);
}

Frame lay_out(const Prompt& prompt, std::string_view text, std::size_t cursor, int columns) {
  Layout layout(columns);
  Frame frame;
  for (const auto& cell : prompt.cells()) layout.put(cell);
  frame.prompt_rows = layout.place(0).row + 1;
  std::vector<Cell> cells;
  for (std::size_t at = 0; at < text.size();) {
    const auto n = glyph_size(text.substr(at));
    const bool ends_row = text[at] == '\n';
    cells.clear();
    if (!ends_row) append(cells, text.substr(at, n));
    const int width = ends_row ? 1 : cells[0].columns;
    const auto place = layout.place(width);
    if (at <= cursor && cursor < at + n) frame.cursor = place;
    if (ends_row) layout.new_row();
    for (auto& cell : cells) layout.put(std::move(cell));
    at += n;
  }
  if (cursor >= text.size()) frame.cursor = layout.place(1);
  layout.place(1);
  frame.rows = layout.take();
  return frame;
}

}  // namespace hitl::lineedit
