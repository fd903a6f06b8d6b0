// SPDX-License-Identifier: Apache-2.0
#include "lineedit/display.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace hitl::lineedit {
namespace {

// Beyond this a terminal's size is not believed: it only serves to compute.
constexpr int kMaxSide = 10'000;

void go(std::string& out, int n, char final) {
  if (n == 1)
    out += fmt::format("\x1b[{}", final);
  else if (n > 1)
    out += fmt::format("\x1b[{}{}", n, final);
}

int side(int given, int otherwise) { return given <= 0 ? otherwise : std::min(given, kMaxSide); }

}  // namespace

Display::Display(Size size, bool dumb)
    : columns_(side(size.columns, 80)), rows_(side(size.rows, 24)), dumb_(dumb) {}

void Display::begin() {
  shown_ = {};
  at_ = {};
  lowest_ = top_ = 0;
  prompt_changed_ = false;
}

void Display::begin_behind(const Frame& frame) {
  begin();
  shown_ = frame;
  // lay_out() has the cursor below a full row; the terminal has not.
  if (shown_.rows.size() > 1 && shown_.rows.back().cells.empty()) shown_.rows.pop_back();
  lowest_ = static_cast<int>(shown_.rows.size()) - 1;
  at_ = {lowest_, shown_.rows.back().columns};
  top_ = std::max(0, lowest_ - rows_ + 1);
}

int Display::window_top(const Frame& frame) const {
  const int cursor = frame.cursor.row;
  if (!dumb_ && frame.rows.size() <= static_cast<std::size_t>(rows_)) return 0;
  if (cursor < top_) return std::max(0, cursor - (dumb_ ? rows_ - 1 : rows_ / 2));
  if (cursor >= top_ + rows_) return cursor - rows_ + 1;
  return top_;
}

bool Display::reachable(const Frame& frame) const {
  const auto height = static_cast<int>(frame.rows.size());
  if (prompt_changed_ && (top_ > 0 || (dumb_ && at_.row > 0))) return false;
  if (window_top(frame) < top_) return false;
  if (!dumb_) return true;
  if (height <= at_.row) return false;
  for (auto row = static_cast<std::size_t>(top_); row < static_cast<std::size_t>(at_.row); ++row)
    if (frame.rows[row].cells != shown_.rows[row].cells) return false;
  return true;
}

void Display::show(std::string& out, Frame frame) {
  render(out, frame);
  move(out, frame, frame.cursor, false);
  shown_ = std::move(frame);
}

void Display::render(std::string& out, Frame& frame) {
  if (dumb_) frame.rows.resize(static_cast<std::size_t>(frame.cursor.row) + 1);
  if (!reachable(frame)) {
    wipe(out);
    at_.row = lowest_ = top_ = window_top(frame);  // what is above is never written
  }
  const auto height = static_cast<int>(frame.rows.size());
  const int bottom = std::min(height, window_top(frame) + rows_);
  for (int row = top_; row < bottom; ++row) paint_row(out, frame, row);
  const auto is_left = [](const Row& row) { return !row.cells.empty(); };
  const auto old = std::min(static_cast<int>(shown_.rows.size()), lowest_ + 1);
  if (old > bottom &&
      std::any_of(shown_.rows.begin() + bottom, shown_.rows.begin() + old, is_left)) {
    move(out, frame, {bottom, 0}, false);
    out += "\x1b[J";
  }
  prompt_changed_ = false;
}

void Display::paint_row(std::string& out, const Frame& frame, int row) {
  static const Row kEmpty;
  const auto index = static_cast<std::size_t>(row);
  const Row& next = frame.rows[index];
  const Row& old = index < shown_.rows.size() && row <= lowest_ ? shown_.rows[index] : kEmpty;
  const auto shorter = std::min(next.cells.size(), old.cells.size());
  std::size_t same = 0, same_end = 0;
  int column = 0;
  const bool anew = prompt_changed_ && row < std::max(frame.prompt_rows, shown_.prompt_rows);
  if (!anew) {
    while (same < shorter && next.cells[same] == old.cells[same])
      column += next.cells[same++].columns;
    if (next.columns == old.columns)
      while (same + same_end < shorter && next.cells[next.cells.size() - 1 - same_end] ==
                                              old.cells[old.cells.size() - 1 - same_end])
        ++same_end;
  }
  const auto end = next.cells.size() - same_end;
  if (same < end) {
    move(out, frame, {row, column}, true);
    for (auto i = same; i < end; ++i) write(out, next.cells[i]);
  }
  if (next.columns < old.columns) {
    move(out, frame, {row, next.columns}, false);
    if (dumb_) {
      for (int i = next.columns; i < old.columns; ++i) write(out, {" ", 1});
    } else {
      out += "\x1b[K";
    }
  } else if (same == end && row > lowest_) {
    move(out, frame, {row, 0}, false);  // an empty row is one too
  }
}

void Display::write(std::string& out, const Cell& cell) {
  out += cell.text;
  at_.column += cell.columns;
}

void Display::leave_margin(std::string& out, const Frame& frame, Place to, bool writes) {
  if (to.row != at_.row + 1 || to.column != 0) {
    out += '\r';
    at_.column = 0;
    return;
  }
  at_ = {at_.row + 1, 0};
  lowest_ = std::max(lowest_, at_.row);
  top_ = std::max(top_, lowest_ - rows_ + 1);
  if (writes) return;
  // The next character makes the terminal wrap: what stands there, or a blank.
  const auto row = static_cast<std::size_t>(to.row);
  const bool blank = row >= frame.rows.size() || frame.rows[row].cells.empty();
  out += blank ? " " : frame.rows[row].cells[0].text;
  out += '\r';
}

