// SPDX-License-Identifier: Apache-2.0
#include "ssh/transport.h"

#include <fcntl.h>
#include <libssh/callbacks.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/visible.h"

namespace hitl::ssh {
namespace {

constexpr std::size_t kMaxError = 400;  // bytes of libssh's text
// libssh receives 4 KiB at a time; this much a turn, so that others get theirs.
constexpr int kReceives = 16;

void be_quiet(int, const char*, const char*, void*) noexcept {}

}  // namespace

void start_library() {
  ssh_set_log_level(SSH_LOG_NOLOG);
  ssh_set_log_callback(be_quiet);
}

Result<std::unique_ptr<Transport>> Transport::create(sys::EventLoop& loop, Fd socket) {
  std::unique_ptr<Transport> t(new Transport(loop, std::move(socket)));
  t->session_.reset(ssh_new());
  t->event_.reset(ssh_event_new());
  if (!t->session_ || !t->event_) return fail(Errc::System, "no memory for an SSH session");
  ssh_set_blocking(t->session(), 0);
  // A peer that vanished is noticed within minutes, also while nothing is said.
  // (No TCP_USER_TIMEOUT: it would end the connection of who reads slowly.)
  const auto set = [&](int level, int option, int value) {
    ::setsockopt(t->socket_.get(), level, option, &value, sizeof value);
  };
  set(IPPROTO_TCP, TCP_NODELAY, 1);
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 60);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 20);
  set(IPPROTO_TCP, TCP_KEEPCNT, 4);
  t->stay_non_blocking();
  return t;
}

int Transport::duplicate() const {
  const int fd = ::fcntl(socket_.get(), F_DUPFD_CLOEXEC, 0);
  HITL_CHECK(fd >= 0);
  return fd;
}

// ssh_connect() makes the socket blocking once it is connected (0.10.6,
// socket.c: ssh_socket_pollcallback); then a peer that does not read would stop
// this process in send().
void Transport::stay_non_blocking() const {
  const int flags = ::fcntl(socket_.get(), F_GETFL);
  if ((flags & O_NONBLOCK) == 0)
    HITL_CHECK(::fcntl(socket_.get(), F_SETFL, flags | O_NONBLOCK) == 0);
}

Status Transport::attach() {
  if (ssh_event_add_session(event_.get(), session()) != SSH_OK)
    return fail(Errc::System, "the SSH session cannot be polled");
  watcher_ = loop_.watch(socket_.get(), EPOLLIN, [this](std::uint32_t e) { on_ready(e); });
  return Ok{};
}

void Transport::on_ready(std::uint32_t events) {
  if (reading_paused_) {
    if ((events & (EPOLLHUP | EPOLLERR)) != 0) hung_up_ = true;
    if ((events & EPOLLOUT) == 0) return;
  }
  for (int i = 0; i < kReceives; ++i)
    if (ssh_event_dopoll(event_.get(), 0) != SSH_OK) break;
  stay_non_blocking();
}

void Transport::settle() {
  stay_non_blocking();
  if (!alive()) {
    watcher_ = {};
    return;
  }
  if (!watcher_) return;
  const int flags = ssh_get_poll_flags(session());
  watcher_.want((reading_paused_ ? 0u : std::uint32_t{EPOLLIN}) |
                ((flags & SSH_WRITE_PENDING) != 0 ? std::uint32_t{EPOLLOUT} : 0u));
}

bool Transport::alive() const {
  return !hung_up_ && ssh_is_connected(session()) != 0 &&
         (ssh_get_status(session()) & (SSH_CLOSED | SSH_CLOSED_ERROR)) == 0;
}

bool Transport::congested() const { return (ssh_get_status(session()) & SSH_WRITE_PENDING) != 0; }

void Transport::disconnect(const char* words) {
  if (!alive()) return;
  // What waits goes first, and makes libssh see that the socket takes more;
  // else the message would stay in a buffer that ssh_disconnect() drops.
  for (int i = 0; i < 2; ++i) ssh_event_dopoll(event_.get(), 0);
  if (!alive()) return;
  ssh_session_set_disconnect_message(session(), words);
  ssh_disconnect(session());
}

std::string Transport::error() const {
  const std::string text = ssh_get_error(session());
  return visible_cut(text.empty() ? "connection closed" : text, kMaxError).str();
}

void Transport::acknowledge_at_once() const {
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

}  // namespace hitl::ssh
