// SPDX-License-Identifier: Apache-2.0
// Names and byte ranges are those of ECMA-48.
#include "record/terminal_filter.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/visible.h"

namespace hitl::record {
namespace {

constexpr char32_t kEscape = 0x1B, kCancel = 0x18, kSubstitute = 0x1A, kBell = 0x07;
constexpr char32_t kStringTerminator = 0x9C;

constexpr std::size_t kMaxSequence = 64;  // longer ones are nobody's
// A string that never ends would hide all that follows, so it ends here.
constexpr std::size_t kMaxString = 4'096;

// Final bytes of the sequences that pass: movement, erasing, inserting and
// deleting, scrolling, SGR.  Not among them: c n (answers), h l (modes), q, r,
// t (windows), u, i (printing).
constexpr std::string_view kPassed =
    "ABCDEFGHIZ`adef"
    "JKX"
    "@PLM"
    "ST"
    "m";

bool is_plain_parameters(std::string_view s) {
  return s.find_first_not_of("0123456789;:") == std::string_view::npos;
}

// 3J wipes what the watcher had on the terminal before.
bool passes(std::string_view parameters, char32_t final_byte) {
  if (final_byte >= 0x7F || kPassed.find(static_cast<char>(final_byte)) == std::string_view::npos)
    return false;
  if (!is_plain_parameters(parameters)) return false;
  return final_byte != 'J' || parameters.empty() || parameters == "0" || parameters == "1" ||
         parameters == "2";
}

// Characters that change the order or the meaning of those around them.
bool reorders(char32_t cp) {
  return cp == 0x061C || cp == 0x200E || cp == 0x200F || (cp >= 0x202A && cp <= 0x202E) ||
         (cp >= 0x2066 && cp <= 0x206F) || (cp >= 0xE0000 && cp <= 0xE0FFF) || cp == 0x2028 ||
         cp == 0x2029;
}

}  // namespace

std::string TerminalFilter::feed(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    char32_t cp = 0;
    const auto n = utf8_next(text, cp);
    HITL_CHECK(n > 0);
    take(cp, text.substr(0, n), out);
    text.remove_prefix(n);
  }
  return out;
}

void TerminalFilter::take(char32_t cp, std::string_view bytes, std::string& out) {
  const bool in_string = state_ == State::Text || state_ == State::TextEscape;
  if (cp == kCancel || cp == kSubstitute) {
    state_ = State::Ground;
    return;
  }
  if (state_ == State::TextEscape) {
    // ESC \ ends the string; any other sequence ends it too, and begins.
    state_ = State::Escape;
    if (cp == '\\') state_ = State::Ground;
    if (state_ == State::Ground) return;
  } else if (in_string) {
    if (cp == kEscape)
      state_ = State::TextEscape;
    else if (cp == kBell || cp == kStringTerminator || ++text_size_ == kMaxString)
      state_ = State::Ground;
    return;
  }
  if (cp == kEscape) {
    state_ = State::Escape;
    return;
  }
  if (take_c1(cp)) return;
  if (cp < 0x20 || cp == 0x7F) return plain(cp, bytes, out);  // acts within a sequence too
  switch (state_) {
    case State::Ground:
      return plain(cp, bytes, out);
    case State::Escape:
      return escape(cp, out);
    case State::Intermediate:
      if (cp >= 0x30) state_ = State::Ground;
      return;
    case State::Control:
      return control(cp, out);
    case State::Text:
    case State::TextEscape:
      return;
  }
}

// The 8-bit forms, which terminals take as code points of UTF-8.
bool TerminalFilter::take_c1(char32_t cp) {
  if (cp < 0x80 || cp > 0x9F) return false;
  state_ = State::Ground;
  if (cp == 0x9B) {
    state_ = State::Control;
    sequence_.clear();
  } else if (cp == 0x90 || cp == 0x98 || cp >= 0x9D) {  // DCS SOS OSC PM APC
    begin_text();
  }
  return true;
}

void TerminalFilter::begin_text() {
  state_ = State::Text;
  text_size_ = 0;
}

void TerminalFilter::escape(char32_t cp, std::string& out) {
  state_ = State::Ground;
  switch (cp) {
    case '[':
      state_ = State::Control;
      sequence_.clear();
      return;
    case 'P':
    case 'X':
    case ']':
    case '^':
    case '_':
      return begin_text();
    case 'D':  // down
    case 'E':  // next line
    case 'M':  // up
    case '7':  // save the cursor
    case '8':  // restore it
      if (pass_ == Pass::Screen) out += {'\x1b', static_cast<char>(cp)};
      return;
    default:
      if (cp >= 0x20 && cp <= 0x2F) state_ = State::Intermediate;
      return;
  }
}

void TerminalFilter::control(char32_t cp, std::string& out) {
  if (cp < 0x40) {
    if (sequence_.size() <= kMaxSequence) sequence_.push_back(static_cast<char>(cp));
    return;
  }
  state_ = State::Ground;
  if (pass_ == Pass::Text || sequence_.size() > kMaxSequence || !passes(sequence_, cp)) return;
  out += fmt::format("\x1b[{}{}", sequence_, static_cast<char>(cp));
}

void TerminalFilter::plain(char32_t cp, std::string_view bytes, std::string& out) const {
  if (cp == '\n' || cp == '\t') {
    out += static_cast<char>(cp);
  } else if (cp == '\r' || cp == '\b') {
    if (pass_ == Pass::Screen) out += static_cast<char>(cp);
  } else if (reorders(cp)) {
    out += visible(bytes).str();
  } else if (cp >= 0x20 && cp != 0x7F) {
    out += bytes;
  }
}

}  // namespace hitl::record
