// SPDX-License-Identifier: Apache-2.0
#include "mask/coverage.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace hitl::mask {

void Coverage::add(const std::vector<Span>& spans) {
  if (spans.empty()) return;
  spans_.insert(spans_.end(), spans.begin(), spans.end());
  std::ranges::sort(spans_, [](const Span& a, const Span& b) {
    return std::tie(a.begin, a.rule, a.end) > std::tie(b.begin, b.rule, b.end);
  });
}

Position Coverage::plain_until(Position position) const {
  if (position < covered_ || !tails_.empty()) return position;
  return spans_.empty() ? std::numeric_limits<Position>::max() : spans_.back().begin;
}

Coverage::Answer Coverage::at(Position position, char byte) {
  std::erase_if(tails_, [&](const Tail& t) {
    return position >= t.from && !table_.rules()[t.rule].tail[static_cast<unsigned char>(byte)];
  });
  if (std::ranges::any_of(tails_, [&](const Tail& t) { return position >= t.from; }))
    covered_ = std::max(covered_, position + 1);
  Answer answer;
  for (; !spans_.empty() && spans_.back().begin <= position; spans_.pop_back()) {
    const auto& s = spans_.back();
    const auto& rule = table_.rules()[s.rule];
    const bool goes_on = rule.tail[static_cast<unsigned char>(byte)] && s.end == position;
    if (s.end <= position && !goes_on) continue;
    if (s.begin >= covered_ && position >= covered_) answer.begins = s.rule;
    covered_ = std::max(covered_, goes_on ? position + 1 : s.end);
    if (rule.tail.any()) tails_.push_back({s.rule, s.end});
  }
  answer.masked = position < covered_;
  return answer;
}

void Coverage::end() {
  spans_.clear();
  tails_.clear();
}

}  // namespace hitl::mask
