// SPDX-License-Identifier: Apache-2.0
// The exit codes that an agent sees when its command did not run to an end of
// its own.  Never 255 (clients read it as "unreachable") and never 124 (the
// agents' own time-out).
#pragma once

namespace hitl {

enum ExitCode : int {
  kExitOutcomeUnknown = 74,  // target or recorder lost after the start
  kExitRetry = 75,           // EX_TEMPFAIL: not decided yet, run the identical command again
  kExitFault = 125,          // the bastion failed before anything ran
  kExitDenied = 126,         // by a rule or a person: do not retry
  kExitCancelled = 130,      // ^C or disconnect during a hold
};

}  // namespace hitl
