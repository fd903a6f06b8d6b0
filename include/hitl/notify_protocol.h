// SPDX-License-Identifier: Apache-2.0
// broker -> hitl-notify: one frame (sys/frame_channel.h) for each thing that
// happened.  Nothing comes back: whether anyone was reached changes no decision.
#pragma once

#include <cstdint>
#include <string>

namespace hitl::notify {

struct Happened {
  std::string to;     // the [notify.NAME] that an escalation names; empty: all that want it
  std::string event;  // held approved denied expired escalated started ended …
  std::string id;     // of the request, or of the command where there is none
  std::string agent, target;
  std::int64_t at = 0;  // milliseconds since 1970 UTC
  std::string text;     // the summary, who and why, the exit status; raw
  // Of a request, else empty:
  std::string state, command, rule, deciders;  // command: its beginning, raw
  std::int64_t expires_at = 0;
};

}  // namespace hitl::notify
