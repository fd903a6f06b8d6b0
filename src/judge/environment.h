// SPDX-License-Identifier: Apache-2.0
// What the environment of a command is made of: the agent's variables, and
// after them those that the catalogue pins because its entries rely on them.
#pragma once

#include "catalog/catalog.h"
#include "judge/judge.h"

namespace hitl::judge {

// The agent cannot set what is pinned, nor LC_HITL_*, which is for us.  `looks`:
// it is allowed because it looks.
Environment environment_of(const Environment& agents, const catalog::Catalog& catalog, bool looks);

}  // namespace hitl::judge
