// SPDX-License-Identifier: Apache-2.0
#include "lineedit/key_decoder.h"

#include <algorithm>

#include "base/visible.h"

namespace hitl::lineedit {
namespace {

constexpr std::size_t kMaxSequence = 32;
constexpr char kEscape = '\x1b';
constexpr std::string_view kPasteEnd = "\x1b[201~";

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20; }

// Bytes of the character that begins with `lead`; 1 if that begins none.
std::size_t promised(char lead) {
  const auto c = static_cast<unsigned char>(lead);
  return c >= 0xF5 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 1;
}

}  // namespace

Key KeyDecoder::end(Code code) {
  state_ = State::Ground;
  parameters_.clear();
  return {code, ""};
}

std::optional<Key> KeyDecoder::next(std::string_view& in) {
  while (!in.empty()) {
    if (state_ == State::Paste) {
      if (auto key = pasted(in)) return key;
      continue;
    }
    if (state_ == State::Ground || state_ == State::Quoted) {
      const char c = in[0];
      if (state_ == State::Ground && character_.empty() && (is_control(c) || c == '\x7f')) {
        in.remove_prefix(1);
        if (c == kEscape)
          state_ = State::Escape;
        else if (c == control('x'))
          state_ = State::ControlX;
        else
          return Key{static_cast<Code>(c), ""};
        continue;
      }
      if (auto key = text(in)) return key;
      continue;
    }
    const char c = in[0];
    const bool breaks_off = is_control(c) && state_ != State::ControlX && state_ != State::Escape &&
                            !(state_ == State::String && (c == '\a' || c == kEscape));
    if (breaks_off) {
      end(kUnknown);
      continue;  // it counts by itself
    }
    in.remove_prefix(1);
    std::optional<Key> key;
    switch (state_) {
      case State::ControlX:
        key = end(after_control_x(c));
        break;
      case State::Escape:
        key = escape(c);
        break;
      case State::Csi:
        key = csi(c);
        break;
      case State::Ss3:
        // rarely, a modifier comes before the letter
        if (c < '0' || c > '9') key = end(ss3_key(c));
        break;
      case State::String:
        if (c == '\a') key = end(kUnknown);
        if (c == kEscape) state_ = State::StringEscape;
        break;
      case State::StringEscape:
        key = c == '\\' ? end(kUnknown) : escape(c);
        break;
      default:
        if (--skip_ == 0) key = end(kUnknown);
    }
    if (key) return key;
  }
  return std::nullopt;
}

std::optional<Key> KeyDecoder::text(std::string_view& in) {
  const auto whole = [this] {
    state_ = State::Ground;
    Key key{kText, {}};
    key.text.swap(character_);
    return key;
  };
  if (!character_.empty() && (static_cast<unsigned char>(in[0]) & 0xC0) != 0x80)
    return whole();  // broken off; the byte counts by itself
  character_ += in[0];
  in.remove_prefix(1);
  if (character_.size() < promised(character_[0])) return std::nullopt;
  return whole();
}

std::optional<Key> KeyDecoder::pasted(std::string_view& in) {
  if (closing_ > 0 || in[0] == kEscape) {
    if (in[0] == kPasteEnd[closing_]) {
      in.remove_prefix(1);
      if (++closing_ < kPasteEnd.size()) return std::nullopt;
      closing_ = 0;
      after_return_ = false;
      return end(kUnknown);
    }
    const auto seen = std::string(kPasteEnd.substr(0, closing_));
    closing_ = 0;
    after_return_ = false;
    return Key{kPasted, seen};
  }
  const auto run = in.substr(0, in.find(kEscape));
  in.remove_prefix(run.size());
  Key key{kPasted, {}};
  for (const char c : run) {
    // terminals send CR for the end of a line
    if (c != '\n' || !after_return_) key.text += c == '\r' ? '\n' : c;
    after_return_ = c == '\r';
  }
  if (key.text.empty()) return std::nullopt;
  return key;
}

std::optional<Key> KeyDecoder::escape(char c) {
  parameters_.clear();
  switch (c) {
    case kEscape:
      state_ = State::Escape;
      return std::nullopt;
    case '[':
      state_ = State::Csi;
      return std::nullopt;
    case 'O':
      state_ = State::Ss3;
      return std::nullopt;
    case ']':
    case 'P':
      state_ = State::String;
      return std::nullopt;
    default:
      // What ends a line does so behind ESC too.
      if (c == '\r' || c == '\n' || c == control('c')) return end(static_cast<Code>(c));
      return end(meta(c));
  }
}

std::optional<Key> KeyDecoder::csi(char c) {
  if (c == '[' && parameters_.empty()) {  // the Linux console's function keys
    skip_ = 1;
    state_ = State::Skip;
    return std::nullopt;
  }
  if (c < 0x40 || c > 0x7E) {
    if (parameters_.size() < kMaxSequence) parameters_ += c;
    return std::nullopt;
  }
  if (c == 'M' && parameters_.empty()) {  // a mouse report of the old kind
    skip_ = 3;
    state_ = State::Skip;
    return std::nullopt;
  }
  if (c == '~' && parameters_ == "200") {
    end(kUnknown);
    state_ = State::Paste;
    return std::nullopt;
  }
  return end(csi_key(c));
}

Code KeyDecoder::csi_key(char final) const {
  const auto semicolon = parameters_.find(';');
  const auto first = parameters_.substr(0, semicolon);
  const auto modifier = semicolon == std::string::npos ? "" : parameters_.substr(semicolon + 1);
  // xterm: 1 + Shift 1, Alt 2, Control 4
  const bool by_word = modifier == "3" || modifier == "5" || modifier == "7";
  if (final == '~') {
    if (first == "1" || first == "7") return kHome;
    if (first == "4" || first == "8") return kEnd;
    if (first == "3") return by_word ? kDeleteWord : kDelete;
    return kUnknown;
  }
  if (!first.empty() && first != "1") return kUnknown;
  switch (final) {
    case 'A':
      return kUp;
    case 'B':
      return kDown;
    case 'C':
      return by_word ? kWordRight : kRight;
    case 'D':
      return by_word ? kWordLeft : kLeft;
    case 'H':
      return kHome;
    case 'F':
      return kEnd;
    default:
      return kUnknown;
  }
}

Code KeyDecoder::ss3_key(char final) const {
  switch (final) {
    case 'A':
      return kUp;
    case 'B':
      return kDown;
    case 'C':
      return kRight;
    case 'D':
      return kLeft;
    case 'H':
      return kHome;
    case 'F':
      return kEnd;
    case 'c':  // rxvt, with Control
      return kWordRight;
    case 'd':
      return kWordLeft;
    case 'M':
      return kEnter;
    default:
      return kUnknown;
  }
}

}  // namespace hitl::lineedit
