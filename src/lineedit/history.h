// SPDX-License-Identifier: Apache-2.0
// The lines of this session, and the walk through them while a line is edited.
//
// A line that is changed on the walk and left keeps its change until the line
// in hand is done; then all are again what they were.  Bounded: kMaxLines lines
// of kMaxHistory bytes together, and as many bytes of changes.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>

namespace hitl::lineedit {

constexpr std::size_t kMaxLines = 1'000;
constexpr std::size_t kMaxHistory = 1'048'576;

class History {
 public:
  // Keeps a line that is done.  Not kept: an empty one, the same as the one
  // before, and one that begins with a blank, as who typed it asked.
  void add(std::string_view line);

  // A new line begins, behind the newest.
  void start();

  // Lines 0 (the oldest) to size() - 1; size() is the one begun.
  std::size_t size() const { return lines_.size(); }
  std::size_t position() const { return position_; }
  // As it was, and with its change; original(size()) is empty.
  const std::string& original(std::size_t at) const;
  const std::string& line(std::size_t at) const;

  // Leaves the line at position(), whose text is now `text`, for that at `to`.
  void go(std::size_t to, std::string_view text);

 private:
  std::deque<std::string> lines_;
  std::size_t bytes_ = 0;
  std::size_t position_ = 0;
  std::map<std::size_t, std::string> changed_;
  std::size_t changed_bytes_ = 0;
};

// The last word of a command line, with its quotes; empty if there is none.
std::string_view last_word(std::string_view line);

}  // namespace hitl::lineedit
