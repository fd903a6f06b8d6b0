// SPDX-License-Identifier: Apache-2.0
#include "sys/frame_channel.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "hitl/limits.h"

namespace hitl::sys {
namespace {

constexpr std::size_t kHeader = 4;
constexpr std::size_t kReadChunk = 64 * 1024;
constexpr std::size_t kMaxDescriptors = 8;  // received and not yet taken

std::string header(std::size_t n) {
  std::string h(kHeader, '\0');
  for (std::size_t i = 0; i < kHeader; ++i) h[i] = static_cast<char>((n >> (24 - 8 * i)) & 0xFF);
  return h;
}

std::size_t length_of(std::string_view h) {
  std::size_t n = 0;
  for (const char c : h.substr(0, kHeader)) n = (n << 8) | static_cast<unsigned char>(c);
  return n;
}

}  // namespace

FrameChannel::FrameChannel(EventLoop& loop, Fd socket, OnFrame on_frame, OnEnd on_end)
    : loop_(loop),
      socket_(std::move(socket)),
      on_frame_(std::move(on_frame)),
      on_end_(std::move(on_end)) {
  const int flags = ::fcntl(socket_.get(), F_GETFL);
  HITL_CHECK(::fcntl(socket_.get(), F_SETFL, flags | O_NONBLOCK) == 0);
  update_interest();
}

void FrameChannel::send(std::string frame, Fd descriptor) {
  HITL_CHECK(!frame.empty() && frame.size() <= kMaxFrame);
  if (!socket_) return;
  Outgoing o{header(frame.size()) + frame, 0, std::move(descriptor)};
  queued_ += o.bytes.size();
  out_.push_back(std::move(o));
}

void FrameChannel::send_now(std::string frame, Fd descriptor) {
  send(std::move(frame), std::move(descriptor));
  flush();
}

void FrameChannel::flush() {
  while (socket_ && !out_.empty()) {
    auto& o = out_.front();
    iovec iov{o.bytes.data() + o.sent, o.bytes.size() - o.sent};
    msghdr m{};
    m.msg_iov = &iov;
    m.msg_iovlen = 1;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    if (o.descriptor) {
      m.msg_control = control.data();
      m.msg_controllen = control.size();
      auto* c = CMSG_FIRSTHDR(&m);
      c->cmsg_level = SOL_SOCKET;
      c->cmsg_type = SCM_RIGHTS;
      c->cmsg_len = CMSG_LEN(sizeof(int));
      const int fd = o.descriptor.get();
      std::memcpy(CMSG_DATA(c), &fd, sizeof fd);
    }
    const auto n = ::sendmsg(socket_.get(), &m, MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) break;
      // What is lost from the middle of a stream makes the rest of it lies: no
      // more may follow, whatever the error is.  Reading tells the end.
      out_.clear(), queued_ = 0;
      ::shutdown(socket_.get(), SHUT_RDWR);
      break;
    }
    o.descriptor.reset();
    o.sent += static_cast<std::size_t>(n);
    queued_ -= static_cast<std::size_t>(n);
    if (o.sent == o.bytes.size()) out_.pop_front();
  }
  update_interest();
}

void FrameChannel::update_interest() {
  if (!socket_ || (hung_up_ && reading_paused_)) return;
  if (!watcher_)
    watcher_ = loop_.watch(socket_.get(), EPOLLIN, [this](std::uint32_t e) { on_ready(e); });
  watcher_.want((reading_paused_ ? 0u : std::uint32_t{EPOLLIN}) |
                (out_.empty() ? 0u : std::uint32_t{EPOLLOUT}));
}

void FrameChannel::pause_reading(bool paused) {
  reading_paused_ = paused;
  update_interest();
}

Fd FrameChannel::take_descriptor() {
  if (descriptors_.empty()) return {};
  Fd fd = std::move(descriptors_.front());
  descriptors_.pop_front();
  return fd;
}

void FrameChannel::on_ready(std::uint32_t events) {
  const auto alive = alive_;
  if (events & EPOLLOUT) {
    flush();
    if (out_.empty() && on_drained_) on_drained_();
    if (!*alive) return;
  }
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return;
  if (reading_paused_) {
    // The peer is gone, and epoll would say so for ever; what it sent last is
    // read when reading goes on.
    hung_up_ = true;
    watcher_ = {};
    return;
  }
  read_some();
}

bool FrameChannel::read_some() {
  std::array<char, kReadChunk> buffer;
  iovec iov{buffer.data(), buffer.size()};
  msghdr m{};
  m.msg_iov = &iov;
  m.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMaxDescriptors)> control{};
  if (takes_descriptors_) {  // else the kernel closes them, and MSG_CTRUNC tells
    m.msg_control = control.data();
    m.msg_controllen = control.size();
  }
  const auto n = ::recvmsg(socket_.get(), &m, MSG_CMSG_CLOEXEC);
  if (n < 0) {
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return true;
    return end(fail_errno("peer")), false;
  }
  for (auto* c = CMSG_FIRSTHDR(&m); c != nullptr; c = CMSG_NXTHDR(&m, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    const auto count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof fd);
      descriptors_.emplace_back(fd);
    }
  }
  if (n == 0) return end(fail(Errc::Closed, "peer closed the connection")), false;
  if ((m.msg_flags & MSG_CTRUNC) != 0 || descriptors_.size() > kMaxDescriptors)
    return end(fail(Errc::Protocol, "peer sent too many descriptors")), false;
  in_.append(buffer.data(), static_cast<std::size_t>(n));
  return deliver();
}

bool FrameChannel::deliver() {
  const auto alive = alive_;
  std::size_t at = 0;
  while (in_.size() - at >= kHeader) {
    const auto n = length_of(std::string_view(in_).substr(at));
    if (n == 0 || n > kMaxFrame) return end(fail(Errc::Protocol, "frame of a bad length")), false;
    if (in_.size() - at - kHeader < n) break;
    const auto status = on_frame_(std::string_view(in_).substr(at + kHeader, n));
    if (!*alive) return false;
    if (!status) return end(status.error()), false;
    at += kHeader + n;
  }
  in_.erase(0, at);
  return true;
}

void FrameChannel::end(const Error& why) {
  close();
  if (on_end_) {
    const auto f = std::move(on_end_);  // it may destroy this
    f(why);
  }
}

void FrameChannel::close() {
  watcher_ = {};
  socket_.reset();
  out_.clear();
  queued_ = 0;
}

}  // namespace hitl::sys
