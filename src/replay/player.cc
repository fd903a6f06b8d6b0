// SPDX-License-Identifier: Apache-2.0
#include "replay/player.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/visible.h"
#include "replay/when.h"
#include "tui/ansi.h"

namespace hitl::replay {

Player::Step Player::next(const store::EventRow& e) {
  Step step;
  const auto at = std::max(e.at_us, now_us_);
  if (at > options_.from_us) {
    auto pause = at - std::max(now_us_, options_.from_us);
    if (options_.idle_limit_us > 0) pause = std::min(pause, options_.idle_limit_us);
    step.wait_us = static_cast<std::int64_t>(static_cast<double>(pause) / options_.speed);
  }
  now_us_ = at;
  step.bytes = e.code == 'm' ? marker(e) : bytes_of(e);
  return step;
}

std::string Player::bytes_of(const store::EventRow& e) {
  if (e.code == 'r') with_terminal_.insert(e.command);
  if (e.code != 'o' && e.code != 'e') return {};
  const bool crlf = !with_terminal_.contains(e.command);
  auto& [text, filter] =
      streams_
          .try_emplace({e.command, e.code}, record::TextStream(crlf),
                       record::TerminalFilter(record::TerminalFilter::Pass::Screen))
          .first->second;
  auto bytes = text.feed(e.data);
  if (!options_.raw) bytes = filter.feed(bytes);
  if (!bytes.empty()) at_line_start_ = bytes.back() == '\n';
  return bytes;
}

std::string Player::marker(const store::EventRow& e) {
  if (with_terminal_.contains(e.command)) return {};
  tui::Text line(visible(fmt::format("── {} {}", offset_text(e.at_us), visible(e.data).str())),
                 tui::Style::Dim);
  const auto before = std::exchange(at_line_start_, true) ? "" : "\r\n";
  return before + tui::ansi(line, options_.colour) + "\r\n";
}

std::string Player::finish() {
  std::string out = std::exchange(at_line_start_, true) ? "" : "\r\n";
  if (options_.colour) out = "\x1b[0m" + out;
  return out;
}

}  // namespace hitl::replay
