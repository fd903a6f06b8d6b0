// SPDX-License-Identifier: Apache-2.0
// Two clocks.  Deadlines are on the boot clock, which no administrator steps;
// the wall clock is for what people and certificates read.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace hitl {

// CLOCK_BOOTTIME: goes on while the machine sleeps.
struct BootClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock>;
  static constexpr bool is_steady = true;
  static time_point now() noexcept;
};

// Milliseconds since 1970-01-01 UTC, as stored and printed.
using WallMs = std::int64_t;
WallMs wall_now_ms() noexcept;

// RFC 3339 UTC with milliseconds: 2026-11-24T00:20:59.123Z.
std::string rfc3339(WallMs t);

}  // namespace hitl
