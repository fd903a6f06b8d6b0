// SPDX-License-Identifier: Apache-2.0
// The event feed for other programs: JSON lines in a file, and the journal in
// its native protocol (systemd.journal-fields(7)), where these are configured.
#pragma once

#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "hitl/notify_protocol.h"

namespace hitl::notify {

class EventFeed {
 public:
  // An empty path: no file.
  static Result<EventFeed> open(const std::string& file, bool journal);
  // A fault is logged, once until it works again.
  void write(const Happened& event);

 private:
  std::string path_;
  Fd file_, journal_;
  bool in_trouble_ = false;
};

}  // namespace hitl::notify
