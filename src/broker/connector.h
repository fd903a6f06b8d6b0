// SPDX-License-Identifier: Apache-2.0
// A TCP connection to a target, without ever blocking the broker: to a numeric
// address from here, to a name through the helper hitl-connect, because a
// resolver blocks.
#pragma once

#include <functional>
#include <memory>

#include "base/fd.h"
#include "base/result.h"
#include "config/bastion_config.h"
#include "sys/event_loop.h"
#include "sys/frame_channel.h"

namespace hitl::broker {

class Connector {
 public:
  static constexpr std::chrono::seconds kDeadline{10};

  // Called once, in a later turn.  It may destroy the Connector.
  using OnDone = std::function<void(Result<Fd>)>;

  // Destroying it gives up.
  Connector(sys::EventLoop& loop, const config::Endpoint& to, OnDone done);

 private:
  bool start_numeric(const config::Endpoint& to);
  Status start_helper(const config::Endpoint& to);
  void done(Result<Fd> result);

  sys::EventLoop& loop_;
  OnDone done_;
  Fd socket_;
  sys::EventLoop::Watcher watcher_;
  std::unique_ptr<sys::FrameChannel> helper_;
  sys::EventLoop::Alarm alarm_;
};

// The numeric address that the socket has on our side: what the target sees,
// unless something between translates it.
Result<std::string> local_address(int socket);

}  // namespace hitl::broker
