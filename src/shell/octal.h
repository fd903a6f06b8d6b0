// SPDX-License-Identifier: Apache-2.0
// Any bytes as text that every known login shell leaves alone inside single
// quotes: [A-Za-z0-9 _./,:=+@%-] stay, every other byte becomes \0ooo, which
// bash's printf %b turns back.
#pragma once

#include <string>
#include <string_view>

namespace hitl::shell {

// The alphabet as a bracket expression's inside (POSIX ERE).
inline constexpr std::string_view kOctalSafe = "A-Za-z0-9 _./,:=+@%-";

constexpr bool is_octal_safe(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view(" _./,:=+@%-").find(c) != std::string_view::npos;
}

std::string octal(std::string_view bytes);

}  // namespace hitl::shell
