// SPDX-License-Identifier: Apache-2.0
// One turn of the broker's loop: what it writes is one transaction, and nothing
// that it says leaves before that transaction is committed.
//
// So a peer never hears of a decision that a crash could still undo, and no
// command starts whose intent is not on disk.  If the commit fails, what was
// said is lost with it and the broker must end: nobody knows what the disk holds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "store/store.h"
#include "sys/frame_channel.h"

namespace hitl::broker {

class Turn {
 public:
  explicit Turn(store::Store& store) : store_(store) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  // Leaves at the end of the turn, in the order of the calls.
  void say(sys::FrameChannel& to, std::string frame, Fd descriptor = {});
  // `channel` is about to go: what was to be said on it is dropped.
  void forget(const sys::FrameChannel& channel);

  // The turn writes something that must survive a power cut: an intent, a
  // decision, an outcome.
  void must_last() { durable_ = true; }

  // Commits, then speaks.
  Status end();
  // Another one after each end().
  std::uint64_t number() const { return number_; }

 private:
  struct Word {
    sys::FrameChannel* to;
    std::string frame;
    Fd descriptor;
  };

  store::Store& store_;
  std::vector<Word> words_;
  bool durable_ = false;
  std::uint64_t number_ = 0;
};

}  // namespace hitl::broker
