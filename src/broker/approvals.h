// SPDX-License-Identifier: Apache-2.0
// The questions to humans and their answers.
//
// The store holds them all; this class is the only one that changes them.  Each
// request is settled once:
//
//   pending --> approved --> consumed      (one run, by the identical command)
//           |            `-> expired       (nobody came back for it)
//           `-> denied, expired
//
// A quorum counts people: the operator's name once each, never the owner of the
// agent.  Deadlines run on the wall clock and on the boot clock, and the one
// that comes first counts.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "broker/bound.h"
#include "broker/permit.h"
#include "hitl/operator_protocol.h"
#include "store/store.h"

namespace hitl::broker {

// The moment, on both clocks.
struct Now {
  WallMs wall;
  BootClock::time_point boot;
  static Now read() { return {wall_now_ms(), BootClock::now()}; }
};

struct Decider {
  std::string name;
  std::vector<std::string> groups, roles;
};

class Approvals {
 public:
  // `grant`: how long an approval waits for its command, and a denial is
  // remembered.
  Approvals(store::Store& store, std::chrono::milliseconds grant) : store_(store), grant_(grant) {}

  struct Answer {
    enum class Kind { Pending, Granted, Denied };
    Kind kind = Kind::Pending;
    store::RequestRow request;
    bool is_new = false;
    // The last identical one was started, and nobody knows how it ended.
    bool outcome_unknown = false;
    std::optional<store::DecisionRow> denial;
  };
  // Finds the question again, or puts it: `question` without id and state.
  // Errc::Limit where the agent has `most_pending` undecided ones.
  Result<Answer> ask(store::RequestRow question, std::uint32_t most_pending, Now now);

  struct Refusal {
    operators::Why why;
    std::string text;
  };
  using Decided = std::variant<store::RequestRow, Refusal, Error>;  // Error: the store's
  Decided decide(const Decider& who, const operators::Decide& decision, Now now);

  // Uses up the approval of request `id`, which must be for exactly this.
  // Errc::Denied where it is not approved (any more), or not for this.
  Result<Permit> consume(const std::string& id, Bound bound, Now now);

  // Settles what is due; gives what it changed.
  Result<std::vector<store::RequestRow>> expire(Now now);
  // Expires what was asked under another policy: no approval of it could be used.
  // Gives what it changed.
  Result<std::vector<store::RequestRow>> supersede(const std::string& policy, Now now);
  // When the next one is due; nothing where none is open.
  Result<std::optional<BootClock::time_point>> next_due(Now now);

 private:
  Result<std::string> fresh_id();
  bool is_due(const store::RequestRow& r, Now now) const;
  void remember_deadline(const store::RequestRow& r, Now now);
  Status settle(store::RequestRow& r, const char* state, Now now);

  store::Store& store_;
  std::chrono::milliseconds grant_;
  std::map<std::string, BootClock::time_point> deadlines_;  // of what this process saw made
};

// Whether `who` may decide on it, and why not.
std::optional<std::string> may_not_decide(const Decider& who, const store::RequestRow& request);

}  // namespace hitl::broker
