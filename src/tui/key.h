// SPDX-License-Identifier: Apache-2.0
// What a person pressed.
#pragma once

#include <cstdint>

namespace hitl::tui {

struct Key {
  enum class Code : std::uint8_t {
    Text,  // `text` is the character
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    Enter,
    Tab,
    Escape,
    Backspace,
    Control,  // `text` is the letter: 'c' for ^C
  };
  Code code = Code::Text;
  char32_t text = 0;
  // Came within a bracketed paste: text for a prompt, never a command.
  bool pasted = false;
};

}  // namespace hitl::tui
