// SPDX-License-Identifier: Apache-2.0
// What another policy would have decided in the recorded past.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "config/bastion_config.h"
#include "hitl/verdict.h"
#include "judge/judge.h"
#include "store/store.h"

namespace hitl::explain {

// One command that would be decided otherwise, however often it was asked.
struct Change {
  std::string agent, target, command;
  std::string was, was_rule;  // "allow", as recorded
  Verdict now = Verdict::Deny;
  std::string now_rule, summary;
  bool shadow = false;
  // The record does not hold all that a judgement takes: the folder of a
  // session's line, or whether a variable of it was known.  It may be no change.
  bool uncertain = false;
  std::uint64_t count = 0;
  WallMs last_at = 0;
};

struct WhatIf {
  std::vector<Change> changes;  // those asked most often first
  std::uint64_t commands = 0, changed = 0, uncertain = 0;
};

// Commands asked at `since` or later.  Groups and tags are those of `config`.
Result<WhatIf> what_if(const judge::Judge& judge, const config::BastionConfig& config,
                       store::Store& store, WallMs since);

// As text for people, or a JSON object a line.
void print(const WhatIf& result, bool json, std::ostream& out);

}  // namespace hitl::explain
