// SPDX-License-Identifier: Apache-2.0
// How many unauthenticated connections one target has from us at once.
//
// sshd drops new ones at random from the tenth on (MaxStartups 10:30:100), so
// there are never more than kMost; those that only wait in case a command comes
// (warm ones) leave room for those that a command waits for.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "sys/event_loop.h"

namespace hitl::broker {

class Startups {
  struct State;

 public:
  static constexpr std::size_t kMost = 8;
  static constexpr std::size_t kMostWarm = 6;

  // One connection's place; it is free again when this is destroyed.
  class Slot {
   public:
    Slot() = default;
    explicit operator bool() const { return place_ != nullptr; }

   private:
    friend class Startups;
    std::shared_ptr<void> place_;
  };
  // A place in the queue; destroying it leaves the queue.
  class Waiting {
   public:
    Waiting() = default;

   private:
    friend class Startups;
    std::shared_ptr<void> entry_;
  };

  explicit Startups(sys::EventLoop& loop);

  // For a warm connection: now or not at all.
  std::optional<Slot> try_warm();
  // For a command: `ready` is called with a slot in a later turn, in order.
  Waiting when_free(std::function<void(Slot)> ready);

 private:
  std::shared_ptr<State> state_;
};

}  // namespace hitl::broker
