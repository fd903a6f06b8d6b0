// SPDX-License-Identifier: Apache-2.0
// The questions to humans and their answers, kept in the store; this class is
// the only one that changes them.  What may become of a request is in
// approval/life.h; here it gets its clock, its place on the disk, and its permit.
//
// Deadlines run on the wall clock and on the boot clock, and the stricter of both
// counts: a request ends by the one that comes first, an escalation widens who may
// decide only when both say so.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "approval/life.h"
#include "base/clock.h"
#include "base/result.h"
#include "broker/bound.h"
#include "broker/masking.h"
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

class Approvals {
 public:
  // `grant`: how long an approval waits for its command, and a denial is
  // remembered.  `masking`: what the digests do not disclose.
  Approvals(store::Store& store, std::chrono::milliseconds grant, const Masking& masking)
      : store_(store), grant_(grant), masking_(masking) {}

  struct Answer {
    enum class Kind { Pending, Granted, Denied, OfGrant };
    Kind kind = Kind::Pending;
    store::RequestRow request;  // not of a grant
    bool is_new = false;
    // The last identical one was started, and nobody knows how it ended.
    bool outcome_unknown = false;
    std::optional<store::DecisionRow> denial;
    std::string grant;  // its id, of OfGrant
  };
  // Finds the question again, or a grant that answers it, or puts it: `question`
  // without id and state, `hold` as in its row.  Errc::Limit where the agent has
  // `most_pending` undecided ones.
  Result<Answer> ask(store::RequestRow question, const Terms& terms, std::uint32_t most_pending,
                     Now now);

  struct Refusal {
    operators::Why why;
    std::string text;
  };
  // What the operator proved besides who they are.
  struct Evidence {
    Proof proof = Proof::Peer;
    std::string statement, signature, key_fingerprint;
  };
  using Decided = std::variant<store::RequestRow, Refusal, Error>;  // Error: the store's
  Decided decide(const approval::Person& who, const operators::Decide& decision,
                 const Evidence& evidence, Now now);

  // Uses up the approval of request `id`, which must be for exactly this.
  // Errc::Denied where it is not approved (any more), or not for this.
  Result<Permit> consume(const std::string& id, Bound bound, Now now);
  // Counts one use of a grant, which must still be there for this agent, target
  // and shape.  `id`: the command's.  Errc::Denied.
  Result<Permit> use_grant(const std::string& grant, const std::string& id,
                           const std::string& session, const std::string& shape, Bound bound,
                           Now now);

  // By the agent whose request it is; Errc::Denied where there is nothing to
  // cancel.
  Result<store::RequestRow> cancel(store::RequestRow request, Now now);
  Result<std::optional<store::GrantRow>> revoke(const std::string& grant, const std::string& by,
                                                Now now);

  struct Escalated {
    store::RequestRow request;
    Escalation what;
  };
  struct Due {
    std::vector<store::RequestRow> expired;
    std::vector<Escalated> escalated;
  };
  // Settles what is due; gives what it changed.
  Result<Due> tick(Now now);
  // Expires what was asked under another policy: no approval of it could be used.
  // Gives what it changed.
  Result<std::vector<store::RequestRow>> supersede(const std::string& policy, Now now);
  // When the next thing is due; nothing where none is open.
  Result<std::optional<BootClock::time_point>> next_due(Now now);

  // How long it has been open, for who may decide by now.
  std::chrono::milliseconds waited(const store::RequestRow& r, Now now) const;

 private:
  struct Deadline {
    BootClock::time_point asked, until;
  };

  Result<std::string> fresh_id();
  // By both clocks.
  Result<std::vector<store::GrantRow>> live_grants(Now now);
  Result<std::optional<std::string>> find_grant(const store::RequestRow& question,
                                                const Terms& terms, Now now);
  Status give_grant(const store::RequestRow& r, const Hold& hold, const approval::Person& who,
                    const operators::Decide& decision, Now now);
  bool is_due(const store::RequestRow& r, Now now) const;
  void remember_deadline(const store::RequestRow& r, Now now);
  Status settle(store::RequestRow& r, approval::State state, Now now);

  store::Store& store_;
  std::chrono::milliseconds grant_;
  const Masking& masking_;
  std::map<std::string, Deadline> deadlines_;  // of what this process saw made
  std::map<std::string, BootClock::time_point> grants_end_;
};

// Who said what, as the life of a request counts it.
std::vector<approval::Vote> votes_of(const std::vector<store::DecisionRow>& decisions);
// Errc::Invalid where the row is damaged: nobody can decide on it then.
Result<approval::Case> case_of(const store::RequestRow& request);

}  // namespace hitl::broker
