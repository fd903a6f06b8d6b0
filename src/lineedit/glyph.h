// SPDX-License-Identifier: Apache-2.0
// What one step of the cursor passes over, and how it is shown.
//
// A glyph is a character with the marks that combine with it, a control
// character, or a byte that is not UTF-8.  Every text is a row of glyphs: any
// bytes can be edited, and none reaches the terminal but in a visible form.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hitl::lineedit {

// Bytes of the glyph at the start of `text`; 0 if that is empty.
std::size_t glyph_size(std::string_view text);

// Where the glyph before `at` begins; `at` is a glyph's border.
std::size_t glyph_before(std::string_view text, std::size_t at);

// The first border of glyphs at or behind `at`: a change of the text can make
// what was one an inner part of a glyph.
std::size_t glyph_border(std::string_view text, std::size_t at);

// `columns` is 1 or 2 for a character that is shown as it is.  A form that
// stands for it is ASCII, of one column a byte: ^A, \xff, U+200B.
struct Shape {
  std::string text;
  int columns = 1;
  bool as_is = true;
};
Shape shape_of(std::string_view glyph);

// Letters and digits, for the commands that go by words: what is not ASCII is a
// letter, but for spaces and punctuation.
bool is_word(std::string_view glyph);

}  // namespace hitl::lineedit
