// SPDX-License-Identifier: Apache-2.0
// One direction of a channel's incoming bytes, out of libssh and with a limit.
//
// What is not taken stays in libssh's buffer, which stops enlarging the window
// (at most 1.28 MB unread, WINDOWBASE of channels.c).  Taking is all or nothing:
// ssh_channel_read() regrows the window without counting what is left unread,
// so leaving a part behind each time lets the buffer grow without end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "ssh/handles.h"

namespace hitl::ssh {

class Intake {
 public:
  enum class Mode : std::uint8_t { Hold, Buffer, Discard };

  Intake(bool is_stderr, std::size_t high_water) : high_water_(high_water), stderr_(is_stderr) {}

  // In the channel's data callback: how many bytes were taken.
  std::uint32_t offer(const void* bytes, std::uint32_t size) noexcept;

  void set_mode(Mode mode) noexcept { mode_ = mode; }
  void set_high_water(std::size_t bytes) noexcept { high_water_ = bytes; }

  // Takes what libssh kept, if there is room for it now.
  void resume(ssh_channel channel);

  std::string take() noexcept;
  const std::string& bytes() const noexcept { return bytes_; }
  bool empty() const noexcept { return bytes_.empty(); }
  // Nothing is left here or, by this direction, in libssh.
  bool drained() const noexcept { return bytes_.empty() && kept_ == 0; }
  // Bytes that libssh keeps, because there was no room.
  std::size_t kept() const noexcept { return kept_; }
  bool anything_came() const noexcept { return came_; }
  // The peer sends more than its window allows; libssh lets it.
  bool overrun() const noexcept { return overrun_; }

 private:
  std::size_t high_water_;
  bool stderr_;
  Mode mode_ = Mode::Hold;
  bool came_ = false, overrun_ = false;
  std::size_t kept_ = 0;  // bytes that libssh has for us
  std::string bytes_;
};

}  // namespace hitl::ssh
