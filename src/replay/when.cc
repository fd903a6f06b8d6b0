// SPDX-License-Identifier: Apache-2.0
#include "replay/when.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace hitl::replay {

std::optional<std::int64_t> parse_offset(std::string_view text) {
  std::int64_t seconds = 0, part = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int parts = 0; parts < 3; ++parts) {
    const auto r = std::from_chars(at, end, part);
    if (r.ec != std::errc{} || part < 0 || part > 100'000'000) return {};
    seconds = seconds * 60 + part;
    at = r.ptr;
    if (at == end) return seconds * 1'000'000;
    if (*at == '.') break;
    if (*at++ != ':') return {};
  }
  if (at == end || *at != '.') return {};
  std::string digits(at + 1, end);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos) return {};
  digits.resize(6, '0');
  return seconds * 1'000'000 + std::stoll(digits);
}

std::string offset_text(std::int64_t us) {
  const auto s = std::max<std::int64_t>(us, 0) / 1'000'000;
  if (s < 3'600) return fmt::format("{}:{:02}", s / 60, s % 60);
  return fmt::format("{}:{:02}:{:02}", s / 3'600, s / 60 % 60, s % 60);
}

}  // namespace hitl::replay
