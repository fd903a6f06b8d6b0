// SPDX-License-Identifier: Apache-2.0
#include "base/visible.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace hitl {
namespace {

struct Span {
  char32_t first, last;
};

// Code points that change how the text around them looks, or look like nothing.
constexpr std::array kHidden = {
    Span{0x0080, 0x009F},    // C1
    Span{0x00A0, 0x00A0},    // no-break space: looks like a space, is none
    Span{0x00AD, 0x00AD},    // soft hyphen
    Span{0x034F, 0x034F},    // combining grapheme joiner
    Span{0x061C, 0x061C},    // arabic letter mark
    Span{0x115F, 0x1160},    // hangul fillers
    Span{0x1680, 0x1680},    // ogham space
    Span{0x17B4, 0x17B5},    // khmer inherent vowels
    Span{0x180B, 0x180F},    // mongolian selectors and vowel separator
    Span{0x2000, 0x200F},    // spaces of all widths, zero-width, directional marks
    Span{0x2028, 0x202F},    // line and paragraph separators, bidi embeddings
    Span{0x205F, 0x206F},    // invisible operators, bidi isolates
    Span{0x2800, 0x2800},    // blank braille
    Span{0x3000, 0x3000},    // ideographic space
    Span{0x3164, 0x3164},    // hangul filler
    Span{0xD800, 0xF8FF},    // surrogates, private use
    Span{0xFDD0, 0xFDEF},    // non-characters
    Span{0xFE00, 0xFE0F},    // variation selectors
    Span{0xFEFF, 0xFEFF},    // byte order mark
    Span{0xFFA0, 0xFFA0},    // halfwidth hangul filler
    Span{0xFFF0, 0xFFFF},    // interlinear annotation, specials
    Span{0x13430, 0x1345F},  // hieroglyph format controls
    Span{0x1BCA0, 0x1BCA3},  // shorthand format controls
    Span{0x1D173, 0x1D17A},  // musical format controls
    Span{0xE0000, 0x10FFFF}  // tags, selectors, private planes
};

bool hidden(char32_t cp) {
  return std::ranges::any_of(kHidden, [cp](Span s) { return cp >= s.first && cp <= s.last; });
}

// Combining marks are legitimate after a base; a pile of them is not.
bool combining(char32_t cp) {
  return (cp >= 0x0300 && cp <= 0x036F) || (cp >= 0x1AB0 && cp <= 0x1AFF) ||
         (cp >= 0x1DC0 && cp <= 0x1DFF) || (cp >= 0x20D0 && cp <= 0x20FF) ||
         (cp >= 0xFE20 && cp <= 0xFE2F);
}

void put_byte(std::string& out, unsigned char c) {
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += fmt::format("\\x{:02x}", c);
  }
}

constexpr int kMaxCombining = 2;

}  // namespace

std::size_t utf8_next(std::string_view s, char32_t& cp) {
  if (s.empty()) return 0;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const auto lead = byte(0);
  if (lead < 0x80) return cp = lead, 1;
  const std::size_t n = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (n == 0 || lead > 0xF4 || s.size() < n) return 0;
  cp = lead & (0x7Fu >> n);
  for (std::size_t i = 1; i < n; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    cp = (cp << 6) | (byte(i) & 0x3Fu);
  }
  static constexpr std::array<char32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  if (cp < kLeast[n] || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF)) return 0;
  return n;
}

bool is_utf8(std::string_view s) {
  char32_t cp = 0;
  while (!s.empty()) {
    const auto n = utf8_next(s, cp);
    if (n == 0) return false;
    s.remove_prefix(n);
  }
  return true;
}

VisibleText visible(std::string_view bytes, bool keep_newlines) {
  std::string out;
  out.reserve(bytes.size());
  int marks = 0;
  while (!bytes.empty()) {
    char32_t cp = 0;
    const auto n = utf8_next(bytes, cp);
    if (n <= 1) {
      const auto c = static_cast<unsigned char>(bytes[0]);
      if ((c >= 0x20 && c < 0x7F) || (c == '\n' && keep_newlines))
        out.push_back(static_cast<char>(c));
      else
        put_byte(out, c);
      marks = 0;
      bytes.remove_prefix(1);
      continue;
    }
    marks = combining(cp) ? marks + 1 : 0;
    if (hidden(cp) || marks > kMaxCombining || (marks > 0 && out.empty()))
      out += fmt::format("U+{:04X}", static_cast<std::uint32_t>(cp));
    else
      out += bytes.substr(0, n);
    bytes.remove_prefix(n);
  }
  return VisibleText(std::move(out));
}

VisibleText visible_cut(std::string_view bytes, std::size_t width) {
  auto whole = visible(bytes.substr(0, width));
  if (bytes.size() <= width && whole.str().size() <= width) return whole;
  // Cut what is already visible, at a character's border: that stays visible.
  const auto& text = whole.str();
  auto cut = std::min(text.size(), width > 3 ? width - 3 : 0);
  while (cut > 0 && cut < text.size() && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80)
    --cut;
  return visible(text.substr(0, cut) + "...");
}

bool has_hidden(std::string_view bytes) { return visible(bytes, true).str() != bytes; }

}  // namespace hitl
