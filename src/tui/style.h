// SPDX-License-Identifier: Apache-2.0
// What a piece of text means, not how it looks: a terminal without colour shows
// each of them too (bold, dim, underline), and no meaning is in colour alone.
#pragma once

#include <cstdint>

namespace hitl::tui {

enum class Style : std::uint8_t {
  Plain,
  Strong,   // what the eye should find first
  Dim,      // labels, rules, what is there for completeness
  Heading,  // the name of a part
  Good,     // approved, connected
  Warning,  // changes something
  Danger,   // destroys, runs anything, was not understood
  Marked,   // a character that is not what it seems: escaped, or outside ASCII
};

}  // namespace hitl::tui
