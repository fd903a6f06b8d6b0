// SPDX-License-Identifier: Apache-2.0
// A question that the operator is answering: a line being typed, with what can be
// picked for it, about what was painted when it was begun.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hitl/operator_protocol.h"

namespace hitl::console {

struct Prompt {
  enum class Kind : std::uint8_t {
    Deny,
    ApproveWithReason,
    ApproveTyped,
    Proposal,  // the other command, then
    ProposalReason,
    GrantTime,    // how long and where, then
    GrantTyped,   // what else it would let run
    BreakReason,  // then
    BreakTyped,
    Review,
    Filter,
    Pause,
    Resume,
    Kill,  // the reason, then
    KillTyped,
    RevokeTyped,
  };
  Kind kind = Kind::Deny;
  std::string id, digest;            // of the request; or the id of the session or grant
  std::string agent;                 // of Pause and Resume: all of its sessions
  std::string name;                  // what it is about, for people
  std::string caution;               // ApproveTyped: why one key is not enough
  std::string text;                  // UTF-8
  std::vector<std::string> choices;  // by digit, or by the arrows
  int choice = -1;
  // What was answered before, where there are two questions.
  std::string proposal, reason;
  std::uint64_t grant_ms = 0;
  bool grant_session = false;
  std::vector<std::uint64_t> times;      // of GrantTime: what the choices stand for
  std::string shape;                     // what a grant would let run,
  std::vector<std::string> shape_texts;  // and would have
  // Why it cannot be finished any more.  It stays until Enter or Esc, so that
  // what is being typed never becomes commands for another request.
  std::string gone;
};

}  // namespace hitl::console
