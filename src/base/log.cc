// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <unistd.h>

#include <string>

namespace hitl {
namespace {
const char* g_program = "hitl";
}

void set_program_name(const char* name) noexcept { g_program = name; }
const char* program_name() noexcept { return g_program; }

void log_line(std::string_view message) noexcept {
  // One write, so that lines of several processes do not mix.
  const auto line = std::string(g_program) + ": " + std::string(message) + "\n";
  [[maybe_unused]] const auto n = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace hitl
