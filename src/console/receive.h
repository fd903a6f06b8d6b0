// SPDX-License-Identifier: Apache-2.0
// What the broker said, into the model.  Pure, as update.h says.
#pragma once

#include <string>
#include <vector>

#include "console/update.h"

namespace hitl::console {

// Keys are dead so long after something moved under the cursor: a key acts on
// what is painted, and a person needs time to see that it changed.
inline constexpr std::int64_t kDeadTime = 500;  // ms

void receive(Model& model, const Message& message, std::vector<Action>& todo);

// Asks for all of the selected request, where that is not there yet.
void want_whole(Model& model, std::vector<Action>& todo);

// What is being typed cannot be finished any more.
void end_prompt(Model& model, std::string why);

// Puts the cursor on a row that is there, and lets the keys rest if it moved.
void mend_cursor(Model& model, Shelf& shelf, const std::string& was, int row);

}  // namespace hitl::console
