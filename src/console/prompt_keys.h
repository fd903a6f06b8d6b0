// SPDX-License-Identifier: Apache-2.0
// Typing an answer, and what follows from it.  Pure, as update.h says.
#pragma once

#include <cstddef>
#include <vector>

#include "console/update.h"

namespace hitl::console {

// `model.prompt` is there.
void press_in_prompt(Model& model, tui::Key key, std::vector<Action>& todo);

void send_decision(Model& model, operators::Decide decision, std::vector<Action>& todo);

}  // namespace hitl::console
