// SPDX-License-Identifier: Apache-2.0
// Unix stream sockets: pairs between our processes, and the operators' socket.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>

#include "base/fd.h"
#include "base/result.h"

namespace hitl::sys {

Result<std::pair<Fd, Fd>> socket_pair();

// Listens at `path` (replacing a socket that nobody serves), with the mode given.
Result<Fd> listen_unix(const std::string& path, mode_t mode);
// Errc::NotFound where nobody listens there.
Result<Fd> connect_unix(const std::string& path);
// The next waiting connection, non-blocking; empty if none waits.
Fd accept_one(int listener);

// The user at the other end, as the kernel says (SO_PEERCRED).
struct Peer {
  uid_t uid;
  gid_t gid;
  pid_t pid;
};
Result<Peer> peer_of(int socket);

}  // namespace hitl::sys
