// SPDX-License-Identifier: Apache-2.0
// A grid of cells that a view draws into and a screen shows: the one thing that
// the two know of each other.  Tests read it as text.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tui/text.h"

namespace hitl::tui {

struct Size {
  int width = 80, height = 24;
  bool operator==(const Size&) const = default;
};

struct Cell {
  std::string bytes = " ";  // empty: the right half of the wide character before it
  Style style = Style::Plain;
  bool reverse = false;
};

class Surface {
 public:
  explicit Surface(Size size);

  Size size() const { return size_; }
  const Cell& cell(int x, int y) const;

  // Draws `text` from column x of row y, cut at the right edge; what is outside
  // is left out.  A line feed is drawn as a space.  Gives the column after it.
  int put(int x, int y, const Text& text);
  // So that the text ends in the last column.
  void put_right(int y, const Text& text);
  // A line across the row, from column x on.
  void rule(int y, int x = 0);
  void reverse_row(int y) { reverse(0, y, size_.width); }
  void reverse(int x, int y, int width);

  // Where the terminal's cursor stands; hidden if nowhere.
  std::optional<std::pair<int, int>> cursor;

  // One row, or all joined by line feeds, without trailing spaces.
  std::string row(int y) const;
  std::string text() const;

 private:
  Cell* at(int x, int y);

  Size size_;
  std::vector<Cell> cells_;
};

}  // namespace hitl::tui
