// SPDX-License-Identifier: Apache-2.0
#include "console/page.h"

#include <algorithm>

#include "base/visible.h"

namespace hitl::console {
namespace {

using tui::Style;
using tui::Text;

constexpr int kLabel = 13;                // columns of the names on the left
constexpr std::string_view kBar = " │ ";  // before each line of the command
constexpr int kBarWidth = 3;

std::vector<Text> barred(const std::string& bytes, const Styles& styles, int width) {
  std::vector<Text> out;
  for (std::size_t from = 0, end = 0; end != std::string::npos; from = end + 1) {
    end = bytes.find('\n', from);
    const auto line = std::string_view(bytes).substr(from, end - from);
    auto sign = visible(kBar);
    for (const auto& l :
         tui::wrap(styled(line, styles, from), std::max(width - kBarWidth - 1, 2))) {
      out.push_back(Text(sign, Style::Dim).add(l));
      sign = visible(" ┊ ");
    }
  }
  return out;
}

}  // namespace

void Page::gap() {
  if (!lines_.empty() && !lines_.back().empty()) lines_.emplace_back();
}

void Page::heading(std::string_view name) {
  gap();
  line(Text(visible(" ")).add(visible(name), Style::Heading));
}

void Page::paragraph(const Text& text) {
  for (const auto& l : tui::wrap(text, width_ - 2)) line(Text(visible(" ")).add(l));
}

void Page::field(std::string_view name, const Text& text) {
  Text label = Text(visible(" ")).add(visible(name), Style::Dim).pad(kLabel);
  for (const auto& l : tui::wrap(text, width_ - kLabel - 1)) {
    line(label.add(l));
    label = Text().pad(kLabel);
  }
}

void Page::command(const std::string& bytes, const Styles& styles) {
  for (auto& l : barred(bytes, styles, width_)) line(std::move(l));
}

void Page::side_by_side(const Column& left, const Column& right) {
  const int half = width_ / 2;
  const auto l = barred(left.bytes, left.styles, half);
  const auto r = barred(right.bytes, right.styles, width_ - half);
  gap();
  Text names = Text(visible(" ")).add(visible(left.name), Style::Heading).pad(half);
  line(names.add(visible(" ")).add(visible(right.name), Style::Heading));
  for (std::size_t i = 0; i < std::max(l.size(), r.size()); ++i) {
    Text row = i < l.size() ? l[i] : Text();
    line(row.pad(half).add(i < r.size() ? r[i] : Text()));
  }
}

void Page::claims(const std::string& words) {
  gap();
  const auto bar = [](int n) {
    std::string s;
    for (int i = 0; i < n; ++i) s += "─";
    return visible(s);
  };
  const Text title(visible(" the agent's own words, which nobody checked "), Style::Warning);
  Text top = Text(visible(" ┌─"), Style::Dim).add(tui::cut(title, width_ - 5));
  line(top.add(bar(width_ - 2 - top.width()), Style::Dim).add(visible("┐"), Style::Dim));
  for (const auto& l : tui::wrap(tui::marked(words, Style::Plain), width_ - 6))
    line(Text(visible(" │ "), Style::Dim).add(l).pad(width_ - 3).add(visible(" │"), Style::Dim));
  line(Text(visible(" └"), Style::Dim)
           .add(bar(width_ - 4), Style::Dim)
           .add(visible("┘"), Style::Dim));
}

}  // namespace hitl::console
