// SPDX-License-Identifier: Apache-2.0
#include "record/text_stream.h"

#include "base/visible.h"

namespace hitl::record {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// True if more bytes could make `s` a well-formed sequence.
bool may_continue(std::string_view s) {
  // The least and the greatest continuation tell (E0, ED, F0 and F4 narrow the
  // second byte, the others do not).
  char32_t cp = 0;
  for (const char fill : {'\x80', '\x90', '\xBF'}) {
    std::string padded(s);
    while (padded.size() < 4) {
      padded += fill;
      if (utf8_next(padded, cp) == padded.size()) return true;
    }
  }
  return false;
}

}  // namespace

std::string TextStream::feed(std::string_view bytes) {
  std::string joined;
  if (!held_.empty()) {
    joined = std::move(held_);
    held_.clear();
    joined += bytes;
    bytes = joined;
  }
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    char32_t cp = 0;
    const auto n = utf8_next(bytes, cp);
    if (n == 0) {
      if (bytes.size() < 4 && may_continue(bytes)) {
        held_ = bytes;
        break;
      }
      out += kReplacement;
      last_ = '\0';
      bytes.remove_prefix(1);
      continue;
    }
    if (crlf_ && bytes[0] == '\n' && last_ != '\r') out += '\r';
    out += bytes.substr(0, n);
    last_ = bytes[0];
    bytes.remove_prefix(n);
  }
  return out;
}

std::string TextStream::finish() {
  std::string out;
  for (std::size_t i = 0; i < held_.size(); ++i) out += kReplacement;
  held_.clear();
  return out;
}

}  // namespace hitl::record
