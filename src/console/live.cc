// SPDX-License-Identifier: Apache-2.0
#include "console/live.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace hitl::console {
namespace {

constexpr std::size_t kMostLines = 2'000, kMostLine = 8'192;

// "80x24"
std::optional<tui::Size> size_of(std::string_view text) {
  tui::Size s;
  const auto* end = text.data() + text.size();
  const auto columns = std::from_chars(text.data(), end, s.width);
  if (columns.ec != std::errc() || columns.ptr == end || *columns.ptr != 'x') return std::nullopt;
  const auto rows = std::from_chars(columns.ptr + 1, end, s.height);
  if (rows.ec != std::errc() || rows.ptr != end) return std::nullopt;
  return s;
}

}  // namespace

void Live::take(const operators::Output& o) {
  begun_ = true;
  switch (o.code) {
    case 'x':
      ended_ = true;
      return;
    case 'm':
      mark_ = o.bytes;
      return;
    case 'r':
      if (const auto size = size_of(o.bytes)) {
        if (terminal_)
          terminal_->resize(*size);
        else
          terminal_.emplace(*size);
      }
      return;
    case 'o':
    case 'e':
      // The beginning of a long session, and its size with it, is not sent.
      if (!terminal_ && o.bytes.find("\x1b[") != std::string::npos)
        terminal_.emplace(tui::Size{80, 24});
      if (terminal_) return terminal_->feed(o.bytes);
      return add_lines(o);
    default:
      return;  // what was typed comes back as output
  }
}

void Live::add_lines(const operators::Output& o) {
  const auto style = o.code == 'e' ? tui::Style::Warning : tui::Style::Plain;
  if (std::exchange(code_, o.code) != o.code) open_ = false;
  for (std::string_view rest = o.bytes; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    if (!open_) line_.clear(), lines_.emplace_back();
    line_ += rest.substr(0, std::min(end, kMostLine - std::min(kMostLine, line_.size())));
    auto line = std::string_view(line_);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines_.back() = tui::marked(line, style);
    if (lines_.size() > kMostLines) lines_.pop_front();
    open_ = end == rest.size();
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

}  // namespace hitl::console
