// SPDX-License-Identifier: Apache-2.0
// The way of one command to its target: a leg of its own (TargetLink), or the
// session's shell (Keeper).
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "broker/permit.h"
#include "hitl/egress_protocol.h"
#include "shell/wrapper.h"

namespace hitl::broker {

// What has a command run: told how it goes, in this order: on_ready, then
// on_start_failed or on_started, on_output…, on_ended.  It may release the way
// in each of them, but not destroy it.
class LegUser {
 public:
  virtual ~LegUser() = default;
  // The way awaits run().
  virtual void on_ready() = 0;
  // `may_have_started`: the target may have run it all the same.
  virtual void on_start_failed(egress::LegError error, const std::string& text,
                               bool may_have_started) = 0;
  virtual void on_started(std::uint64_t process_group, const std::string& start_time) = 0;
  // To be recorded: egress is told once the turn is committed.
  virtual void on_output(char code, std::string_view bytes) = 0;
  virtual void on_ended(const egress::Ended& ended) = 0;
};

// The word of CLI.md's table.
const char* code_of(egress::LegError error);

// A process on a target that shall end.
struct Victim {
  std::uint64_t process_group = 0;
  std::string start_time;
};

// The text of a command with a leg of its own, in its wrapper.  Errors as of
// shell::wrap.
Result<std::string> wrapped(const Bound& bound, int status, const shell::Wrapping& wrapping);

class Way {
 public:
  virtual ~Way() = default;

  // Tells `user` when it can run, perhaps within this call.
  virtual void claim(LegUser& user) = 0;
  // Ends the user's claim and what it runs: nothing more is told.
  virtual void release(LegUser& user) = 0;

  struct Io {
    InputRole input = InputRole::None;
    Fd stream;  // the far end of ingress's; a shell has its own already
    Terminal terminal;
    int status = 0;  // $? where a session's line has a bash of its own
  };
  // Of a user that was told on_ready.  Errc::Limit, Invalid: the text cannot be
  // wrapped; nothing was sent.
  virtual Status run(LegUser& user, Permit permit, Io io) = 0;

  // Ends what runs there; `done` when that is over.
  virtual void kill(const Victim& victim, std::function<void()> done) = 0;
};

}  // namespace hitl::broker
