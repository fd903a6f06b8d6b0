// SPDX-License-Identifier: Apache-2.0
// Text of different trust has different types, so that one cannot be passed
// for another:
//
//   RawText        bytes as an agent sent them; judged, stored, never run
//   CanonicalText  printed by shell::print from our own tree; what runs
//   VisibleText    made by visible() (base/visible.h); safe for a terminal
//
// Each gives its bytes only when asked by name.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace hitl {

class RawText {
 public:
  RawText() = default;
  explicit RawText(std::string bytes) : bytes_(std::move(bytes)) {}
  const std::string& bytes() const { return bytes_; }
  bool operator==(const RawText&) const = default;

 private:
  std::string bytes_;
};

namespace shell {
class Printer;
}

class CanonicalText {
 public:
  const std::string& bytes() const { return bytes_; }
  bool operator==(const CanonicalText&) const = default;

 private:
  friend class shell::Printer;  // nobody else makes one
  explicit CanonicalText(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
};

class VisibleText {
 public:
  VisibleText() = default;
  const std::string& str() const { return text_; }
  bool operator==(const VisibleText&) const = default;

 private:
  friend VisibleText visible(std::string_view bytes, bool keep_newlines);
  explicit VisibleText(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace hitl
