// SPDX-License-Identifier: Apache-2.0
// The words that all programs share about a judgement.
#pragma once

#include <cstdint>
#include <string_view>

namespace hitl {

// Ordered from the strictest: the smaller of two is the one that counts, and a
// value that nobody set is a denial.
enum class Verdict : std::uint8_t { Deny = 0, Hold = 1, Allow = 2 };

constexpr std::string_view name_of(Verdict v) {
  switch (v) {
    case Verdict::Deny:
      return "deny";
    case Verdict::Hold:
      return "hold";
    case Verdict::Allow:
      return "allow";
  }
  return "deny";
}

// What a command may read of the agent's standard input (a grant of its own).
//   None    it sees an empty input
//   Data    the program only reads data: bytes are passed on as they come
//   Script  the program may run what it reads, or is unknown: the input is
//           collected to its end, hashed, shown and judged with the command
//   Raw     on a terminal: whatever is typed goes to the program unchecked, as a
//           human has approved it
enum class InputRole : std::uint8_t { None = 0, Data = 1, Script = 2, Raw = 3 };

constexpr std::string_view name_of(InputRole r) {
  switch (r) {
    case InputRole::None:
      return "none";
    case InputRole::Data:
      return "data";
    case InputRole::Script:
      return "script";
    case InputRole::Raw:
      return "raw";
  }
  return "script";
}

}  // namespace hitl
