// SPDX-License-Identifier: Apache-2.0
// What two holds of one line ask for together.
#pragma once

#include "hitl/hold.h"

namespace hitl::policy {

// Whatever meets it meets both: each step of each chain, in its order, with the
// shorter time, the stronger proof and the shorter grant.  A group that one of
// them escalates to may decide only where the other lets it too; whom one
// notifies is notified.
Hold both(const Hold& a, const Hold& b);

}  // namespace hitl::policy