void Display::move(std::string& out, const Frame& frame, Place to, bool writes) {
  if (at_ == to) return;
  if (at_.column >= columns_) leave_margin(out, frame, to, writes);
  if (to.row < at_.row) {
    HITL_CHECK(!dumb_ && to.row >= top_);
    go(out, at_.row - to.row, 'A');
    at_.row = to.row;
  }
  const int known = std::min(to.row, lowest_);
  if (known > at_.row) {
    if (dumb_)
      out.append(static_cast<std::size_t>(known - at_.row), '\n');
    else
      go(out, known - at_.row, 'B');
    at_.row = known;
  }
  for (; at_.row < to.row; at_ = {at_.row + 1, 0}) out += "\r\n";
  lowest_ = std::max(lowest_, at_.row);
  top_ = std::max(top_, lowest_ - rows_ + 1);
  const auto row = static_cast<std::size_t>(to.row);
  move_in_row(out, row < frame.rows.size() ? frame.rows[row] : Row{}, to.column);
}

void Display::move_in_row(std::string& out, const Row& row, int column) {
  const int back = at_.column - column;
  if (back > 0 && (column == 0 || (dumb_ && column < back))) {
    out += '\r';
    at_.column = 0;
  } else if (back > 0) {
    if (dumb_ || back <= 4)
      out.append(static_cast<std::size_t>(back), '\b');
    else
      go(out, back, 'D');
    at_.column = column;
  }
  if (at_.column == column) return;
  if (!dumb_) {
    go(out, column - at_.column, 'C');
    at_.column = column;
    return;
  }
  int at = 0;
  for (const auto& cell : row.cells) {
    if (at >= at_.column && at < column) write(out, cell);
    at += cell.columns;
  }
}

bool Display::append(std::string& out, Cell cell) {
  if (shown_.rows.empty()) return false;
  auto& row = shown_.rows.back();
  const Place end{static_cast<int>(shown_.rows.size()) - 1, row.columns};
  if (at_ != end || shown_.cursor != end || end.column + cell.columns >= columns_) return false;
  write(out, cell);
  row.columns += cell.columns;
  shown_.cursor.column = row.columns;
  row.cells.push_back(std::move(cell));
  return true;
}

void Display::finish(std::string& out, Frame frame, std::string_view last_words) {
  // Where the cursor would stand alone below a full row, the line feed does what
  // wrapping would have done.
  const auto last = static_cast<int>(frame.rows.size()) - 1;
  const bool alone = last > 0 && last_words.empty() && frame.rows.back().cells.empty() &&
                     frame.rows[frame.rows.size() - 2].columns == columns_;
  if (alone && !(dumb_ && at_.row == last)) {
    frame.rows.pop_back();
    frame.cursor = {last - 1, 0};
    render(out, frame);
    if (at_.row != last - 1) move(out, frame, frame.cursor, false);
  } else {
    show(out, std::move(frame));
  }
  out += last_words;
  out += "\r\n";
  begin();
}

void Display::wipe(std::string& out) {
  if (!dumb_) {
    if (at_.column >= columns_) out += '\r', at_.column = 0;
    move(out, {}, {top_, 0}, false);
    out += "\x1b[J";
  } else if (lowest_ == 0 && at_.row == 0 && !shown_.rows.empty()) {
    const int used = std::min(shown_.rows[0].columns, columns_ - 1);
    if (shown_.rows[0].columns > used)
      out += "\r\n";  // to the margin: blanks would wrap
    else
      out += "\r" + std::string(static_cast<std::size_t>(used), ' ') + "\r";
  } else if (at_.row > 0 || at_.column > 0) {
    out += "\r\n";
  }
  const bool changed = prompt_changed_;
  begin();
  prompt_changed_ = changed;
}

void Display::clear(std::string& out) {
  out += dumb_ ? "\r\n" : "\x1b[H\x1b[2J";
  begin();
}

bool Display::resize(std::string& out, Size size, const Frame& fitting) {
  const int columns = side(size.columns, 80), rows = side(size.rows, 24);
  const auto height = static_cast<int>(shown_.rows.size());
  const bool same_width = columns == columns_;
  const bool one_row =
      height == 1 && fitting.rows.size() == 1 && shown_.rows[0].columns == fitting.rows[0].columns;
  // A lower screen may have lost the rows under the cursor's.
  const bool fits =
      height <= std::min(rows, rows_) && top_ == 0 && (rows >= rows_ || at_.row == height - 1);
  const int up = at_.row - top_;
  const int up_fitting = top_ == 0 ? fitting.cursor.row : up;
  columns_ = columns;
  rows_ = rows;
  if (fits && (same_width || one_row)) {
    lowest_ = height - 1;
    return false;
  }
  if (dumb_) {
    out += "\r\n";
  } else {
    // Some terminals wrap the text anew, others do not.  To go up too far would
    // wipe what is not ours; too little leaves a row of the old line.
    out += '\r';
    go(out, std::min({up, up_fitting, rows - 1}), 'A');
    out += "\x1b[J";
  }
  begin();
  return true;
}

}  // namespace hitl::lineedit
