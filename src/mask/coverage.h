// SPDX-License-Identifier: Apache-2.0
// Which bytes of a text are masked, given the secrets found in it: asked byte by
// byte, in order.  Secrets that overlap are one mask, with the replacement of the one
// that begins first.  Pure.
#pragma once

#include <optional>
#include <vector>

#include "mask/scanner.h"

namespace hitl::mask {

class Coverage {
 public:
  explicit Coverage(const Table& table) : table_(table) {}

  // Before at() is asked about its begin, unless its beginning is out already.
  void add(const std::vector<Span>& spans);
  struct Answer {
    bool masked = false;
    std::optional<std::size_t> begins;  // a mask, of this rule
  };
  Answer at(Position position, char byte);
  // From `position` on nothing is masked, as far as is known, before this.
  Position plain_until(Position position) const;
  // The text ends: no tail goes on.
  void end();

 private:
  struct Tail {
    std::size_t rule;
    Position from;
  };

  const Table& table_;
  std::vector<Span> spans_;  // that at() has not reached; the first one last
  std::vector<Tail> tails_;
  Position covered_ = 0;
};

}  // namespace hitl::mask
