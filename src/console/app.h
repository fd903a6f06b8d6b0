// SPDX-License-Identifier: Apache-2.0
// The screen's program: one loop over the keyboard, the broker's socket and the
// clock.  Decides nothing itself: model, update and view do.
#pragma once

#include "console/arguments.h"

namespace hitl::console {

// Runs until the operator quits or the terminal goes away; a broker that is
// not there, or leaves, is looked for again.  Gives the exit code.
int run_screen(const Arguments& arguments);

}  // namespace hitl::console
