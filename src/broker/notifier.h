// SPDX-License-Identifier: Apache-2.0
// The broker's line to hitl-notify.  It never waits for it: what the helper does
// not take is dropped, and a helper that ends is started again.
#pragma once

#include <memory>

#include "broker/waiters.h"
#include "config/bastion_config.h"
#include "hitl/notify_protocol.h"
#include "sys/event_loop.h"
#include "sys/frame_channel.h"

namespace hitl::broker {

class Notifier {
 public:
  Notifier(sys::EventLoop& loop, const config::BastionConfig& config);

  // Whether anything is configured that wants to be told.
  bool wanted() const;
  void start();
  void tell(notify::Happened event);

 private:
  Status launch();
  void again();

  sys::EventLoop& loop_;
  const config::BastionConfig& config_;
  std::unique_ptr<sys::FrameChannel> helper_;
  sys::EventLoop::Alarm again_;
  bool dropping_ = false;
};

}  // namespace hitl::broker
