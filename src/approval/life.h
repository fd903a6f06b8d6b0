// SPDX-License-Identifier: Apache-2.0
// The life of a request, without clock, store or process: who may say what, and
// what has become of it then.
//
//   pending --> approved --> consumed      (one run, by the identical command)
//        |  |          `---> expired       (nobody came back for it)
//        |  `-> denied (also: another command was proposed)
//        `----> expired, cancelled
//
// A quorum counts people: a name once over the whole chain, never the agent's
// owner, never the one who asks.  Each step of the chain is filled before the
// next one begins.  Whoever may decide on any step may deny.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hitl/hold.h"
#include "hitl/operator_protocol.h"

namespace hitl::approval {

enum class State : std::uint8_t { Pending, Approved, Denied, Expired, Cancelled, Consumed };
std::string_view name_of(State state);
std::optional<State> state_of(std::string_view name);

using operators::Say;
std::string_view name_of(Say say);
std::optional<Say> say_of(std::string_view name);

struct Person {
  std::string name;
  std::vector<std::string> groups, roles;
};

struct Vote {
  std::string who;
  Say say = Say::Approve;
};

// What does not change while it is decided.
struct Case {
  std::string agent, owner;
  Hold hold;
};

// The step of the chain that is open, and how far it is.
struct Standing {
  std::size_t step = 0;  // hold.approvers.size() once all are filled
  std::uint32_t have = 0, needed = 0;
};
Standing standing(const Hold& hold, const std::vector<Vote>& votes);

// Groups that may decide on the open step by now; an empty name: any operator.
std::vector<std::string> who_decides(const Hold& hold, const std::vector<Vote>& votes,
                                     std::chrono::milliseconds waited);

// Why `who` may not say that in this state; nothing where they may.
std::optional<std::string> objection(const Case& c, State state, const std::vector<Vote>& votes,
                                     const Person& who, Say say, std::chrono::milliseconds waited);

// What a pending request has become by its votes.
State outcome(const Hold& hold, const std::vector<Vote>& votes);

// Whether someone must look at it afterwards.
bool wants_review(const std::vector<Vote>& votes);

}  // namespace hitl::approval
