// SPDX-License-Identifier: Apache-2.0
// A stored decision against the signature that it was made with.
#pragma once

#include <string>

#include "base/result.h"
#include "store/store.h"

namespace hitl::audit {

// Of a decision that has one: the signature fits the statement, the statement says
// what the row says, and the key is one that `operators` (a ConfigurationRow's; null:
// not known) gives this person.  The error says what is wrong.
Status check_vote(const store::DecisionRow& decision, const std::string* operators);

}  // namespace hitl::audit
