// SPDX-License-Identifier: Apache-2.0
#include "lineedit/kill_ring.h"

namespace hitl::lineedit {

void KillRing::add(std::string_view piece, Side side, bool joined) {
  if (piece.empty()) return;
  if (!joined || pieces_.empty()) {
    if (pieces_.size() == kMaxKills) pieces_.pop_front();
    pieces_.emplace_back(piece);
  } else if (side == Side::Before) {
    pieces_.back().insert(0, piece);
  } else {
    pieces_.back() += piece;
  }
  at_ = pieces_.size() - 1;
}

void KillRing::rotate() {
  if (!pieces_.empty()) at_ = (at_ == 0 ? pieces_.size() : at_) - 1;
}

}  // namespace hitl::lineedit
