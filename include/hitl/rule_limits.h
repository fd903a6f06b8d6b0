// SPDX-License-Identifier: Apache-2.0
// How much of what a rule lets happen is enough.  Policy reads it, the broker keeps it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace hitl {

// 0: no limit.
struct RuleLimits {
  std::chrono::milliseconds time{0};  // that a command runs
  std::uint64_t output = 0;           // bytes that it prints
  std::uint32_t an_hour = 0;          // commands of the agent that are allowed, by whatever rule

  bool operator==(const RuleLimits&) const = default;
};

// The lower of each.
inline RuleLimits both(const RuleLimits& a, const RuleLimits& b) {
  const auto lower = [](auto x, auto y) {
    const decltype(x) none{};
    return x == none ? y : y == none ? x : std::min(x, y);
  };
  return {lower(a.time, b.time), lower(a.output, b.output), lower(a.an_hour, b.an_hour)};
}

}  // namespace hitl
