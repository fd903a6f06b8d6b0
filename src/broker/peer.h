// SPDX-License-Identifier: Apache-2.0
// A peer of the broker's: a frame channel whose words wait for the end of the
// turn.  Messages come in through a table of routes: what is not in it, or not
// legal in the phase in which the peer is, ends the peer.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "broker/turn.h"
#include "proto/message.h"
#include "sys/frame_channel.h"

namespace hitl::broker {

class Peer {
 public:
  Peer(sys::EventLoop& loop, Turn& turn, Fd socket, sys::FrameChannel::OnFrame on_frame,
       sys::FrameChannel::OnEnd on_end)
      : turn_(turn), channel_(loop, std::move(socket), std::move(on_frame), std::move(on_end)) {}
  ~Peer() { turn_.forget(channel_); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  template <class M>
  void say(M message, Fd descriptor = {}) {
    auto frame = proto::encode(std::move(message));
    if (std::exchange(spoke_in_, turn_.number()) != turn_.number()) said_ = 0;
    said_ += frame.size();
    turn_.say(channel_, std::move(frame), std::move(descriptor));
  }

  // Bytes that the peer has not taken, those of this turn among them: one message
  // of a peer's can have many others with it in a turn, and each an answer.
  std::size_t unsent() const {
    return channel_.queued() + (spoke_in_ == turn_.number() ? said_ : 0);
  }

  sys::FrameChannel& channel() { return channel_; }

 private:
  Turn& turn_;
  sys::FrameChannel channel_;
  std::uint64_t spoke_in_ = 0;
  std::size_t said_ = 0;
};

// One row of such a table.  `phases` is a set of Session::Phase bits.
template <class Session>
struct Route {
  std::uint8_t type;
  unsigned phases;
  Status (Session::*handle)(std::string_view frame);
};

template <class Session>
Status dispatch(Session& session, std::span<const Route<Session>> routes, unsigned phase,
                std::string_view frame) {
  const auto type = proto::type_byte(frame);
  const auto route = std::ranges::find(routes, type, &Route<Session>::type);
  if (route == routes.end() || (route->phases & phase) == 0)
    return fail(Errc::Protocol, "message " + std::to_string(type) + " out of turn");
  return (session.*route->handle)(frame);
}

}  // namespace hitl::broker
