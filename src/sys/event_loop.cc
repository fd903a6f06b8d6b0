// SPDX-License-Identifier: Apache-2.0
#include "sys/event_loop.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace hitl::sys {

EventLoop::EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) { HITL_CHECK(epoll_); }

// At once, and not with the entry: while its call runs that one lives on, and the
// descriptor's number may be another's, and watched, by the call's end.
void EventLoop::Watcher::leave() noexcept {
  if (entry_) ::epoll_ctl(entry_->epoll, EPOLL_CTL_DEL, entry_->fd, nullptr);
  entry_.reset();
}

EventLoop::Watcher& EventLoop::Watcher::operator=(Watcher&& other) noexcept {
  if (this == &other) return *this;
  leave();
  entry_ = std::move(other.entry_);
  return *this;
}

void EventLoop::Watcher::want(std::uint32_t events) {
  HITL_CHECK(entry_ != nullptr);
  if (entry_->events == events) return;
  epoll_event e{};
  e.events = entry_->events = events;
  e.data.u64 = entry_->id;
  HITL_CHECK(::epoll_ctl(entry_->epoll, EPOLL_CTL_MOD, entry_->fd, &e) == 0);
}

EventLoop::Watcher EventLoop::watch(int fd, std::uint32_t events, OnReady ready) {
  auto entry = std::make_shared<Watch>();
  entry->epoll = epoll_.get();
  entry->fd = fd;
  entry->events = events;
  entry->id = next_id_++;
  entry->ready = std::move(ready);
  epoll_event e{};
  e.events = events;
  e.data.u64 = entry->id;
  HITL_CHECK(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &e) == 0);
  watches_[entry->id] = entry;
  Watcher w;
  w.entry_ = std::move(entry);
  return w;
}

EventLoop::Alarm EventLoop::at(BootClock::time_point when, OnTime due) {
  auto entry = std::make_shared<Timer>();
  entry->due = std::move(due);
  timers_.emplace(when, entry);
  Alarm a;
  a.entry_ = std::move(entry);
  return a;
}

void EventLoop::run_once(std::chrono::milliseconds most) {
  while (!timers_.empty() && timers_.begin()->second.expired()) timers_.erase(timers_.begin());
  auto wait = most;
  if (!timers_.empty()) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first - BootClock::now());
    const auto until =
        std::clamp(left, std::chrono::milliseconds(0), std::chrono::milliseconds(60'000));
    wait = most.count() < 0 ? until : std::min(most, until);
  }
  std::array<epoll_event, 256> events{};
  const int n = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                             static_cast<int>(wait.count()));
  HITL_CHECK(n >= 0 || errno == EINTR);
  for (int i = 0; i < n; ++i) {
    const auto& e = events[static_cast<std::size_t>(i)];
    const auto found = watches_.find(e.data.u64);
    if (found == watches_.end()) continue;
    // Held while it runs, so that a callback may end its own registration.
    if (const auto entry = found->second.lock())
      entry->ready(e.events);
    else
      watches_.erase(found);
  }
  const auto now = BootClock::now();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    const auto entry = timers_.begin()->second.lock();
    timers_.erase(timers_.begin());
    if (entry) entry->due();
  }
  if (watches_.size() > 64 && n >= 0 && next_id_ % 64 == 0)
    std::erase_if(watches_, [](const auto& w) { return w.second.expired(); });
}

void EventLoop::run(const std::function<void()>& turn_end) {
  while (!stopped_) {
    run_once();
    if (turn_end) turn_end();
  }
}

}  // namespace hitl::sys
