// SPDX-License-Identifier: Apache-2.0
#include "tui/text.h"

#include <locale.h>
#include <wchar.h>

#include <algorithm>

#include "base/check.h"
#include "base/visible.h"

namespace hitl::tui {
namespace {

// wcwidth() of a UTF-8 locale, whatever the process's own is.
int columns_of(char32_t cp) {
  if (cp < 0x7F) return 1;
  static const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (utf8 == nullptr) return 1;
  const locale_t before = ::uselocale(utf8);
  const int width = ::wcwidth(static_cast<wchar_t>(cp));
  ::uselocale(before);
  return width < 0 ? 1 : width;
}

bool is_line_feed(const Glyph& g) { return g.bytes == "\n"; }

}  // namespace

void Text::push(Glyph glyph) {
  width_ += glyph.width;
  glyphs_.push_back(std::move(glyph));
}

Text& Text::add(const VisibleText& text, Style style) {
  std::string_view rest = text.str();
  while (!rest.empty()) {
    char32_t cp = 0;
    const auto n = utf8_next(rest, cp);
    HITL_CHECK(n > 0);  // visible() makes well-formed text only
    const int width = cp == '\n' ? 0 : columns_of(cp);
    if (width == 0 && cp != '\n' && !glyphs_.empty())
      glyphs_.back().bytes += rest.substr(0, n);
    else
      push({std::string(rest.substr(0, n)), width, style});
    rest.remove_prefix(n);
  }
  return *this;
}

Text& Text::add(const Text& text) {
  for (const auto& g : text.glyphs_) push(g);
  return *this;
}

Text& Text::pad(int width) {
  if (width > width_) add(visible(std::string(static_cast<std::size_t>(width - width_), ' ')));
  return *this;
}

std::string Text::str() const {
  std::string out;
  for (const auto& g : glyphs_) out += g.bytes;
  return out;
}

Text marked(std::string_view bytes, Style style, Style mark) {
  const auto plain = [](unsigned char c) { return (c >= 0x20 && c < 0x7F) || c == '\n'; };
  Text out;
  while (!bytes.empty()) {
    const auto run =
        static_cast<std::size_t>(std::ranges::find_if_not(bytes, plain) - bytes.begin());
    out.add(visible(bytes.substr(0, run), true), style);
    bytes.remove_prefix(run);
    if (bytes.empty()) break;
    // One at a time: a mark that combines has nothing to hide behind.
    char32_t cp = 0;
    const auto n = std::max<std::size_t>(utf8_next(bytes, cp), 1);
    out.add(visible(bytes.substr(0, n)), mark);
    bytes.remove_prefix(n);
  }
  return out;
}

std::vector<Text> wrap(const Text& text, int width) {
  HITL_CHECK(width >= 2);
  std::vector<Text> lines(1);
  const auto& glyphs = text.glyphs_;
  std::size_t line_start = 0, after_space = 0;
  int used = 0;
  const auto end_line = [&](std::size_t end) {
    for (; line_start < end; ++line_start) lines.back().push(glyphs[line_start]);
    lines.emplace_back();
    used = 0;
  };
  for (std::size_t i = 0; i < glyphs.size(); ++i) {
    const auto& g = glyphs[i];
    if (is_line_feed(g)) {
      end_line(i);
      line_start = i + 1;
      continue;
    }
    if (used + g.width > width) {
      end_line(after_space > line_start ? after_space : i);
      for (auto j = line_start; j < i; ++j) used += glyphs[j].width;
    }
    used += g.width;
    if (g.bytes == " ") after_space = i + 1;
  }
  for (; line_start < glyphs.size(); ++line_start) lines.back().push(glyphs[line_start]);
  return lines;
}

Text cut(const Text& text, int width) {
  const auto& glyphs = text.glyphs_;
  const auto feed = std::ranges::find_if(glyphs, is_line_feed);
  if (text.width_ <= width && feed == glyphs.end()) return text;
  Text out;
  for (auto g = glyphs.begin(); g != feed && out.width_ + g->width < width; ++g) out.push(*g);
  return width > 0 ? out.add(visible("…"), Style::Dim) : out;
}

}  // namespace hitl::tui
