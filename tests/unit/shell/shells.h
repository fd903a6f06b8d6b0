// SPDX-License-Identifier: Apache-2.0
// Runs real shells for the tests of this module.
#pragma once

#include <string>
#include <vector>

namespace hitl::shell {

struct Outcome {
  std::string out, err;
  int status = -1;  // exit status, or 128 + signal
  bool operator==(const Outcome&) const = default;
};

// argv[0] is looked up in PATH.  `input` is its standard input, `environment`
// is added to ours.
Outcome run(const std::vector<std::string>& argv, const std::string& input = {},
            const std::vector<std::string>& environment = {});

}  // namespace hitl::shell
