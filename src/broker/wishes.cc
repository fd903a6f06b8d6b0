// SPDX-License-Identifier: Apache-2.0
#include "broker/wishes.h"

#include <algorithm>
#include <charconv>

#include "hitl/limits.h"

namespace hitl::broker {
namespace {

constexpr std::chrono::seconds kLongestWait{3'600};

// Only words for humans: where the mark stands inside quotes it is no comment,
// and does no harm.
std::string reason_in(std::string_view text) {
  constexpr std::string_view kMark = "# hitl:";
  const auto at = text.rfind(kMark);
  if (at == std::string_view::npos || (at > 0 && text[at - 1] != ' ' && text[at - 1] != '\n'))
    return "";
  auto reason = text.substr(at + kMark.size());
  reason = reason.substr(0, reason.find('\n'));
  while (reason.starts_with(' ')) reason.remove_prefix(1);
  return std::string(reason.substr(0, kMaxReason));
}

}  // namespace

Wishes take_wishes(std::vector<ingress::EnvVar>& environment, std::string_view command) {
  Wishes w;
  for (const auto& [name, value] : environment) {
    if (name == "LC_HITL_NOTICES") w.notices = notice_style(value);
    if (name == "LC_HITL_REASON") w.reason = value.substr(0, kMaxReason);
    if (name == "LC_HITL_WAIT") {
      std::uint32_t n = 0;
      const auto* end = value.data() + value.size();
      const auto r = std::from_chars(value.data(), end, n);
      if (r.ec == std::errc() && r.ptr == end)
        w.wait = std::min(std::chrono::seconds(n), kLongestWait);
    }
  }
  std::erase_if(environment,
                [](const ingress::EnvVar& e) { return e.name.starts_with("LC_HITL_"); });
  if (w.reason.empty()) w.reason = reason_in(command);
  return w;
}

}  // namespace hitl::broker
