// SPDX-License-Identifier: Apache-2.0
// The process that faces one target: its legs, and what the broker may ask.
//
// It never hears the agent and decides nothing.  It has no file and makes no
// connection: sockets, certificates and host keys come from the broker, and
// without the broker it ends at once.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "egress/broker_link.h"
#include "egress/leg.h"
#include "mask/table.h"
#include "sys/event_loop.h"

namespace hitl::egress {

class Egress {
 public:
  // The loop stops when the broker is gone.
  Egress(sys::EventLoop& loop, Fd broker);
  Egress(const Egress&) = delete;
  Egress& operator=(const Egress&) = delete;

  // At the end of each loop turn: all of the work.
  void turn();

 private:
  Status on_frame(std::string_view frame);
  Status on_target(std::string_view frame);
  Status on_connect(std::string_view frame);
  Status on_run(std::string_view frame);
  Status on_drop(std::string_view frame);
  Status on_recorded(std::string_view frame);
  Status on_line(std::string_view frame);
  Status on_resize(std::string_view frame);

  sys::EventLoop& loop_;
  sys::FrameChannel broker_;
  BrokerLink link_;
  std::optional<Target> target_;
  std::shared_ptr<const mask::Table> rules_;
  std::map<std::uint32_t, std::unique_ptr<Leg>> legs_;
  // Of shell sessions, by the number of the control leg; the legs keep them.
  std::map<std::uint32_t, std::weak_ptr<Keeper>> keepers_;
  // Of commands that are over: what ingress has not read yet.
  std::vector<std::unique_ptr<Relay>> draining_;
  sys::EventLoop::Alarm again_;
};

}  // namespace hitl::egress
