// SPDX-License-Identifier: Apache-2.0
#include "base/when.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <optional>

#include "base/visible.h"

namespace hitl {
namespace {

// Takes a number of exactly `digits` digits from the front.
bool take_number(std::string_view& s, std::size_t digits, int& value) {
  if (s.size() < digits) return false;
  const auto* end = s.data() + digits;
  const auto r = std::from_chars(s.data(), end, value);
  if (r.ec != std::errc{} || r.ptr != end || value < 0) return false;
  s.remove_prefix(digits);
  return true;
}

bool take(std::string_view& s, char c) {
  if (!s.starts_with(c)) return false;
  s.remove_prefix(1);
  return true;
}

std::optional<std::int64_t> parse_ago(std::string_view s) {
  std::int64_t n = 0;
  const auto r = std::from_chars(s.data(), s.data() + s.size(), n);
  if (r.ec != std::errc{} || n < 0 || n > 1'000'000'000 || r.ptr + 1 != s.data() + s.size())
    return {};
  switch (*r.ptr) {
    case 's':
      return n * 1'000;
    case 'm':
      return n * 60'000;
    case 'h':
      return n * 3'600'000;
    case 'd':
      return n * 86'400'000;
    default:
      return {};
  }
}

std::optional<WallMs> parse_date(std::string_view s) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0;
  if (!take_number(s, 4, year) || !take(s, '-') || !take_number(s, 2, month) || !take(s, '-') ||
      !take_number(s, 2, day))
    return {};
  if (take(s, 'T') || take(s, ' ')) {
    if (!take_number(s, 2, hour) || !take(s, ':') || !take_number(s, 2, minute)) return {};
    if (take(s, ':') && !take_number(s, 2, second)) return {};
    if (take(s, '.') && !take_number(s, 3, ms)) return {};
    take(s, 'Z');
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!s.empty() || !date.ok() || hour > 23 || minute > 59 || second > 60) return {};
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return (((WallMs{days} * 24 + hour) * 60 + minute) * 60 + second) * 1'000 + ms;
}

}  // namespace

Result<WallMs> parse_when(std::string_view text, WallMs now) {
  if (const auto ago = parse_ago(text)) return now - *ago;
  if (const auto date = parse_date(text)) return *date;
  return fail(Errc::Invalid, fmt::format("'{}': no time (write 2h, 3d, 2026-11-24 or "
                                         "2026-11-24T09:30:00Z)",
                                         visible(text).str()));
}

}  // namespace hitl
