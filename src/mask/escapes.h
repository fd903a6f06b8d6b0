// SPDX-License-Identifier: Apache-2.0
// What of a stream is text, and what a terminal acts upon without showing it
// (ECMA-48): control sequences, other escape sequences, and control characters but
// tab and the ends of lines.  Of strings such as titles (OSC) only the bytes that
// begin and end them are taken out: what stands in them is text.
#pragma once

#include <array>
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

inline constexpr char kEscape = '\x1b';

inline constexpr auto kControls = [] {
  std::array<bool, 256> is{};
  for (unsigned b = 0; b < 0x20; ++b) is[b] = b != '\t' && b != '\n' && b != '\r';
  is[0x7f] = true;
  return is;
}();
inline bool is_control(char c) { return kControls[static_cast<unsigned char>(c)]; }

}  // namespace hitl::mask
