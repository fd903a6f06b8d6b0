// SPDX-License-Identifier: Apache-2.0
#include "console/effect_marks.h"

#include <algorithm>

#include "console/phrase.h"

namespace hitl::console {
namespace {

using tui::Style;

constexpr std::string_view kBetween = " \t\n\r;|&()<>{}\"'`\\$";
constexpr std::size_t kReach = 512;  // how far a word is searched for

struct Word {
  std::size_t begin, end;
};

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t at = 0; (at = text.find_first_not_of(kBetween, at)) != std::string_view::npos;) {
    const auto end = std::min(text.find_first_of(kBetween, at), text.size());
    words.push_back({at, end});
    at = end;
  }
  return words;
}

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

Styles marks_of_command(const operators::RequestView& r) {
  Styles styles(r.command.size(), Style::Plain);
  for (const auto& e : r.effects) {
    const auto style = style_of_effect(e.name);
    const auto end = std::min<std::size_t>(e.end, styles.size());
    for (std::size_t i = e.begin; i < end; ++i) styles[i] = std::max(styles[i], style);
  }
  return styles;
}

Styles marks_of_canonical(const operators::RequestView& r) {
  const auto raw = marks_of_command(r);
  if (r.command == r.canonical) return raw;
  Styles styles(r.canonical.size(), Style::Plain);
  const std::string_view text = r.canonical;
  std::size_t from = 0;
  for (const auto& w : words_of(r.command)) {
    const auto word = std::string_view(r.command).substr(w.begin, w.end - w.begin);
    const auto found = text.substr(from, kReach).find(word);
    if (found == std::string_view::npos) continue;
    const auto begin = from + found;
    from = begin + word.size();
    std::fill_n(styles.begin() + static_cast<std::ptrdiff_t>(begin), word.size(), raw[w.begin]);
  }
  return styles;
}

tui::Text styled(std::string_view bytes, const Styles& styles, std::size_t offset) {
  const auto style_at = [&](std::size_t i) {
    return offset + i < styles.size() ? styles[offset + i] : Style::Plain;
  };
  tui::Text out;
  for (std::size_t from = 0; from < bytes.size();) {
    auto end = from + 1;
    while (end < bytes.size() && (continues(bytes[end]) || style_at(end) == style_at(from))) ++end;
    out.add(tui::marked(bytes.substr(from, end - from), style_at(from)));
    from = end;
  }
  return out;
}

}  // namespace hitl::console
