// SPDX-License-Identifier: Apache-2.0
// Carries events to hooks and webhooks: each delivery is a child process that
// gets the JSON on its standard input and says by exit status 0 that it arrived.
// What does not arrive is tried again, later and later, and then given up.
//
// A slow or dead receiver costs others nothing: few children at a time for each
// receiver, a bounded queue for each, and a deadline for each child.
#pragma once

#include <sys/types.h>

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "config/bastion_config.h"
#include "notify/event_json.h"
#include "sys/event_loop.h"

namespace hitl::notify {

class Courier {
 public:
  // `self`: the program that posts to webhooks (--post NAME).
  Courier(sys::EventLoop& loop, const config::BastionConfig& config, std::string self);
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  void take(const Happened& event);
  // A child has ended: call it for each SIGCHLD.
  void reap();
  // Nothing waits and nothing runs.
  bool idle() const;

 private:
  struct Delivery {
    std::string event, id, body;
    unsigned tries = 0;
  };
  struct Running {
    std::string hook;
    Delivery delivery;
    sys::EventLoop::Alarm deadline;
  };
  struct Hook {
    const config::Notification* what = nullptr;
    std::deque<Delivery> waiting;
    unsigned running = 0;
    std::uint64_t dropped = 0;
    sys::EventLoop::Alarm again;
  };

  bool wants(const std::string& name, const config::Notification& what,
             const Happened& event) const;
  void start_some(const std::string& name, Hook& hook);
  Result<pid_t> start(const std::string& name, const config::Notification& what,
                      const std::string& body);
  void ended(Running done, bool arrived);

  sys::EventLoop& loop_;
  std::string self_, config_file_;
  std::map<std::string, Hook> hooks_;
  std::map<pid_t, Running> running_;
};

}  // namespace hitl::notify
