// SPDX-License-Identifier: Apache-2.0
// Recorded bytes, which come in pieces cut anywhere, as text that a player or a
// JSON string takes: well-formed UTF-8 always.  The store keeps the exact bytes;
// this is for showing them.  Where the pieces are cut does not show in the text.
#pragma once

#include <string>
#include <string_view>

namespace hitl::record {

class TextStream {
 public:
  // `crlf`: a line feed without carriage return becomes both, for the output of
  // commands without a terminal of their own.
  explicit TextStream(bool crlf) noexcept : crlf_(crlf) {}

  // The text of all complete characters so far; one that is cut at the end is
  // held back.  A byte that belongs to none becomes U+FFFD.
  std::string feed(std::string_view bytes);
  // What was held back, as U+FFFD.
  std::string finish();

 private:
  bool crlf_;
  char last_ = '\0';
  std::string held_;  // at most 3 bytes
};

}  // namespace hitl::record
