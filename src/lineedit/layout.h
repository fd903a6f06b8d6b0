// SPDX-License-Identifier: Apache-2.0
// Where everything stands on a screen of so many columns: prompt and text in
// rows of cells, the cursor among them.
//
// A full row goes on in the next one, and where the text fills its last row the
// cursor stands in an empty row below.  A wide character that does not fit at
// the end of a row leaves a blank there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hitl::lineedit {

struct Cell {
  std::string text;  // UTF-8; within the prompt with SGR sequences around it
  int columns = 1;
  bool operator==(const Cell&) const = default;
};

struct Row {
  std::vector<Cell> cells;
  int columns = 0;
};

struct Place {
  int row = 0, column = 0;
  bool operator==(const Place&) const = default;
};

struct Frame {
  std::vector<Row> rows;
  Place cursor;
  int prompt_rows = 0;  // rows that hold some of the prompt
};

class Prompt {
 public:
  Prompt() = default;
  // `bytes` as a program printed them.  Characters and colours (SGR) are kept, of
  // its last line as cells; other sequences have no width and are not repeated.
  // `plain`: no colours.  Of more than kMaxPrompt bytes the last are taken.
  Prompt(std::string_view bytes, bool plain);

  const std::vector<Cell>& cells() const { return cells_; }
  // The lines before the last, each with CR LF.
  const std::string& lines_before() const { return before_; }

 private:
  std::vector<Cell> cells_;
  std::string before_;
};

constexpr std::size_t kMaxPrompt = 4'096;

Frame lay_out(const Prompt& prompt, std::string_view text, std::size_t cursor, int columns);

}  // namespace hitl::lineedit
