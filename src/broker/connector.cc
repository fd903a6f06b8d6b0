// SPDX-License-Identifier: Apache-2.0
#include "broker/connector.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "sys/process.h"
#include "sys/unix_socket.h"

namespace hitl::broker {
namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

std::optional<Address> numeric(const config::Endpoint& e) {
  Address a;
  in_addr v4{};
  in6_addr v6{};
  if (::inet_pton(AF_INET, e.host.c_str(), &v4) == 1) {
    sockaddr_in s{};
    s.sin_family = AF_INET;
    s.sin_port = htons(e.port);
    s.sin_addr = v4;
    std::memcpy(&a.storage, &s, a.size = sizeof s);
  } else if (::inet_pton(AF_INET6, e.host.c_str(), &v6) == 1) {
    sockaddr_in6 s{};
    s.sin6_family = AF_INET6;
    s.sin6_port = htons(e.port);
    s.sin6_addr = v6;
    std::memcpy(&a.storage, &s, a.size = sizeof s);
  } else {
    return std::nullopt;
  }
  return a;
}

Error unreachable(const config::Endpoint& to, const std::string& why) {
  return fail(Errc::Closed, config::to_string(to) + ": " + why);
}

}  // namespace

Result<std::string> local_address(int socket) {
  sockaddr_storage a{};
  socklen_t n = sizeof a;
  std::array<char, NI_MAXHOST> host{};
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&a), &n) != 0)
    return fail_errno("getsockname");
  if (::getnameinfo(reinterpret_cast<sockaddr*>(&a), n, host.data(), host.size(), nullptr, 0,
                    NI_NUMERICHOST) != 0)
    return fail(Errc::System, "our own address has no numeric form");
  return std::string(host.data());
}

Connector::Connector(sys::EventLoop& loop, const config::Endpoint& to, OnDone on_done)
    : loop_(loop), done_(std::move(on_done)) {
  alarm_ =
      loop.after(kDeadline, [this, to] { done(unreachable(to, "no connection within 10 s")); });
  if (start_numeric(to)) return;
  if (auto s = start_helper(to); !s)
    alarm_ = loop.after(std::chrono::nanoseconds(0), [this, e = s.error()] { done(e); });
}

void Connector::done(Result<Fd> result) {
  watcher_ = {};
  const auto f = std::move(done_);  // it may destroy this
  f(std::move(result));
}

bool Connector::start_numeric(const config::Endpoint& to) {
  const auto address = numeric(to);
  if (!address) return false;
  const auto fail_later = [&](const char* what) {
    alarm_ = loop_.after(std::chrono::nanoseconds(0),
                         [this, e = unreachable(to, fail_errno(what).what)] { done(e); });
    return true;
  };
  socket_ = Fd(::socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket_) return fail_later("socket");
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address->storage),
                address->size) != 0 &&
      errno != EINPROGRESS)
    return fail_later("connect");
  watcher_ = loop_.watch(socket_.get(), EPOLLOUT, [this, to](std::uint32_t) {
    int error = 0;
    socklen_t n = sizeof error;
    ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &n);
    watcher_ = {};
    if (error != 0) return done(unreachable(to, std::strerror(error)));
    done(std::move(socket_));
  });
  return true;
}

Status Connector::start_helper(const config::Endpoint& to) {
  auto pair = sys::socket_pair();
  if (!pair) return pair.error();
  auto path = sys::find_program("hitl-connect");
  if (!path) return path.error();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(kDeadline).count();
  auto pid = sys::spawn(
      {*path,
       {"--host", to.host, "--port", std::to_string(to.port), "--timeout-ms", std::to_string(ms)},
       {{"broker", pair->second.get()}},
       std::nullopt});
  if (!pid) return pid.error();
  helper_ = std::make_unique<sys::FrameChannel>(
      loop_, std::move(pair->first),
      [this, to](std::string_view frame) -> Status {
        auto fd = helper_->take_descriptor();
        // After this the channel goes, with this Connector perhaps: so later.
        alarm_ = loop_.after(std::chrono::nanoseconds(0),
                             [this, to, ok = frame[0] == 1, text = std::string(frame.substr(1)),
                              got = std::make_shared<Fd>(std::move(fd))] {
                               if (ok && *got) return done(std::move(*got));
                               done(unreachable(to, text));
                             });
        helper_->pause_reading(true);
        return Ok{};
      },
      [this, to](const Error&) {
        alarm_ = loop_.after(std::chrono::nanoseconds(0), [this, to] {
          done(unreachable(to, "the helper that resolves its name ended"));
        });
      });
  return Ok{};
}

}  // namespace hitl::broker
