// SPDX-License-Identifier: Apache-2.0
#include "tui/notification.h"

#include <string_view>

#include "base/visible.h"

namespace hitl::tui {
namespace {

constexpr std::size_t kMost = 120;  // bytes

}  // namespace

std::string notification(const VisibleText& text) {
  std::string words;
  for (std::string_view rest = text.str(); !rest.empty() && words.size() < kMost;) {
    char32_t cp = 0;
    const auto n = utf8_next(rest, cp);
    if (n == 0) break;
    const bool divides = cp == ';' || cp == '\n';
    words += divides ? std::string_view(",") : rest.substr(0, n);
    rest.remove_prefix(n);
  }
  // The first words are ours: "9;4;" would be a progress bar somewhere.
  return "\033]9;hitl: " + words + "\a\033]777;notify;hitl-console;" + words + "\a";
}

}  // namespace hitl::tui
