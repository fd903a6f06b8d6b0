// SPDX-License-Identifier: Apache-2.0
// Descriptors and deadlines on one thread (epoll).
//
// A registration ends when its handle is destroyed, also from within its own or
// another callback; a callback that was due for an ended registration is not
// called.  Deadlines are on the boot clock.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>

#include "base/clock.h"
#include "base/fd.h"
#include "base/result.h"

namespace hitl::sys {

class EventLoop {
  struct Watch;
  struct Timer;

 public:
  using OnReady = std::function<void(std::uint32_t events)>;  // epoll(7) bits
  using OnTime = std::function<void()>;

  // One descriptor in the loop.  The descriptor must outlive it.
  class [[nodiscard]] Watcher {
   public:
    Watcher() = default;
    Watcher(Watcher&&) noexcept = default;
    Watcher& operator=(Watcher&& other) noexcept;
    ~Watcher() { leave(); }
    // Waits for `events` (EPOLLIN, EPOLLOUT, …) from now on; cheap if unchanged.
    void want(std::uint32_t events);
    explicit operator bool() const { return entry_ != nullptr; }

   private:
    friend class EventLoop;
    void leave() noexcept;
    std::shared_ptr<Watch> entry_;
  };

  class [[nodiscard]] Alarm {
   public:
    Alarm() = default;
    explicit operator bool() const { return entry_ != nullptr; }

   private:
    friend class EventLoop;
    std::shared_ptr<Timer> entry_;
  };

  EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  Watcher watch(int fd, std::uint32_t events, OnReady ready);
  Alarm at(BootClock::time_point when, OnTime due);
  Alarm after(BootClock::duration delay, OnTime due) {
    return at(BootClock::now() + delay, std::move(due));
  }

  // Waits for one round of events or the next deadline, at most `most` (< 0: for
  // ever), and runs what is due.
  void run_once(std::chrono::milliseconds most = std::chrono::milliseconds(-1));

  // Runs rounds until stop(); `turn_end` runs after each.
  void run(const std::function<void()>& turn_end = {});
  void stop() noexcept { stopped_ = true; }

 private:
  struct Watch {
    int epoll = -1, fd = -1;
    std::uint32_t events = 0;
    std::uint64_t id = 0;
    OnReady ready;
  };
  struct Timer {
    OnTime due;
  };

  Fd epoll_;
  std::uint64_t next_id_ = 1;
  bool stopped_ = false;
  std::unordered_map<std::uint64_t, std::weak_ptr<Watch>> watches_;
  std::multimap<BootClock::time_point, std::weak_ptr<Timer>> timers_;
};

}  // namespace hitl::sys
