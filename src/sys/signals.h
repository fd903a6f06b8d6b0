// SPDX-License-Identifier: Apache-2.0
// Signals as events in the loop (signalfd); no handler ever runs.
#pragma once

#include <functional>
#include <initializer_list>

#include "base/fd.h"
#include "base/result.h"
#include "sys/event_loop.h"

namespace hitl::sys {

class Signals {
 public:
  // Blocks the signals named and calls `on_signal` for each that arrives.
  Signals(EventLoop& loop, std::initializer_list<int> which, std::function<void(int)> on_signal);

 private:
  Fd fd_;
  EventLoop::Watcher watcher_;
};

// Writing to a peer that is gone is an error value, never a signal.
void ignore_sigpipe();

}  // namespace hitl::sys
