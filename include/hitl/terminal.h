// SPDX-License-Identifier: Apache-2.0
// What a pty-req says (RFC 4254 6.2), as it goes from ingress to the target.
#pragma once

#include <cstdint>
#include <string>

namespace hitl {

struct TerminalSize {
  std::uint32_t columns = 80, rows = 24;  // characters
  friend bool operator==(const TerminalSize&, const TerminalSize&) = default;
};

struct Terminal {
  bool wanted = false;
  std::string type;  // TERM
  TerminalSize size;
};

}  // namespace hitl
