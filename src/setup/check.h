// SPDX-License-Identifier: Apache-2.0
// Everything that can be known to be wrong before the first connection:
// configuration, policy, catalogue, keys, folders, and accounts that are shared
// where they must not be.
#pragma once

#include <string>
#include <vector>

#include "config/bastion_config.h"

namespace hitl::setup {

struct Report {
  // Each a reason not to start; may have several lines.
  std::vector<std::string> faults;
  // Nothing unsafe, but surely not meant: a rule for a group that nobody is in.
  std::vector<std::string> notes;
  // Allowed only by `lab`, and said aloud at every start.
  std::vector<std::string> warnings;
};

// `config` has been read without faults.
Report check(const config::BastionConfig& config);

// Accounts that more than one party can act as (SECURITY-RULES of the design,
// number 32): a process of the same uid reads and steers the other's sessions.
std::vector<std::string> shared_accounts(const config::BastionConfig& config, uid_t owner);

}  // namespace hitl::setup
