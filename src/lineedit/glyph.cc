// SPDX-License-Identifier: Apache-2.0
#include "lineedit/glyph.h"

#include <fmt/format.h>

#include <cstdint>

#include "base/visible.h"
#include "lineedit/width.h"

namespace hitl::lineedit {
namespace {

// As many as visible() leaves on one character.
constexpr int kMaxMarks = 2;

bool printable_ascii(char c) { return c >= 0x20 && c < 0x7F; }

// Letters and ideographs that visible() leaves as they are: most of what is
// typed, without asking it.
bool surely_shown(char32_t cp) {
  return (cp >= 0x00C0 && cp <= 0x02AF) || (cp >= 0x0370 && cp <= 0x0482) ||
         (cp >= 0x3041 && cp <= 0x3096) || (cp >= 0x30A0 && cp <= 0x30FF) ||
         (cp >= 0x4E00 && cp <= 0x9FFF) || (cp >= 0xAC00 && cp <= 0xD7A3);
}

bool is_hidden(char32_t cp, std::string_view bytes) {
  return !surely_shown(cp) && has_hidden(bytes);
}

bool is_mark(char32_t cp, std::string_view bytes) {
  return columns_of(cp) == 0 && !has_hidden("a" + std::string(bytes));
}

// A border from which on the glyphs up to `at` can be told: how many marks one
// takes depends on where it begins.  A mark behind kMaxMarks others is alone.
std::size_t base_before(std::string_view text, std::size_t at) {
  for (int passed = 0; passed <= kMaxMarks && at > 0; ++passed) {
    std::size_t back = 1;
    char32_t cp = 0;
    for (std::size_t n = 1; n <= 4 && n <= at; ++n)
      if (utf8_next(text.substr(at - n, n), cp) == n) {
        back = n;
        break;
      }
    at -= back;
    if (utf8_next(text.substr(at, back), cp) == 0 || columns_of(cp) > 0) break;
  }
  return at;
}

}  // namespace

std::size_t glyph_size(std::string_view text) {
  if (text.empty()) return 0;
  char32_t cp = 0;
  std::size_t n = utf8_next(text, cp);
  if (n == 0) return 1;
  if (n == 1) {
    if (!printable_ascii(text[0])) return 1;
    if (text.size() == 1 || static_cast<unsigned char>(text[1]) < 0xC2) return 1;
  } else if (columns_of(cp) == 0 || is_hidden(cp, text.substr(0, n))) {
    return n;  // shown as a number, and nothing combines with that
  }
  for (int marks = 0; marks < kMaxMarks; ++marks) {
    const auto more = utf8_next(text.substr(n), cp);
    if (more == 0 || !is_mark(cp, text.substr(n, more))) break;
    n += more;
  }
  return n;
}

std::size_t glyph_before(std::string_view text, std::size_t at) {
  for (std::size_t next = base_before(text, at), start = next;; start = next) {
    next += glyph_size(text.substr(start, at - start));
    if (next >= at) return start;
  }
}

std::size_t glyph_border(std::string_view text, std::size_t at) {
  if (at == 0 || at >= text.size() || printable_ascii(text[at])) return at;
  char32_t cp = 0;
  std::size_t character = at;  // where the one begins that `at` is in
  for (std::size_t back = 1; back <= 3 && back <= at; ++back)
    if (utf8_next(text.substr(at - back), cp) > back) character = at - back;
  if (character == at && (utf8_next(text.substr(at), cp) == 0 || columns_of(cp) > 0)) return at;
  auto border = base_before(text, character);
  while (border < at) border += glyph_size(text.substr(border));
  return border;
}

Shape shape_of(std::string_view glyph) {
  if (glyph.size() == 1) {
    const auto c = static_cast<unsigned char>(glyph[0]);
    if (printable_ascii(glyph[0])) return {std::string(glyph), 1, true};
    if (c < 0x20) return {{'^', static_cast<char>(c + '@')}, 2, false};
    if (c == 0x7F) return {"^?", 2, false};
  }
  char32_t cp = 0;
  const auto n = utf8_next(glyph, cp);
  if (n == glyph.size() && surely_shown(cp)) return {std::string(glyph), columns_of(cp), true};
  std::string text;
  if (n == 0 || columns_of(cp) > 0)
    text = visible(glyph).str();
  else
    text = fmt::format("U+{:04X}", static_cast<std::uint32_t>(cp));
  if (text == glyph) return {std::move(text), columns_of(cp), true};
  const auto columns = static_cast<int>(text.size());
  return {std::move(text), columns, false};
}

bool is_word(std::string_view glyph) {
  char32_t cp = 0;
  if (utf8_next(glyph, cp) == 0) return false;
  if (cp < 0x80)
    return (cp >= '0' && cp <= '9') || (cp >= 'A' && cp <= 'Z') || (cp >= 'a' && cp <= 'z');
  return !(cp < 0xC0 && cp != 0xAA && cp != 0xB5 && cp != 0xBA) && cp != 0xD7 && cp != 0xF7 &&
         !(cp >= 0x2000 && cp <= 0x2BFF) && !(cp >= 0x3000 && cp <= 0x3004) &&
         !(cp >= 0x3008 && cp <= 0x3020) && !(cp >= 0xFF00 && cp <= 0xFF0F);
}

}  // namespace hitl::lineedit
