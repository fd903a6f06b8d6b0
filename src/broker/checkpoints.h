// SPDX-License-Identifier: Apache-2.0
// Signs the audit chain now and then: at the start, after a reload, at the end, and at
// an interval while anything is written.
//
// A checkpoint is of what is on disk, and is itself on disk before its line goes to
// the file and the log: so the file never knows more than the store, unless someone
// has put an older store in its place.
#pragma once

#include <chrono>
#include <string>

#include "config/bastion_config.h"
#include "crypto/ed25519.h"
#include "judge/judge.h"
#include "store/store.h"
#include "sys/event_loop.h"

namespace hitl::broker {

class Checkpoints {
 public:
  Checkpoints(sys::EventLoop& loop, store::Store& store, const config::BastionConfig& config,
              crypto::Ed25519Key key);

  // Errc::Invalid where the file tells of a chain that the store does not have.
  static Status compare(store::Store& store, const std::string& file, std::string_view key);

  // What is in force from now on, as a row of this turn; it is signed at its end.
  Status bind(const judge::Judge& judge, const std::string& reason);
  // Every interval, from now on.
  void begin();
  // After the turn's commit, with nothing written since: what is due.
  Status end_turn();
  // Signs what is committed, if it is not signed yet; commits and writes the line.
  Status sign(const std::string& reason);

  const crypto::Ed25519Key& key() const { return key_; }

 private:
  sys::EventLoop& loop_;
  store::Store& store_;
  const config::BastionConfig& config_;
  crypto::Ed25519Key key_;
  std::int64_t signed_to_ = -1;  // with the rows of the checkpoint itself
  std::string due_;              // the reason; empty: nothing is
  sys::EventLoop::Alarm next_;
};

}  // namespace hitl::broker
