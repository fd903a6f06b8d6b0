// SPDX-License-Identifier: Apache-2.0
#include "replay/watched.h"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/clock.h"
#include "base/log.h"
#include "proto/operator_codec.h"
#include "replay/order.h"
#include "sys/unix_socket.h"

namespace hitl::replay {
namespace {

using operators::Opening;

Opening opening(const Arguments& a) {
  switch (a.command) {
    case Arguments::Command::Play:
      return Opening::Play;
    case Arguments::Command::Export:
      return a.bundle ? Opening::Bundle : Opening::Export;
    case Arguments::Command::Search:
      return Opening::Search;
    default:
      return Opening::Show;
  }
}

std::string user() {
  const passwd* entry = ::getpwuid(::getuid());
  return entry != nullptr ? fmt::format("user {}", entry->pw_name)
                          : fmt::format("user {}", ::getuid());
}

Status write(store::Store& store, const Arguments& a, const std::vector<std::string>& sessions) {
  const auto now = wall_now_ms();
  const auto who = user();
  for (const auto& id : sessions)
    if (auto s = store.add_watch({now, who, std::string(operators::word_of(opening(a))), id}); !s)
      return s;
  return store.commit(true);
}

Status write_here(const Arguments& a, const std::vector<std::string>& sessions) {
  struct stat st {};
  if (sessions.empty() || ::stat(a.db.c_str(), &st) != 0) return Ok{};
  auto written = Status(fail(Errc::System, a.db + ": no bastion runs, and you are not its owner"));
  if (st.st_uid == ::geteuid()) {
    auto store = store::Store::open(a.db, store::Store::Mode::ReadWrite);
    if (!store && store.error().code == Errc::Denied)
      return fail(Errc::Denied, fmt::format("{}, but not at {} (--socket PATH)", store.error().what,
                                            socket_path(a)));
    written = store ? write(**store, a, sessions) : Status(store.error());
  }
  if (!written) log("that you see this could not be written down: {}", written.error().what);
  return Ok{};
}

}  // namespace

Status note_watch(const Arguments& a, const std::vector<std::string>& sessions) {
  const auto path = socket_path(a);
  auto at = sessions.begin();
  do {
    auto socket = sys::connect_unix(path);
    if (!socket) {
      // No bastion can listen where a path is too long.
      const auto code = socket.error().code;
      const bool none = code == Errc::NotFound || (code == Errc::Limit && a.socket.empty());
      return none ? write_here(a, {at, sessions.end()}) : Status(socket.error());
    }
    const auto n = std::min<std::ptrdiff_t>(operators::kMaxWatched, sessions.end() - at);
    const operators::Watched page{kOrder, opening(a), {at, at + n}};
    const auto done = ask_bastion(std::move(*socket), path, proto::encode(page));
    if (!done) return done.error();
    at += n;
  } while (at != sessions.end());
  return Ok{};
}

}  // namespace hitl::replay
