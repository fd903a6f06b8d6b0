// SPDX-License-Identifier: Apache-2.0
// What is masked: the detectors that are shipped (etc/mask.d), and [mask] of
// bastion.toml.  The expressions themselves are tried by mask/table.h.
#pragma once

#include <string>
#include <vector>

#include "config/toml.h"
#include "hitl/mask_rule.h"

namespace hitl::config {

struct BastionConfig;

// [mask], and the detectors that it leaves in force, after its own rules.
// `folder`: relative paths begin there.  Faults stay in the file.
std::vector<MaskRule> read_mask(Table& root, const std::string& folder);

// Those of the configuration that hold for this agent on this target.
std::vector<MaskRule> mask_rules_of(const BastionConfig& config, const std::string& agent,
                                    const std::string& target);

}  // namespace hitl::config
