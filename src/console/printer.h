// SPDX-License-Identifier: Apache-2.0
// Standard output of the one-shot commands: a terminal with its width and
// colour, or a pipe.
#pragma once

#include <string_view>
#include <vector>

#include "tui/text.h"

namespace hitl::console {

class Printer {
 public:
  Printer();

  // Columns for people: of the terminal, between 60 and 140; 100 elsewhere.
  int width() const { return width_; }
  // Whether there is a person who reads and answers.
  bool interactive() const { return interactive_; }

  void line(const tui::Text& text);
  // For other programs; `text` has its own line feed.  Flushes.
  void json(std::string_view text);

  // Prints the lines so that no one of them leaves the screen unread: waits for
  // Enter after each screenful.  False if the reader gave up.
  bool pages(const std::vector<tui::Text>& lines);
  // True if the answer to the question is yes, in full or as "y".
  bool ask(const tui::Text& question);

 private:
  bool colour_, interactive_;
  int width_ = 100, height_ = 0;
};

}  // namespace hitl::console
