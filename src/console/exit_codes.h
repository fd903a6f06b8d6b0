// SPDX-License-Identifier: Apache-2.0
// The exit codes of hitl-console, which scripts rely on.
#pragma once

namespace hitl::console {

enum ExitCode : int {
  kExitDone = 0,
  kExitRefused = 1,  // by the broker, with its reason; or the operator said no
  kExitUsage = 2,
  kExitNoSuchId = 3,
  kExitAlreadyDecided = 4,
  kExitNoBroker = 5,  // nobody listens, or it went away
};

}  // namespace hitl::console
