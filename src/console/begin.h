// SPDX-License-Identifier: Apache-2.0
// How each decision begins: with what is painted, and what stands in its way.
// Pure, as update.h says.
#pragma once

#include <vector>

#include "console/update.h"

namespace hitl::console {

void begin_approval(Model& model, bool with_reason, std::vector<Action>& todo);
void begin_denial(Model& model);
void begin_proposal(Model& model);
void begin_grant(Model& model);
void begin_break_glass(Model& model);
void begin_review(Model& model);
void begin_filter(Model& model);
// Of the session under the cursor, or of the agent whose flood that is.
void begin_control(Model& model, operators::Action action);
void begin_revoke(Model& model);

// Whether the key does something for the request that is painted.
bool may_grant(const operators::RequestView& request);
bool may_break_glass(const Model& model, const operators::RequestView& request);

void say_no(Model& model, std::string why);

}  // namespace hitl::console
