// SPDX-License-Identifier: Apache-2.0
#include "replay/commands.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "base/log.h"
#include "base/visible.h"
#include "replay/json.h"
#include "replay/listing.h"
#include "replay/order.h"
#include "replay/player.h"
#include "replay/verification.h"
#include "replay/watched.h"
#include "replay/when.h"
#include "store/bundle.h"
#include "sys/event_loop.h"
#include "sys/signals.h"
#include "tui/ansi.h"

namespace hitl::replay {
namespace {

int failed(const Error& e) {
  if (e.code == Errc::Closed) return kExitDone;  // the reader had enough
  log("{}", e.what);
  return e.code == Errc::NotFound ? kExitNoSuchId : kExitFailed;
}

int done(const Status& s) { return s ? kExitDone : failed(s.error()); }

int columns() {
  winsize w{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0;
  return known ? std::clamp<int>(w.ws_col, 60, 140) : 100;
}

Status print(Output& out, const std::vector<tui::Text>& lines) {
  std::string all;
  const bool colour = tui::wants_colour(STDOUT_FILENO);
  for (const auto& l : lines) all += tui::ansi(l, colour) + "\n";
  return out.write(all);
}

Status list(const Arguments& a, store::Store& store, Output& out) {
  const auto sessions = store.sessions(a.filter);
  if (!sessions) return sessions.error();
  if (!a.json) return sessions->empty() ? Status(Ok{}) : print(out, session_table(*sessions));
  std::string all;
  for (const auto& s : *sessions) all += session_json(s) + "\n";
  return out.write(all);
}

Status search(const Arguments& a, store::Store& store, Output& out) {
  const auto hits = store.search(a.search);
  if (!hits) return hits.error();
  std::set<std::string> sessions;
  for (const auto& h : *hits) sessions.insert(h.session);
  if (auto s = note_watch(a, {sessions.begin(), sessions.end()}); !s) return s;
  if (a.search.kind.empty() || a.search.kind == "output") {
    const auto beyond = store.beyond_search();
    if (!beyond) return beyond.error();
    if (*beyond > 0)
      log("of {} commands with more than 1 MiB of output only the beginning was searched", *beyond);
  }
  if (!a.json) return hits->empty() ? Status(Ok{}) : print(out, hit_lines(*hits));
  std::string all;
  for (const auto& h : *hits) all += hit_json(h) + "\n";
  return out.write(all);
}

Status stats(const Arguments& a, store::Store& store, Output& out) {
  const auto all = store.statistics(a.filter.since, a.filter.until);
  if (!all) return all.error();
  return a.json ? out.write(statistics_json(*all) + "\n") : print(out, statistics_table(*all));
}

// The place that --from names.
Result<std::int64_t> find_start(store::Store& store, const std::string& session,
                                const std::string& from) {
  if (from.empty()) return std::int64_t{0};
  if (const auto offset = parse_offset(from)) return *offset;
  std::optional<std::int64_t> found;
  const auto s = for_each_event(store, session, [&](const store::EventRow& e) -> Status {
    if (!found && e.code == 'm' && e.data.find(from) != std::string::npos) found = e.at_us;
    return Ok{};
  });
  if (!s) return s.error();
  if (found) return *found;
  return fail(Errc::Invalid, fmt::format("--from: no marker holds '{}' (give a time as 1:30, or "
                                         "part of a line that export --format txt has in [ ])",
                                         visible(from).str()));
}

// Waits as the player says, until the end or a signal; the terminal is left as
// it was found either way.
Status play(const Arguments& a, store::Store& store, const Recording& r, Output& out) {
  const auto start = find_start(store, r.summary.session.id, a.from);
  if (!start) return start.error();
  Player::Options options;
  options.speed = a.speed;
  options.idle_limit_us = static_cast<std::int64_t>(a.idle_limit * 1e6);
  options.from_us = *start;
  options.raw = a.raw;
  options.colour = tui::wants_colour(STDOUT_FILENO);
  Player player(options);

  sys::EventLoop loop;
  bool stopped = false;
  const sys::Signals signals(loop, {SIGINT, SIGTERM, SIGHUP}, [&](int) { stopped = true; });
  auto due = BootClock::now();
  auto status =
      for_each_event(store, r.summary.session.id, [&](const store::EventRow& e) -> Status {
        const auto step = player.next(e);
        due += std::chrono::microseconds(step.wait_us);
        do {
          const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - BootClock::now());
          loop.run_once(std::max(left, std::chrono::milliseconds(0)));
        } while (!stopped && due > BootClock::now());
        if (stopped) return fail(Errc::Closed, "stopped");
        return out.write(step.bytes);
      });
  const auto end = out.write(player.finish());
  return status ? end : status;
}

// A database is made as a file; it goes to standard output from there.
Status export_bundle(const Arguments& a, const std::string& session, Output& standard) {
  const auto folder = std::filesystem::absolute(a.db).parent_path();
  std::ifstream key(folder / "keys/audit_ed25519.pub");
  std::string line;
  if (!std::getline(key, line)) return fail_errno((folder / "keys/audit_ed25519.pub").string());
  if (!a.output.empty() && a.output != "-")
    return store::write_bundle(a.db, session, line, a.output);
  auto temporary = (std::filesystem::temp_directory_path() / "hitl-bundle-XXXXXX").string();
  if (::mkdtemp(temporary.data()) == nullptr) return fail_errno(temporary);
  const auto path = temporary + "/bundle";
  auto done = store::write_bundle(a.db, session, line, path);
  if (done) {
    std::ifstream made(path, std::ios::binary);
    done = standard.write(std::string(std::istreambuf_iterator<char>(made), {}));
  }
  std::error_code ignored;
  std::filesystem::remove_all(temporary, ignored);
  return done;
}

Status export_to(const Arguments& a, store::Store& store, const Recording& r, Output& standard) {
  if (a.output.empty() || a.output == "-") return export_session(store, r, a.format, standard);
  auto file = Output::file(a.output);
  return file ? export_session(store, r, a.format, *file) : file.error();
}

}  // namespace

int run_command(const Arguments& a) {
  using enum Arguments::Command;
  if (a.command == Verify) return verify_store(a);
  if (a.command == Hold || a.command == Release || a.command == Prune) return done(order(a));
  auto store = store::Store::open(a.db, store::Store::Mode::ReadOnly);
  if (!store) {
    log("{} (--db FILE names the store)", store.error().what);
    return kExitFailed;
  }
  auto out = Output::standard();
  if (a.command == List) return done(list(a, **store, out));
  if (a.command == Search) return done(search(a, **store, out));
  if (a.command == Stats) return done(stats(a, **store, out));
  const auto recording = open_recording(**store, a.session);
  if (!recording) return failed(recording.error());
  if (auto s = note_watch(a, {recording->summary.session.id}); !s) return failed(s.error());
  switch (a.command) {
    case Show:
      return done(a.json ? out.write(recording_json(*recording) + "\n")
                         : print(out, describe(*recording, columns())));
    case Play:
      return done(play(a, **store, *recording, out));
    case Export:
      return done(a.bundle ? export_bundle(a, recording->summary.session.id, out)
                           : export_to(a, **store, *recording, out));
    default:
      break;
  }
  return kExitDone;
}

}  // namespace hitl::replay
