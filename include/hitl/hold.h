// SPDX-License-Identifier: Apache-2.0
// What a rule says about the people who are asked: who, how many, how long.
// Policy makes it, the broker's approvals follow it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hitl {

// Distinct people of a group; an empty name is any operator.
struct Step {
  std::string group;
  std::uint32_t count = 1;
  bool operator==(const Step&) const = default;
};

// What happens where nobody has decided for that long since the request: a group
// may decide in the place of the step's, or a notification is sent.
struct Escalation {
  std::chrono::milliseconds after{0};
  std::string group, notify;  // one of them
  bool operator==(const Escalation&) const = default;
};

// What a decision must bear besides the name of who made it.
//   Peer       nothing: on the bastion's host the kernel says who it was
//   Signature  an SSH signature by a registered key, there too
//   Presence   one by a key that was touched (sk keys)
enum class Proof : std::uint8_t { Peer = 0, Signature = 1, Presence = 2 };

constexpr std::string_view name_of(Proof p) {
  switch (p) {
    case Proof::Peer:
      return "peer";
    case Proof::Signature:
      return "signature";
    case Proof::Presence:
      return "presence";
  }
  return "presence";
}

struct Hold {
  std::vector<Step> approvers{Step{}};  // one after the other; never empty
  std::vector<Escalation> escalate;     // earliest first
  std::chrono::milliseconds expires{std::chrono::minutes(20)};
  // The longest life of a grant by shape; 0: none may be given.
  std::chrono::milliseconds grants{0};
  bool wait = true;            // false: return at once (hold mode "return")
  bool justification = false;  // nobody is asked before the agent has said why
  bool opaque_may_be_approved = true;
  Proof proof = Proof::Peer;
  std::string break_glass;  // the group of which one may run it at once; empty: nobody

  std::uint32_t approvals() const {
    std::uint32_t n = 0;
    for (const auto& s : approvers) n += s.count;
    return n;
  }
  bool operator==(const Hold&) const = default;
};

}  // namespace hitl
