// SPDX-License-Identifier: Apache-2.0
#include "notify/feed.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "base/log.h"
#include "base/visible.h"
#include "notify/event_json.h"

namespace hitl::notify {
namespace {

constexpr const char* kJournal = "/run/systemd/journal/socket";

}  // namespace

Result<EventFeed> EventFeed::open(const std::string& file, bool journal) {
  EventFeed feed;
  feed.path_ = file;
  if (!file.empty()) {
    feed.file_ = Fd(::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
    if (!feed.file_) return fail_errno(file);
  }
  if (journal) {
    feed.journal_ = Fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un a{};
    a.sun_family = AF_UNIX;
    std::strncpy(a.sun_path, kJournal, sizeof a.sun_path - 1);
    if (!feed.journal_ ||
        ::connect(feed.journal_.get(), reinterpret_cast<const sockaddr*>(&a), sizeof a) != 0)
      return fail_errno(kJournal);
  }
  return feed;
}

void EventFeed::write(const Happened& e) {
  bool good = true;
  if (file_) {
    const auto line = to_json(e) + "\n";
    good = ::write(file_.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size());
  }
  if (!good && !in_trouble_) log("{}", fail_errno(path_).what);
  in_trouble_ = !good;
  if (!journal_) return;
  // No value can hold a line feed: visible() leaves none.
  std::string fields = "SYSLOG_IDENTIFIER=hitl-bastion\nPRIORITY=6\n";
  const auto field = [&](const char* name, const std::string& value) {
    fields += std::string(name) + "=" + visible(value).str() + "\n";
  };
  field("MESSAGE", e.event + " " + e.id + " " + e.agent + " -> " + e.target + ": " + e.text);
  field("HITL_EVENT", e.event);
  field("HITL_ID", e.id);
  field("HITL_AGENT", e.agent);
  field("HITL_TARGET", e.target);
  (void)::send(journal_.get(), fields.data(), fields.size(), MSG_NOSIGNAL);  // as good as it gets
}

}  // namespace hitl::notify
