// SPDX-License-Identifier: Apache-2.0
// Differences put in on purpose: an oracle that sees none of one proves nothing.
#pragma once

#include <string>

#include "oracle/universe.h"

namespace hitl::oracle {

// The first that is not found, or empty.
std::string unnoticed(Universe& world);

}  // namespace hitl::oracle
