// SPDX-License-Identifier: Apache-2.0
#include "mask/escapes.h"

namespace hitl::mask {

bool Escapes::is_text(char c) {
  const auto b = static_cast<unsigned char>(c);
  if (c == kEscape) {
    state_ = State::Escape;
    size_ = 0;
    return false;
  }
  if (is_control(c)) return false;  // a terminal acts on these within a sequence too
  const auto text = [this] {
    state_ = State::Ground;
    return true;
  };
  switch (state_) {
    case State::Ground:
      return true;
    case State::Escape:
      if (b < 0x20 || b > 0x7e || ++size_ > kLongest) return text();
      if (c == '[' && size_ == 1)
        state_ = State::Sequence;
      else if (b >= 0x30)
        state_ = State::Ground;
      return false;
    case State::Sequence:
      if (b < 0x20 || b > 0x7e || ++size_ > kLongest) return text();
      if (b >= 0x40) state_ = State::Ground;
      return false;
  }
  return true;
}

}  // namespace hitl::mask
