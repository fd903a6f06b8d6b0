// SPDX-License-Identifier: Apache-2.0
// Lines of one width, written one after the other: headings, fields, commands
// behind bars.  Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "console/effect_marks.h"
#include "tui/text.h"

namespace hitl::console {

class Page {
 public:
  explicit Page(int width) : width_(width) {}

  void line(tui::Text text) { lines_.push_back(std::move(text)); }
  // An empty line, but at the beginning and never two.
  void gap();
  void heading(std::string_view name);
  void paragraph(const tui::Text& text);
  // " Name        text", its further lines under the first one.
  void field(std::string_view name, const tui::Text& text);

  // The lines of a command, each behind a bar; a line that is wrapped and goes
  // on has another sign than one that the command itself ends.
  void command(const std::string& bytes, const Styles& styles = {});

  struct Column {
    std::string_view name;
    const std::string& bytes;
    const Styles& styles;
  };
  void side_by_side(const Column& left, const Column& right);

  // The agent's words: whoever reads them must see whose they are.
  void claims(const std::string& words);

  int width() const { return width_; }
  std::size_t size() const { return lines_.size(); }
  std::vector<tui::Text> lines() && { return std::move(lines_); }

 private:
  int width_;
  std::vector<tui::Text> lines_;
};

}  // namespace hitl::console
