// SPDX-License-Identifier: Apache-2.0
#include "broker/startups.h"

namespace hitl::broker {

struct Startups::State : std::enable_shared_from_this<Startups::State> {
  using Ready = std::function<void(Slot)>;

  explicit State(sys::EventLoop& l) : loop(l) {}

  Slot take() {
    ++taken;
    Slot slot;
    // The number itself is what is held; giving it back serves the queue.
    slot.place_ = std::shared_ptr<void>(this, [weak = weak_from_this()](void*) {
      if (const auto s = weak.lock()) --s->taken, s->serve_later();
    });
    return slot;
  }

  void serve_later() {
    if (!queue.empty() && !alarm)
      alarm = loop.after(std::chrono::nanoseconds(0), [this] { serve(); });
  }

  void serve() {
    alarm = {};
    while (!queue.empty() && taken < kMost) {
      const auto entry = queue.front().lock();
      queue.pop_front();
      if (entry) (*entry)(take());
    }
  }

  sys::EventLoop& loop;
  std::size_t taken = 0;
  std::deque<std::weak_ptr<Ready>> queue;
  sys::EventLoop::Alarm alarm;
};

Startups::Startups(sys::EventLoop& loop) : state_(std::make_shared<State>(loop)) {}

std::optional<Startups::Slot> Startups::try_warm() {
  if (state_->taken >= kMostWarm) return std::nullopt;
  return state_->take();
}

Startups::Waiting Startups::when_free(std::function<void(Slot)> ready) {
  auto entry = std::make_shared<State::Ready>(std::move(ready));
  state_->queue.emplace_back(entry);
  state_->serve_later();
  Waiting w;
  w.entry_ = std::move(entry);
  return w;
}

}  // namespace hitl::broker
