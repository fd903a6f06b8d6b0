// SPDX-License-Identifier: Apache-2.0
#include "policy/hours.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace hitl::policy {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
using Days = std::bitset<7>;

std::pair<std::string_view, std::string_view> split(std::string_view text, char at) {
  const auto i = std::min(text.find(at), text.size());
  return {text.substr(0, i), i < text.size() ? text.substr(i + 1) : std::string_view{}};
}

std::optional<std::size_t> day_of(std::string_view text) {
  const auto found = std::ranges::find(kDays, text);
  if (found == kDays.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kDays.begin());
}

// "mon,wed-fri"; "fri-mon" goes over Sunday.
std::optional<Days> days_of(std::string_view text) {
  Days days;
  for (std::size_t from = 0; from <= text.size();) {
    const auto to = std::min(text.find(',', from), text.size());
    const auto part = text.substr(from, to - from);
    const auto [first, last] = split(part, '-');
    const auto begin = day_of(first);
    const auto end = part.find('-') == std::string_view::npos ? begin : day_of(last);
    if (!begin || !end) return std::nullopt;
    for (auto d = *begin;; d = (d + 1) % 7) {
      days.set(d);
      if (d == *end) break;
    }
    from = to + 1;
  }
  return days;
}

// "08:00", also "24:00": minutes since midnight.
std::optional<std::size_t> minute_of(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(text[0]) || !digit(text[1]) || !digit(text[3]) ||
      !digit(text[4]))
    return std::nullopt;
  const auto two = [&](std::size_t i) {
    return static_cast<std::size_t>((text[i] - '0') * 10 + (text[i + 1] - '0'));
  };
  const auto minute = two(0) * 60 + two(3);
  if (two(3) > 59 || minute > kMinutesADay) return std::nullopt;
  return minute;
}

}  // namespace

Result<Hours> hours_of(std::string_view notation) {
  const auto wrong = [&] {
    return fail(Errc::Invalid, "'" + std::string(notation) +
                                   "' are no hours (write \"mon-fri 08:00-18:00\", \"sat,sun\" or "
                                   "\"22:00-06:00\")");
  };
  auto [days_text, times] = split(notation, ' ');
  if (days_text.find(':') != std::string_view::npos && times.empty()) std::swap(days_text, times);
  const auto days = days_text.empty() ? std::optional(Days{}.set()) : days_of(days_text);
  std::optional<std::size_t> from = 0, to = kMinutesADay;
  if (!times.empty()) {
    const auto [first, last] = split(times, '-');
    from = minute_of(first), to = minute_of(last);
  } else if (notation.empty() || notation.ends_with(' ')) {
    return wrong();
  }
  if (!days || !from || !to || *from == kMinutesADay) return wrong();
  if (*from == *to) return fail(Errc::Invalid, "'" + std::string(notation) + "' is no time at all");
  const auto length = *from < *to ? *to - *from : kMinutesADay - *from + *to;
  Hours hours;
  for (std::size_t d = 0; d < 7; ++d)
    for (std::size_t m = 0; days->test(d) && m < length; ++m)
      hours.set((d * kMinutesADay + *from + m) % hours.size());
  return hours;
}

}  // namespace hitl::policy
