// SPDX-License-Identifier: Apache-2.0
// What was cut and can be put back: the last kMaxKills pieces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace hitl::lineedit {

constexpr std::size_t kMaxKills = 10;

class KillRing {
 public:
  // Where the piece was, from the cursor.
  enum class Side : std::uint8_t { Before, Behind };

  // `joined`: the command before this one cut too; both become one piece.
  void add(std::string_view piece, Side side, bool joined);

  bool empty() const { return pieces_.empty(); }
  // The piece to put back: the newest, or where rotate() stopped.
  const std::string& current() const { return pieces_[at_]; }
  // To the piece before; after the oldest comes the newest.
  void rotate();

 private:
  std::deque<std::string> pieces_;
  std::size_t at_ = 0;
};

}  // namespace hitl::lineedit
