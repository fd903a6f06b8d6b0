// SPDX-License-Identifier: Apache-2.0
#include "ingress/pipe.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "base/check.h"
#include "hitl/stream_protocol.h"

namespace hitl::ingress {

Pipe::Pipe(sys::EventLoop& loop, Fd socket) : socket_(std::move(socket)) {
  HITL_CHECK(::fcntl(socket_.get(), F_SETFL, O_NONBLOCK) == 0);
  watcher_ = loop.watch(socket_.get(), EPOLLIN, [](std::uint32_t) {});  // a turn, and step()
}

bool Pipe::write_some(ssh::Intake& in) {
  if (waiting_.empty() && !in.empty()) waiting_ = in.take();
  if (waiting_.empty()) return false;
  const auto n = ::send(socket_.get(), waiting_.data(), waiting_.size(), MSG_NOSIGNAL);
  if (n > 0) waiting_.erase(0, static_cast<std::size_t>(n));
  if (n < 0 && errno != EAGAIN && errno != EINTR) waiting_.clear();  // reading says that it ended
  return n > 0;
}

bool Pipe::read_some(ssh::Outlet& out) {
  if (over_ || out.size() >= stream::kHighWater) return false;
  std::array<char, 32'768> buffer;
  const auto n = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (n > 0) {
    out.push(ssh::Outlet::Stream::Out, std::string(buffer.data(), static_cast<std::size_t>(n)));
    return true;
  }
  over_ = n == 0 || (errno != EAGAIN && errno != EINTR);
  if (over_) watcher_ = {};
  return over_;
}

bool Pipe::step(ssh::Intake& in, ssh::Outlet& out, bool ended) {
  bool done = write_some(in);
  done |= read_some(out);
  if (over_) return done;
  if (ended && in.drained() && waiting_.empty()) ::shutdown(socket_.get(), SHUT_WR);
  // A full outlet is emptied by the agent's turns, not by this socket's.
  watcher_.want((out.size() < stream::kHighWater ? EPOLLIN : 0U) |
                (waiting_.empty() ? 0U : EPOLLOUT));
  return done;
}

}  // namespace hitl::ingress
