// SPDX-License-Identifier: Apache-2.0
#include "connect/connect.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/handle.h"

namespace hitl::connect {
namespace {

using Addresses = Owner<addrinfo, freeaddrinfo>;

std::optional<unsigned> number(const std::string& s, unsigned most) {
  unsigned n = 0;
  const auto r = std::from_chars(s.data(), s.data() + s.size(), n);
  if (r.ec != std::errc() || r.ptr != s.data() + s.size() || n == 0 || n > most)
    return std::nullopt;
  return n;
}

// 0, or the errno of why not.
int connect_one(int fd, const addrinfo& a, BootClock::time_point deadline) {
  if (::connect(fd, a.ai_addr, a.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - BootClock::now()).count();
  pollfd p{fd, POLLOUT, 0};
  const int n = ::poll(&p, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
  if (n < 0) return errno;
  if (n == 0) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  return error;
}

}  // namespace

Result<Wanted> wanted_from(const std::vector<std::string>& arguments) {
  Wanted w;
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    const auto& name = arguments[i];
    const auto& value = arguments[i + 1];
    if (name == "--host")
      w.host = value;
    else if (const auto port = number(value, 65'535); name == "--port" && port)
      w.port = static_cast<std::uint16_t>(*port);
    else if (const auto ms = number(value, 600'000); name == "--timeout-ms" && ms)
      w.timeout = std::chrono::milliseconds(*ms);
    else
      return fail(Errc::Invalid, "bad argument: " + name + " " + value);
  }
  if (arguments.size() != 6 || w.host.empty() || w.port == 0 || w.timeout.count() == 0)
    return fail(Errc::Invalid, "usage: hitl-connect --host H --port P --timeout-ms N broker=FD");
  return w;
}

Result<Fd> connect_to(const Wanted& wanted) {
  const auto deadline = BootClock::now() + wanted.timeout;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  addrinfo* raw = nullptr;
  const int rc =
      ::getaddrinfo(wanted.host.c_str(), std::to_string(wanted.port).c_str(), &hints, &raw);
  const Addresses addresses(rc == 0 ? raw : nullptr);
  if (rc != 0)
    return fail(Errc::NotFound, std::string("name cannot be resolved: ") +
                                    (rc == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(rc)));
  int last = ETIMEDOUT;
  for (const auto* a = addresses.get(); a != nullptr; a = a->ai_next) {
    if (BootClock::now() >= deadline) break;
    Fd fd(::socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) {
      last = errno;
      continue;
    }
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    last = connect_one(fd.get(), *a, deadline);
    if (last == 0) return fd;
  }
  return fail(Errc::Closed, std::strerror(last));
}

}  // namespace hitl::connect
