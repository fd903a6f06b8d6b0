// SPDX-License-Identifier: Apache-2.0
#include "lineedit/history.h"

#include "base/check.h"

namespace hitl::lineedit {

void History::add(std::string_view line) {
  if (line.empty() || line[0] == ' ' || line[0] == '\t') return;
  if (line.size() > kMaxHistory || (!lines_.empty() && lines_.back() == line)) return;
  lines_.emplace_back(line);
  bytes_ += line.size();
  while (lines_.size() > kMaxLines || bytes_ > kMaxHistory) {
    bytes_ -= lines_.front().size();
    lines_.pop_front();
  }
  start();
}

void History::start() {
  position_ = lines_.size();
  changed_.clear();
  changed_bytes_ = 0;
}

const std::string& History::original(std::size_t at) const {
  static const std::string none;
  HITL_CHECK(at <= lines_.size());
  return at == lines_.size() ? none : lines_[at];
}

const std::string& History::line(std::size_t at) const {
  const auto change = changed_.find(at);
  return change == changed_.end() ? original(at) : change->second;
}

void History::go(std::size_t to, std::string_view text) {
  HITL_CHECK(to <= lines_.size());
  if (line(position_) != text) {
    const auto old = changed_.find(position_);
    const auto before = old == changed_.end() ? 0 : old->second.size();
    // The line begun is always kept; a change that there is no room for is not.
    if (position_ == lines_.size() || changed_bytes_ - before + text.size() <= kMaxHistory) {
      changed_[position_] = text;
      changed_bytes_ += text.size() - before;
    }
  }
  position_ = to;
}

std::string_view last_word(std::string_view line) {
  std::string_view last;
  std::size_t start = std::string_view::npos;
  char quote = 0;
  const auto finish = [&](std::size_t at) {
    if (start != std::string_view::npos) last = line.substr(start, at - start);
    start = std::string_view::npos;
  };
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
      if (c == '\\' && quote == '"') ++i;
      continue;
    }
    if (c == ' ' || c == '\t' || c == '\n') {
      finish(i);
      continue;
    }
    if (std::string_view(";&|<>()").find(c) != std::string_view::npos) {
      finish(i);
      last = line.substr(i, 1);
      continue;
    }
    if (start == std::string_view::npos) start = i;
    if (c == '\\') ++i;
    if (c == '\'' || c == '"' || c == '`') quote = c;
  }
  finish(line.size());
  return last;
}

}  // namespace hitl::lineedit
