// SPDX-License-Identifier: Apache-2.0
// Bytes from a terminal become keys.
//
// Knows the sequences of xterm and its kin (ECMA-48 CSI, SS3 and strings, mouse
// reports, bracketed paste).  One that means nothing is swallowed whole, however
// long: its bytes never become text.  A control character inside of a sequence
// ends it and counts, so that no broken sequence hides an Enter or a ^C.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lineedit/key.h"

namespace hitl::lineedit {

class KeyDecoder {
 public:
  // The next key, with its bytes taken from the front of `in`; nothing once `in`
  // is used up, and what is begun is remembered.
  std::optional<Key> next(std::string_view& in);

  // The next character is text, whatever it is.
  void quote_next() { state_ = State::Quoted; }

 private:
  enum class State : std::uint8_t {
    Ground,
    Quoted,
    ControlX,
    Escape,
    Csi,
    Ss3,
    String,        // OSC or DCS, until BEL or ST
    StringEscape,  // ESC within it: the first half of ST, or another sequence
    Skip,          // `skip_` bytes that belong to a sequence
    Paste,
  };
  std::optional<Key> text(std::string_view& in);
  std::optional<Key> pasted(std::string_view& in);
  std::optional<Key> escape(char c);
  std::optional<Key> csi(char c);
  Code csi_key(char final) const;
  Code ss3_key(char final) const;
  Key end(Code code);

  State state_ = State::Ground;
  std::string character_;   // the begun one: up to 3 bytes
  std::string parameters_;  // of the begun sequence: up to kMaxSequence bytes
  int skip_ = 0;
  std::size_t closing_ = 0;  // bytes of the paste's end that were seen
  bool after_return_ = false;
};

}  // namespace hitl::lineedit
