// SPDX-License-Identifier: Apache-2.0
// One line through the oracle: what is judged must be what runs.
#pragma once

#include <string>

#include "oracle/universe.h"

namespace hitl::oracle {

enum class Verdict : unsigned {
  Refused,     // not understood: nothing is claimed
  Same,        // raw and canonical did the same, all of it predicted
  Retried,     // the same, but not at the first try: order of processes
  Unbounded,   // the same; runs text as code, so nothing was predicted
  Noise,       // differs for a listed reason
  Endless,     // neither ends
  Different,   // a defect
  Unpredicted  // a defect
};
inline constexpr unsigned kVerdicts = 8;

struct Judged {
  Verdict verdict = Verdict::Refused;
  std::string canonical;
  std::string what;                // of a refusal, noise or defect
  unsigned posix_shells = 0;       // dash and busybox: how often compared
  unsigned shell_differences = 0;  // of these, how often they differ from bash by themselves
};

Judged judge_line(Universe& world, const std::string& line, bool with_posix_shells);

}  // namespace hitl::oracle
