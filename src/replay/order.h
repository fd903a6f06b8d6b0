// SPDX-License-Identifier: Apache-2.0
// hold, release and prune: the bastion's broker does them, as the one who writes the
// store and has the key; here they are only asked for.
#pragma once

#include "base/result.h"
#include "replay/arguments.h"

namespace hitl::replay {

// Prints what was done.  Errc::Denied: refused; NotFound: no such session, or no bastion
// runs there.
Status order(const Arguments& arguments);

}  // namespace hitl::replay
