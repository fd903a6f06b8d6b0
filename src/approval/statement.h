// SPDX-License-Identifier: Apache-2.0
// What an operator signs: a decision, whole, as text that people can read.
//
// The signature is an SSHSIG (OpenSSH's PROTOCOL.sshsig) in the namespace
// "hitl-approval", so that `ssh-keygen -Y verify` checks it without us.  The
// console makes the text of what it showed, the broker of what it stored; only if
// both are equal does the signature fit.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "approval/life.h"
#include "base/clock.h"
#include "hitl/terms.h"

namespace hitl::approval {

inline constexpr std::string_view kNamespace = "hitl-approval";

// What of a decision the operator chooses.
struct Choice {
  Say say = Say::Approve;
  std::string reason;
  std::string proposal;                // of Propose: the command that would do
  std::chrono::milliseconds grant{0};  // of Approve: how long its shape may run; 0: once
  bool grant_session = false;          // in this session only
};

struct Statement {
  std::string bastion;  // fingerprint of the instance's audit key
  std::string request;  // its whole id
  std::string nonce;    // of the broker, for one decision
  std::string operator_name;
  std::uint32_t step = 0;  // of the chain, from 1
  std::string shape;       // of what a grant would let run
  Choice choice;
  WallMs issued = 0, expires = 0;  // of the nonce; of the request
  Terms terms;
};

// One field a line, "NAME: " and its value as quoted() has it; the last line ends
// with a newline.
std::string text_of(const Statement& statement);

// Values that are not plain words are quoted, with \xNN for all that is not
// printable ASCII.
std::string quoted(std::string_view value);

}  // namespace hitl::approval
