// SPDX-License-Identifier: Apache-2.0
#include "sys/unix_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hitl::sys {
namespace {

Result<sockaddr_un> address(const std::string& path) {
  sockaddr_un a{};
  a.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof a.sun_path)
    return fail(Errc::Limit, path + ": path of a socket is empty or over " +
                                 std::to_string(sizeof a.sun_path - 1) +
                                 " bytes (choose a shorter folder)");
  std::memcpy(a.sun_path, path.data(), path.size());
  return a;
}

const sockaddr* generic(const sockaddr_un& a) { return reinterpret_cast<const sockaddr*>(&a); }

}  // namespace

Result<std::pair<Fd, Fd>> socket_pair() {
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
    return fail_errno("socketpair");
  return std::pair(Fd(fds[0]), Fd(fds[1]));
}

Result<Fd> connect_unix(const std::string& path) {
  const auto a = address(path);
  if (!a) return a.error();
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return fail_errno("socket");
  if (::connect(fd.get(), generic(*a), sizeof *a) != 0) {
    auto e = fail_errno(path);
    if (errno == ENOENT || errno == ECONNREFUSED) e.code = Errc::NotFound;
    return e;
  }
  return fd;
}

Result<Fd> listen_unix(const std::string& path, mode_t mode) {
  const auto a = address(path);
  if (!a) return a.error();
  if (const auto served = connect_unix(path); served)
    return fail(Errc::Denied,
                path + ": another process serves this socket (is a bastion running?)");
  struct stat st {};
  if (::lstat(path.c_str(), &st) == 0) {
    if (!S_ISSOCK(st.st_mode)) return fail(Errc::Denied, path + ": exists and is no socket");
    ::unlink(path.c_str());
  }
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return fail_errno("socket");
  if (::bind(fd.get(), generic(*a), sizeof *a) != 0 || ::chmod(path.c_str(), mode) != 0 ||
      ::listen(fd.get(), 128) != 0)
    return fail_errno(path);
  return fd;
}

Fd accept_one(int listener) {
  return Fd(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
}

Result<Peer> peer_of(int socket) {
  ucred c{};
  socklen_t n = sizeof c;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &c, &n) != 0)
    return fail_errno("peer credentials");
  return Peer{c.uid, c.gid, c.pid};
}

}  // namespace hitl::sys
