// SPDX-License-Identifier: Apache-2.0
// Length-prefixed frames, and descriptors, over a stream socket between two of
// our processes.
//
// Wire: u32 length (big endian, 1 to kMaxFrame), then that many bytes.  A
// descriptor travels with the first byte of the frame that announces it
// (SCM_RIGHTS); the receiver takes descriptors in the order they were sent.
//
// The channel never blocks.  Frames queue here until flush(); the broker's loop
// commits to disk between the two.  A peer that does not read makes queued()
// grow: the owner decides at which size that is too much.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"
#include "sys/event_loop.h"

namespace hitl::sys {

class FrameChannel {
 public:
  // Called for each whole frame.  An error ends the channel.
  using OnFrame = std::function<Status(std::string_view frame)>;
  // Called once, when the peer is gone or broke the protocol; last call of all.
  // The owner may destroy the channel in it.
  using OnEnd = std::function<void(const Error& why)>;

  // `socket` must be a stream socket; it is made non-blocking.
  FrameChannel(EventLoop& loop, Fd socket, OnFrame on_frame, OnEnd on_end);
  FrameChannel(const FrameChannel&) = delete;
  FrameChannel& operator=(const FrameChannel&) = delete;

  // Queues a frame, with at most one descriptor, which is closed once sent.
  void send(std::string frame, Fd descriptor = {});
  // Writes what the socket takes.
  void flush();
  // send() and flush() in one.
  void send_now(std::string frame, Fd descriptor = {});

  // Bytes queued and not yet taken by the kernel.
  std::size_t queued() const { return queued_; }
  // Called when queued() has fallen to zero after it was not.
  void on_drained(std::function<void()> f) { on_drained_ = std::move(f); }

  // Stops or resumes reading, so that a fast peer is pushed back.
  void pause_reading(bool paused);

  // The next descriptor received; empty if none came (the peer's fault).
  Fd take_descriptor();
  // This peer has none to give: the first one ends it, and never becomes ours.
  void refuse_descriptors() { takes_descriptors_ = false; }

  // Ends the channel from this side; OnEnd is not called.
  void close();
  bool open() const { return static_cast<bool>(socket_); }

 private:
  struct Outgoing {
    std::string bytes;
    std::size_t sent = 0;
    Fd descriptor;
  };

  void on_ready(std::uint32_t events);
  bool read_some();
  bool deliver();
  void update_interest();
  void end(const Error& why);

  EventLoop& loop_;
  Fd socket_;
  OnFrame on_frame_;
  OnEnd on_end_;
  std::function<void()> on_drained_;
  std::deque<Outgoing> out_;
  std::size_t queued_ = 0;
  std::string in_;
  std::deque<Fd> descriptors_;
  bool takes_descriptors_ = true;
  bool reading_paused_ = false;
  bool hung_up_ = false;  // while reading was paused
  EventLoop::Watcher watcher_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // false once destroyed or closed

 public:
  ~FrameChannel() { *alive_ = false; }
};

}  // namespace hitl::sys
