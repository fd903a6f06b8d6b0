// SPDX-License-Identifier: Apache-2.0
// Text with styles, measured in columns of a terminal.
//
// A Text is only ever made from VisibleText, so that whatever is drawn or
// printed from it is safe for a terminal.  Knows no terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hitl/text.h"
#include "tui/style.h"

namespace hitl::tui {

// One character with the marks that combine with it; or a line feed.
struct Glyph {
  std::string bytes;  // UTF-8
  int width = 1;      // columns: 0 (line feed), 1 or 2
  Style style = Style::Plain;
  bool operator==(const Glyph&) const = default;
};

class Text {
 public:
  Text() = default;
  Text(const VisibleText& text, Style style = Style::Plain) { add(text, style); }

  Text& add(const VisibleText& text, Style style = Style::Plain);
  Text& add(const Text& text);
  // Spaces until the text is `width` columns wide.
  Text& pad(int width);

  const std::vector<Glyph>& glyphs() const { return glyphs_; }
  bool empty() const { return glyphs_.empty(); }
  int width() const { return width_; }  // columns of all glyphs
  std::string str() const;

  bool operator==(const Text&) const = default;

 private:
  friend std::vector<Text> wrap(const Text&, int);
  friend Text cut(const Text&, int);
  void push(Glyph glyph);

  std::vector<Glyph> glyphs_;
  int width_ = 0;
};

// Bytes as visible() shows them, with every character in `mark` that is shown
// in another form or that is not ASCII (a Cyrillic "а" is no "a").
Text marked(std::string_view bytes, Style style, Style mark = Style::Marked);

// Lines of at most `width` (>= 2) columns: cut at line feeds, after spaces where
// that is possible, else anywhere.  Nothing but the line feeds is left out.
std::vector<Text> wrap(const Text& text, int width);

// The text, or its beginning and "…" where it is wider than `width` or has more
// than one line.
Text cut(const Text& text, int width);

}  // namespace hitl::tui
