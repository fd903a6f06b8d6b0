// SPDX-License-Identifier: Apache-2.0
// A request as consoles are shown it.
#pragma once

#include "approval/life.h"
#include "broker/shared.h"
#include "hitl/operator_protocol.h"

namespace hitl::broker {

// When it ends as it stands now: the question, or the approval that nobody used.
WallMs expiry_of(const store::RequestRow& row);

// As one of a list.  Errors are the store's.
Result<operators::RequestView> brief_view(Shared& shared, const store::RequestRow& row);
// All of it, for this person; without a nonce.
Result<operators::RequestView> whole_view(Shared& shared, const store::RequestRow& row,
                                          const approval::Person& who);

}  // namespace hitl::broker
