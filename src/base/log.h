// SPDX-License-Identifier: Apache-2.0
// One line an event on standard error, which the supervisor and systemd read:
// "PROGRAM: message".  Text from outside must come as VisibleText.
#pragma once

#include <fmt/format.h>

#include <string_view>

#include "hitl/text.h"

namespace hitl {

// Called once, first thing in main().  `name` must live for ever.
void set_program_name(const char* name) noexcept;
const char* program_name() noexcept;

void log_line(std::string_view message) noexcept;

template <class... T>
void log(fmt::format_string<T...> format, T&&... args) {
  log_line(fmt::format(format, std::forward<T>(args)...));
}

}  // namespace hitl

template <>
struct fmt::formatter<hitl::VisibleText> : fmt::formatter<std::string_view> {
  auto format(const hitl::VisibleText& t, format_context& ctx) const {
    return fmt::formatter<std::string_view>::format(t.str(), ctx);
  }
};
