// SPDX-License-Identifier: Apache-2.0
// The part of a request's page that is not judged: the rule, who has approved and
// who is still needed, what a grant would let run, what was before.  Pure.
#pragma once

#include "base/clock.h"
#include "console/page.h"
#include "hitl/operator_protocol.h"

namespace hitl::console {

void add_standing(Page& page, const operators::RequestView& request, WallMs now);
void add_past(Page& page, const operators::RequestView& request, WallMs now);

}  // namespace hitl::console
