// SPDX-License-Identifier: Apache-2.0
// hitl-replay verify: is the store as the bastion wrote it?
#pragma once

#include "replay/arguments.h"

namespace hitl::replay {

// 0 intact, 1 tampered, 2 cannot tell.
int verify_store(const Arguments& arguments);

}  // namespace hitl::replay
