// SPDX-License-Identifier: Apache-2.0
// The text being edited, its cursor, and how to take changes back.
//
// Positions are bytes and stand at borders of glyphs.  Bounded: the text by
// kMaxLine, what undo keeps by kMaxUndo; the oldest changes are forgotten first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace hitl::lineedit {

constexpr std::size_t kMaxLine = 65'536;
constexpr std::size_t kMaxUndo = 1'048'576;

class Line {
 public:
  // Changes of the same run are taken back together.
  enum class Run : std::uint8_t { None, Typed, Pasted };

  const std::string& text() const { return text_; }
  std::size_t cursor() const { return cursor_; }

  // Another text, with nothing to take back; it may not be above kMaxLine.
  void set(std::string text, std::size_t cursor);
  // To this place, or the first border of glyphs behind it.
  void move(std::size_t to);

  // Puts `with` in place of [from, to), and the cursor behind it.  False, with
  // nothing changed, if the line would be too long.
  bool replace(std::size_t from, std::size_t to, std::string_view with, Run run = Run::None);
  bool insert(std::string_view text, Run run = Run::None) {
    return replace(cursor_, cursor_, text, run);
  }
  void erase(std::size_t from, std::size_t to);

  // Takes the last change back; false if there is none.
  bool undo();

  // From a position one glyph, one word (letters and digits) or one word between
  // blanks further.
  std::size_t left(std::size_t at) const;
  std::size_t right(std::size_t at) const;
  std::size_t word_left(std::size_t at) const;
  std::size_t word_right(std::size_t at) const;
  std::size_t blank_word_left(std::size_t at) const;

 private:
  struct Edit {
    std::size_t at, cursor;  // cursor: before the change
    std::string removed, inserted;
    Run run;
  };
  static std::size_t cost(const Edit& edit);
  std::string_view glyph(std::size_t at) const;

  std::string text_;
  std::size_t cursor_ = 0;
  std::deque<Edit> edits_;
  std::size_t edits_cost_ = 0;
};

}  // namespace hitl::lineedit
