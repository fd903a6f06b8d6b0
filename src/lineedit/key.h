// SPDX-License-Identifier: Apache-2.0
// What was pressed.
#pragma once

#include <cstdint>
#include <string>

namespace hitl::lineedit {

// A key that is no text is one number: a control character, or what is made
// here.
using Code = std::uint16_t;

// control('a') is ^A.
constexpr Code control(char letter) { return static_cast<Code>(letter & 0x1F); }
// ESC before a byte.
constexpr Code meta(char byte) {
  return static_cast<Code>(0x100 | static_cast<unsigned char>(byte));
}
// ^X before a byte.
constexpr Code after_control_x(char byte) {
  return static_cast<Code>(0x200 | static_cast<unsigned char>(byte));
}

enum : Code {
  kBackspace = 0x7F,
  kText = 0x300,  // one character, or bytes that are none
  kPasted,        // any bytes, from within a bracketed paste
  kUp,
  kDown,
  kLeft,
  kRight,
  kWordLeft,
  kWordRight,
  kHome,
  kEnd,
  kDelete,
  kDeleteWord,
  kEnter,    // the one of the number pad
  kUnknown,  // a sequence without a meaning here
};

struct Key {
  Code code = kUnknown;
  std::string text;  // of kText and kPasted
};

}  // namespace hitl::lineedit
