// SPDX-License-Identifier: Apache-2.0
// Knows what a terminal shows of the line and writes what makes it show the
// next frame: as little as that takes.
//
// The terminal wraps at its right margin and scrolls at its bottom, and where
// on it the line begins is not known: all movement is relative.  Rows that
// scrolled off the top cannot be reached; of a line that is higher than the
// screen a window around the cursor is shown.
//
// On a dumb terminal only text, BS, CR and LF are written.  It cannot go up:
// where it would have to, the line is written again below, and rows under the
// cursor's are not shown until the cursor comes to them.
#pragma once

#include <string>
#include <string_view>

#include "lineedit/layout.h"

namespace hitl::lineedit {

struct Size {
  int columns = 80, rows = 24;  // 0 or less: not known, taken as these
};

class Display {
 public:
  Display(Size size, bool dumb);

  int columns() const { return columns_; }

  // Begins: the cursor stands in column 0 of a row that nobody wrote in, or
  // right behind what `frame` shows.
  void begin();
  void begin_behind(const Frame& frame);

  // Each adds to `out`.
  void show(std::string& out, Frame frame);
  // As show(), where all that changed is this cell at the end, with the cursor
  // behind it.  False, with nothing done, where that needs more than the cell.
  bool append(std::string& out, Cell cell);
  // Shows it, with the cursor at the start of a row below it.
  void finish(std::string& out, Frame frame, std::string_view last_words);
  // The prompt is another one than in the frame before.
  void forget_prompt() { prompt_changed_ = true; }
  // Takes all of the line away, or as much as can be reached, and begins anew.
  void wipe(std::string& out);
  // Clears the screen and begins at its top.
  void clear(std::string& out);
  // The terminal has another size now.  True if the line was taken away and has
  // to be shown anew; `fitting` is its frame in the new width.
  bool resize(std::string& out, Size size, const Frame& fitting);

 private:
  // The first row of the frame that is to be seen.
  int window_top(const Frame& frame) const;
  // Whether all that differs can be reached.
  bool reachable(const Frame& frame) const;
  // Writes what differs, and leaves the cursor behind that.
  void render(std::string& out, Frame& frame);
  void paint_row(std::string& out, const Frame& frame, int row);
  // Moves to a place.  `writes`: the next output is the cell there.
  void move(std::string& out, const Frame& frame, Place to, bool writes);
  void leave_margin(std::string& out, const Frame& frame, Place to, bool writes);
  void move_in_row(std::string& out, const Row& row, int column);
  void write(std::string& out, const Cell& cell);

  int columns_, rows_;
  bool dumb_;
  Frame shown_;
  bool prompt_changed_ = false;
  // Rows are counted from the line's first.  The cursor; its column is columns_
  // after a write to the last one, when the terminal has not wrapped yet.
  Place at_;
  int lowest_ = 0;  // the last row the cursor has been in
  int top_ = 0;     // the first row that can still be reached
};

}  // namespace hitl::lineedit
