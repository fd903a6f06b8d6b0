// SPDX-License-Identifier: Apache-2.0
// A small terminal for tests: the part of xterm that a line editor may use.
// Wraps late, as xterm does: after a write to the last column the cursor stays
// until the next character.  What it does not know is a fault, kept for the test.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/visible.h"
#include "lineedit/width.h"

namespace hitl::testing {

class ScreenModel {
 public:
  ScreenModel(int columns, int rows, bool dumb = false)
      : columns_(columns), dumb_(dumb), cells_(static_cast<std::size_t>(rows), blank()) {}

  void feed(std::string_view s) {
    while (!s.empty()) s.remove_prefix(s[0] == '\x1b' ? sequence(s) : character(s));
  }

  int row() const { return row_; }
  int column() const { return column_; }
  bool wraps_next() const { return wraps_next_; }
  int rows() const { return static_cast<int>(cells_.size()); }
  const std::string& fault() const { return fault_; }
  int bells() const { return bells_; }
  int scrolled() const { return scrolled_; }

  // A row's characters, without the blanks at its end.
  std::string line(int row) const {
    std::string out;
    for (const auto& cell : cells_[static_cast<std::size_t>(row)]) out += cell;
    while (out.ends_with(' ')) out.pop_back();
    return out;
  }

  // As xterm: nothing is wrapped anew; at the bottom, rows go off the top.
  void resize(int columns, int rows) {
    columns_ = columns;
    for (auto& r : cells_) r.resize(static_cast<std::size_t>(columns), " ");
    while (this->rows() > rows) {
      if (row_ == this->rows() - 1 && row_ > 0) {
        cells_.erase(cells_.begin());
        --row_;
        ++scrolled_;
      } else {
        cells_.pop_back();
      }
    }
    while (this->rows() < rows) cells_.push_back(blank());
    column_ = std::min(column_, columns_ - 1);
    wraps_next_ = false;
  }

 private:
  using Row = std::vector<std::string>;
  Row blank() const { return Row(static_cast<std::size_t>(columns_), " "); }
  Row& here() { return cells_[static_cast<std::size_t>(row_)]; }

  void fail(std::string what) {
    if (fault_.empty()) fault_ = std::move(what);
  }

  void line_feed() {
    wraps_next_ = false;
    if (row_ + 1 < rows()) {
      ++row_;
      return;
    }
    cells_.erase(cells_.begin());
    cells_.push_back(blank());
    ++scrolled_;
  }

  std::size_t character(std::string_view s) {
    const auto c = static_cast<unsigned char>(s[0]);
    if (c == '\r') return column_ = 0, wraps_next_ = false, 1;
    if (c == '\n') return line_feed(), 1;
    if (c == '\b') {
      if (column_ > 0) --column_;
      return wraps_next_ = false, 1;
    }
    if (c == '\a') return ++bells_, 1;
    char32_t cp = 0;
    const auto n = utf8_next(s, cp);
    if (n == 0 || c < 0x20 || c == 0x7F) return fail("a raw control byte"), 1;
    const std::string text(s.substr(0, n));
    const int width = lineedit::columns_of(cp);
    if (width == 0) {
      int at = wraps_next_ ? column_ : column_ - 1;
      while (at > 0 && here()[static_cast<std::size_t>(at)].empty()) --at;
      if (at < 0) return fail("a mark on nothing"), n;
      here()[static_cast<std::size_t>(at)] += text;
      return n;
    }
    if (width > columns_) return fail("too wide"), n;
    if (wraps_next_ || column_ + width > columns_) {
      line_feed();
      column_ = 0;
    }
    put(column_, text);
    if (width == 2) put(column_ + 1, "");
    column_ += width;
    if (column_ == columns_) {
      --column_;
      wraps_next_ = true;
    }
    return n;
  }

  // Half of a wide character that is written over leaves a blank.
  void put(int column, const std::string& text) {
    auto& row = here();
    const auto at = static_cast<std::size_t>(column);
    if (row[at].empty() && at > 0 && !text.empty()) row[at - 1] = " ";
    if (at + 1 < row.size() && row[at + 1].empty()) row[at + 1] = " ";
    row[at] = text;
  }

  std::size_t sequence(std::string_view s) {
    if (dumb_) return fail("an escape sequence"), 1;
    if (s.size() < 3 || s[1] != '[') return fail("not CSI"), 1;
    std::size_t end = 2;
    while (end < s.size() && s[end] < 0x40) ++end;
    if (end == s.size()) return fail("a cut sequence"), end;
    const std::string given(s.substr(2, end - 2));
    const int n = given.empty() ? 1 : std::atoi(given.c_str());
    if (s[end] != 'm' && wraps_next_) fail("a movement at the margin: terminals differ");
    switch (s[end]) {
      case 'A':
        row_ = std::max(0, row_ - n);
        break;
      case 'B':
        if (row_ + n >= rows()) fail("down and out");
        row_ = std::min(rows() - 1, row_ + n);
        break;
      case 'C':
        if (column_ + n >= columns_) fail("right and out");
        column_ = std::min(columns_ - 1, column_ + n);
        break;
      case 'D':
        if (column_ - n < 0) fail("left and out");
        column_ = std::max(0, column_ - n);
        break;
      case 'H':
        row_ = column_ = 0;
        break;
      case 'K':
        erase_row();
        break;
      case 'J':
        if (given == "2") {
          for (auto& r : cells_) r = blank();
          break;
        }
        erase_row();
        for (int r = row_ + 1; r < rows(); ++r) cells_[static_cast<std::size_t>(r)] = blank();
        break;
      case 'm':
        break;
      default:
        fail("an unknown sequence");
    }
    return end + 1;
  }

  void erase_row() {
    for (int c = column_; c < columns_; ++c) put(c, " ");
  }

  int columns_;
  bool dumb_;
  std::vector<Row> cells_;
  int row_ = 0, column_ = 0;
  bool wraps_next_ = false;
  int bells_ = 0, scrolled_ = 0;
  std::string fault_;
};

}  // namespace hitl::testing
