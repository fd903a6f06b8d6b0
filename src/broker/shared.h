// SPDX-License-Identifier: Apache-2.0
// What the broker's sessions and commands share.  The Broker owns all of it and
// outlives them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "broker/approvals.h"
#include "broker/directory.h"
#include "broker/masking.h"
#include "broker/pauses.h"
#include "broker/retention.h"
#include "broker/startups.h"
#include "broker/target_link.h"
#include "broker/turn.h"
#include "broker/waiters.h"
#include "config/bastion_config.h"
#include "judge/judge.h"
#include "store/store.h"
#include "sys/event_loop.h"

namespace hitl::broker {

class AgentSession;

struct Shared {
  sys::EventLoop& loop;
  Turn& turn;
  store::Store& store;
  const config::BastionConfig& config;
  const Directory& directory;
  Approvals& approvals;
  Waiters& waiters;
  Feed& feed;
  Pauses& pauses;
  Looks& looks;
  Retention& retention;
  // Swapped whole by a reload.
  std::unique_ptr<const judge::Judge> judge;
  // Told by the listener: nothing new starts.
  bool stopping = false;
  // Changed requests must be looked at again for the next deadline.
  std::function<void()> deadlines_changed;
  // By which what an agent's commands say and print is masked.
  const Masking& masking;
  // An egress process for this agent and target.
  std::function<Result<std::unique_ptr<TargetLink>>(
      const std::string& agent, const std::string& target, std::function<void()> on_end)>
      open_link;
  // Ends what runs on a target, by a link of its own.
  std::function<void(const std::string& target, const Victim&)> reap;
  // The agents' connections that are logged in, for the time of the call.
  std::function<std::vector<AgentSession*>()> sessions;
  // The fingerprint of the audit key: which bastion this is.
  std::string instance;
  // A write that failed: the turn fails with it, and so does the broker.
  // Nothing to do about it where it happens.
  static void lost_with_the_turn(const Status&) {}
};

}  // namespace hitl::broker
