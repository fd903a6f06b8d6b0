// SPDX-License-Identifier: Apache-2.0
// What of a stream is text, and what a terminal acts upon without showing it
// (ECMA-48): control sequences, other escape sequences, and control characters but
// tab and the ends of lines.  Of strings such as titles (OSC) only the bytes that
// begin and end them are taken out: what stands in them is text.
#pragma once

#include <cstddef>

namespace hitl::mask {

class Escapes {
 public:
  // Of the next byte: it is text.
  bool is_text(char c);
  // Nothing has begun: bytes that are no control characters are text.
  bool idle() const { return state_ == State::Ground; }

 private:
  enum class State : unsigned char { Ground, Escape, Sequence };
  // A longer control sequence is none.
  static constexpr std::size_t kLongest = 64;

  State state_ = State::Ground;
  std::size_t size_ = 0;
};

// In Ground.
inline bool is_control(char c) {
  const auto b = static_cast<unsigned char>(c);
  return (b < 0x20 && c != '\t' && c != '\n' && c != '\r') || b == 0x7f;
}

}  // namespace hitl::mask
