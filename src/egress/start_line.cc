// SPDX-License-Identifier: Apache-2.0
#include "egress/start_line.h"

#include <algorithm>
#include <charconv>

namespace hitl::egress {
namespace {

constexpr std::size_t kMaxNumbers = 48;  // two of at most 20 digits, a blank, a CR

bool is_number(std::string_view s) {
  return !s.empty() && s.size() <= 20 &&
         std::ranges::all_of(s, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool StartLine::feed(std::string_view bytes) {
  pending_ += bytes;
  for (;;) {
    const auto at = pending_.find(marker_);
    if (at == std::string::npos) {
      // Its beginning may be here already.
      if (pending_.size() >= marker_.size()) drop_to_noise(pending_.size() - marker_.size() + 1);
      return false;
    }
    drop_to_noise(at);
    const auto end = pending_.find('\n', marker_.size());
    if (end == std::string::npos && pending_.size() <= marker_.size() + kMaxNumbers) return false;
    if (end != std::string::npos && end <= marker_.size() + kMaxNumbers &&
        parse(std::string_view(pending_).substr(marker_.size(), end - marker_.size()))) {
      pending_.erase(0, end + 1);
      return true;
    }
    drop_to_noise(1);  // no line of the wrapper's
  }
}

bool StartLine::parse(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);  // from a terminal
  const auto blank = line.find(' ');
  if (blank == std::string_view::npos) return false;
  const auto group = line.substr(0, blank), time = line.substr(blank + 1);
  if (!is_number(group) || (time != "-" && !is_number(time))) return false;
  std::uint64_t n = 0;
  if (std::from_chars(group.data(), group.data() + group.size(), n).ec != std::errc() || n < 2)
    return false;
  process_group_ = n;
  start_time_ = time == "-" ? "" : time;
  return true;
}

void StartLine::drop_to_noise(std::size_t size) {
  noise_.append(pending_, 0, std::min(size, kMaxNoise - noise_.size()));
  pending_.erase(0, size);
}

std::string StartLine::noise() const {
  if (process_group_ != 0) return noise_;
  return (noise_ + pending_).substr(0, kMaxNoise);
}

}  // namespace hitl::egress
