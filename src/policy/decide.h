// SPDX-License-Identifier: Apache-2.0
// The one decision: what a policy says about what a line does.  Pure.
//
//   1. A [[deny]] that meets any part of the line denies it, whatever allows it.
//   2. Each command takes the first rule that covers all of its effects.
//   3. The line gets the strictest of these, and where several hold it, what all
//      of them ask for.  What nothing covers is held, or denied, by "default".
#pragma once

#include <cstddef>
#include <optional>
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
  // Of the week (policy/hours.h) in the policy's zone.  Where it is not known,
  // rules with hours hold and deny at any time, and allow at none.
  std::optional<std::size_t> minute = std::nullopt;
};

// A rule that did not decide, and why.
struct Considered {
  std::string rule, why;
  bool denial = false;
};

struct Ruling {
  Verdict verdict = Verdict::Deny;
  std::string rule;  // "default" where none matched
  std::string message;
  Hold hold;          // of a hold: what all commands held ask for
  RuleLimits limits;  // the lowest of all commands' rules
  // It would have been held, by `rule` and with `hold`, and is allowed.
  bool shadow = false;
  // The command that decided; kNone: the whole line.
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t command = kNone;
  // Of a denial: what met the rule.  Else, where it is held for a reason that no
  // rule bears: that.
  std::string reason;
};

// `opaque`: nothing is known of the line but that; the report is then empty,
// and denials by effect, path or command cannot be checked.  `trace` gets the
// rules before the one that decided.
Ruling decide(const Policy& policy, const Asker& asker, const classify::Report& report, bool opaque,
              std::vector<Considered>* trace = nullptr);

// The denial that keeps this asker from opening a shell at all; null: none does.
const Rule* denied_shell(const Policy& policy, Asker asker);

}  // namespace hitl::policy
