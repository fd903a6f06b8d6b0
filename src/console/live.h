// SPDX-License-Identifier: Apache-2.0
// A session that is looked at as it happens: a terminal's screen where it has
// one, else the lines of its output.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "hitl/operator_protocol.h"
#include "tui/terminal.h"
#include "tui/text.h"

namespace hitl::console {

class Live {
 public:
  void take(const operators::Output& output);

  bool begun() const { return begun_; }  // the broker has answered
  bool ended() const { return ended_; }
  const std::string& mark() const { return mark_; }  // the last thing that was noted in it
  const tui::Terminal* terminal() const { return terminal_ ? &*terminal_ : nullptr; }
  const std::deque<tui::Text>& lines() const { return lines_; }

 private:
  void add_lines(const operators::Output& output);

  std::optional<tui::Terminal> terminal_;
  std::deque<tui::Text> lines_;  // the last ones, where there is no terminal
  std::string line_;             // the last of them, as it came
  bool open_ = false;            // it goes on
  char code_ = 'o';
  std::string mark_;
  bool begun_ = false, ended_ = false;
};

}  // namespace hitl::console
