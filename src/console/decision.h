// SPDX-License-Identifier: Apache-2.0
// From what was shown to what is signed.  The bastion is not asked what that is:
// every field comes from the request as this console has it, and where its parts
// do not fit together nothing is signed.
#pragma once

#include <string>

#include "approval/statement.h"
#include "base/result.h"
#include "hitl/operator_protocol.h"

namespace hitl::console {

// Who decides, at which bastion: of the Welcome.
struct Identity {
  std::string operator_name, bastion;
  std::vector<std::string> keys;
  bool must_sign = false;
};

bool needs_signature(const Identity& who, const operators::RequestView& request);

// Errc::Denied where what is shown is not what would be approved.
Result<approval::Statement> statement_of(const Identity& who, const operators::RequestView& request,
                                         const operators::Decide& decision);

}  // namespace hitl::console
