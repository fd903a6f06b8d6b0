// SPDX-License-Identifier: Apache-2.0
// Recorded output made safe for the terminal of whoever watches it.
//
// A target can print what makes a terminal answer (and so type into the shell
// of the watcher), set its title or clipboard, print, or lock up.  Passed are
// plain text, line feed, carriage return, tab and backspace, colours (SGR),
// movement of the cursor, and erasing; every other sequence is left out, in its
// 7-bit and 8-bit form, wherever it is cut.  Characters that reorder the text
// around them are shown by their number.  Full-screen programs lose a little
// (scroll regions, the alternate screen): that is the price.
//
// Pure; takes and gives well-formed UTF-8 (text_stream.h).
#pragma once

#include <string>
#include <string_view>

namespace hitl::record {

class TerminalFilter {
 public:
  enum class Pass {
    Screen,  // as above
    Text,    // no sequence at all, no carriage return, no backspace: for files
  };
  explicit TerminalFilter(Pass pass) : pass_(pass) {}

  // Where the text is cut into pieces does not show in what is passed.
  std::string feed(std::string_view text);

 private:
  enum class State {
    Ground,
    Escape,        // after ESC
    Intermediate,  // ESC and 0x20-0x2F: one more byte ends it
    Control,       // after CSI
    Text,          // in an OSC, DCS, SOS, PM or APC string
    TextEscape,    // ESC in one: its end, or the start of something else
  };

  void take(char32_t cp, std::string_view bytes, std::string& out);
  bool take_c1(char32_t cp);
  void escape(char32_t cp, std::string& out);
  void control(char32_t cp, std::string& out);
  void begin_text();
  void plain(char32_t cp, std::string_view bytes, std::string& out) const;

  Pass pass_;
  State state_ = State::Ground;
  std::string sequence_;  // parameters and intermediates of a CSI so far
  std::size_t text_size_ = 0;
};

}  // namespace hitl::record
