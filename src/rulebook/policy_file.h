// SPDX-License-Identifier: Apache-2.0
// policy.toml to a Policy, in the form of hitl-policy(5).  Refused besides what
// is not understood: a default of "allow", an allow rule for what is unknown,
// and a rule that can never match.
#pragma once

#include <string>

#include "base/result.h"
#include "policy/rule.h"

namespace hitl::rulebook {

// `name` stands in the faults.  Errc::Invalid: all faults, one after the other.
Result<policy::Policy> load_policy(const std::string& text, const std::string& name);

}  // namespace hitl::rulebook
