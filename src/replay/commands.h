// SPDX-License-Identifier: Apache-2.0
// list, show, play, export.
#pragma once

#include "replay/arguments.h"

namespace hitl::replay {

// Gives the exit code (arguments.h).
int run_command(const Arguments& arguments);

}  // namespace hitl::replay
