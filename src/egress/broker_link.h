// SPDX-License-Identifier: Apache-2.0
// The broker's ear: messages of egress_protocol.h, sent at once.
#pragma once

#include "proto/session_codec.h"
#include "sys/frame_channel.h"

namespace hitl::egress {

class BrokerLink {
 public:
  explicit BrokerLink(sys::FrameChannel& channel) : channel_(channel) {}

  template <class M>
  void say(M message) {
    channel_.send_now(proto::encode(std::move(message)));
  }

 private:
  sys::FrameChannel& channel_;
};

}  // namespace hitl::egress
