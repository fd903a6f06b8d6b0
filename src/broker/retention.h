// SPDX-License-Identifier: Apache-2.0
// Deletes what the configuration says is kept no longer: a session at a time, each in a
// turn of its own with a signed tombstone in its place, so that nobody waits for long;
// then gives the space back in small steps.
#pragma once

#include <string>
#include <vector>

#include "config/bastion_config.h"
#include "crypto/ed25519.h"
#include "store/store.h"
#include "sys/event_loop.h"

namespace hitl::broker {

class Retention {
 public:
  // `key` signs; all must outlive it.
  Retention(sys::EventLoop& loop, store::Store& store, const config::BastionConfig& config,
            const crypto::Ed25519Key& key);

  struct Doomed {
    store::Ended session;
    std::string rule;
  };
  // All that would go now.
  Result<std::vector<Doomed>> doomed() const;

  // Every interval, from now on.
  void begin();
  // From the next turn on.
  void start();
  // After the turn's commit, with nothing written since: the next step, if one is due.
  Status end_turn();

 private:
  enum class Stage { Idle, Deleting, Shrinking };

  // The rule by which it goes now; null: by none.
  const config::RetentionRule* rule_for(const store::Ended& session, WallMs now) const;
  Status remove_one();
  Result<std::vector<store::Ended>> page(std::int64_t after) const;
  void again();

  sys::EventLoop& loop_;
  store::Store& store_;
  const config::BastionConfig& config_;
  const crypto::Ed25519Key& key_;
  Stage stage_ = Stage::Idle;
  std::int64_t after_ = 0;  // sessions up to this row were looked at
  sys::EventLoop::Alarm next_, step_;
};

}  // namespace hitl::broker
