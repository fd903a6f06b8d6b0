// SPDX-License-Identifier: Apache-2.0
// The console's end of the operator protocol, on an event loop: greets, numbers
// the questions, checks the order of the answers.  Shows nothing and retries
// nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "console/destination.h"
#include "hitl/operator_protocol.h"
#include "proto/operator_codec.h"
#include "sys/event_loop.h"
#include "sys/frame_channel.h"

namespace hitl::console {

// What a broker says.  Requests come here whole, however many frames they took.
using Message =
    std::variant<operators::Welcome, operators::Requests, operators::Request, operators::Decided,
                 operators::Refused, operators::Event, operators::SessionList, operators::GrantList,
                 operators::Done, operators::Output>;

std::uint32_t tag_of(const Message& message);

class Client {
 public:
  using OnMessage = std::function<void(Message)>;
  // Called once, when the broker is gone or speaks something else; last call of
  // all.  The owner may destroy the client in either callback.
  using OnLost = std::function<void(const Error& why)>;

  // Connects and says Hello; the first message is then the Welcome.
  static Result<std::unique_ptr<Client>> connect(sys::EventLoop& loop, const Destination& to,
                                                 Tool::Manner manner, OnMessage on_message,
                                                 OnLost on_lost);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Sends a question and gives the tag that its answer bears.
  template <class M>
  std::uint32_t send(M message) {
    message.tag = ++last_tag_;
    channel_->send_now(proto::encode(std::move(message)));
    return last_tag_;
  }

 private:
  Client(OnMessage on_message, OnLost on_lost)
      : on_message_(std::move(on_message)), on_lost_(std::move(on_lost)) {}

  Status take(std::string_view frame);
  Status take_requests(operators::Requests page);
  template <class M>
  Status pass(std::string_view frame);

  OnMessage on_message_;
  OnLost on_lost_;
  std::unique_ptr<Tool> ssh_;  // that the channel leads through
  std::unique_ptr<sys::FrameChannel> channel_;
  std::uint32_t last_tag_ = 0;
  bool welcomed_ = false;
  std::vector<operators::Requests> pages_;  // unfinished answers, by tag
};

}  // namespace hitl::console
