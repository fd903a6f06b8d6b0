// SPDX-License-Identifier: Apache-2.0
// What is to be written to a channel, in order, both of its streams.
//
// Only as much as the peer's window and its socket take is given to libssh: it
// would buffer the rest without limit.
#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include "ssh/transport.h"

namespace hitl::ssh {

class Outlet {
 public:
  enum class Stream : bool { Out = false, Err = true };

  void push(Stream stream, std::string bytes);
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return pieces_.empty(); }
  void clear() noexcept;

  // Writes what goes now; true if something went.  The channel's callbacks may
  // run in it.  broken(): the channel takes nothing more.
  bool flush(const Transport& transport, ssh_channel channel);
  bool broken() const noexcept { return broken_; }

 private:
  struct Piece {
    Stream stream;
    std::string bytes;
    std::size_t written = 0;
  };

  std::deque<Piece> pieces_;
  std::size_t size_ = 0;
  bool broken_ = false;
};

}  // namespace hitl::ssh
