// SPDX-License-Identifier: Apache-2.0
// The one-shot commands: list, show, approve, deny, tail.  What they say goes to
// standard output, what went wrong to standard error.
#pragma once

#include "console/arguments.h"

namespace hitl::console {

// Gives the exit code (console/exit_codes.h).
int run_command(const Arguments& arguments);

}  // namespace hitl::console
