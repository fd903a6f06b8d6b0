// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <fmt/format.h>

#include <ctime>

namespace hitl {

BootClock::time_point BootClock::now() noexcept {
  timespec t{};
  ::clock_gettime(CLOCK_BOOTTIME, &t);
  return time_point(std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec));
}

WallMs wall_now_ms() noexcept {
  timespec t{};
  ::clock_gettime(CLOCK_REALTIME, &t);
  return WallMs{t.tv_sec} * 1000 + t.tv_nsec / 1'000'000;
}

std::string rfc3339(WallMs t) {
  const std::time_t seconds = t / 1000;
  std::tm tm{};
  ::gmtime_r(&seconds, &tm);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", tm.tm_year + 1900, tm.tm_mon + 1,
                     tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, t % 1000);
}

}  // namespace hitl
