// SPDX-License-Identifier: Apache-2.0
// The one decision: what a policy says about what a line does.  Pure.
//
//   1. A [[deny]] that meets any part of the line denies it, whatever allows it.
//   2. Each command takes the first rule that covers all of its effects.
//   3. The line gets the strictest of these.  What nothing covers is held, or
//      denied, by "default".
#pragma once

#include <string>
#include <vector>

#include "classify/report.h"
#include "policy/rule.h"

namespace hitl::policy {

struct Asker {
  std::string agent;
  std::vector<std::string> groups;
  std::string target;
  std::vector<std::string> tags;
  Capabilities uses;
};

struct Ruling {
  Verdict verdict = Verdict::Deny;
  std::string rule;  // "default" where none matched
  std::string message;
  Hold hold;  // of a hold: the strictest of all commands held
  // The command that decided; kNone: the whole line.
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t command = kNone;
  std::string reason;  // of a denial: what met the rule
};

// `opaque`: nothing is known of the line but that; the report is then empty,
// and denials by effect, path or command cannot be checked.
Ruling decide(const Policy& policy, const Asker& asker, const classify::Report& report,
              bool opaque);

// The denial that keeps this asker from opening a shell at all; null: none does.
const Rule* denied_shell(const Policy& policy, Asker asker);

}  // namespace hitl::policy
