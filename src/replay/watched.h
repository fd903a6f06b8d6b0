// SPDX-License-Identifier: Apache-2.0
// That recordings are opened, and by whom, is written down before a byte of them is
// shown.  The bastion writes it, which also knows who may.  Where none runs, the store's
// owner does it here; whoever else can read the file is only told that it was not
// written down: they could read it by other means too.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "replay/arguments.h"

namespace hitl::replay {

// Of whole ids; none (a search that found nothing): only asks whether one might.
// Errc::Denied: this person may not, or a bastion has the store and does not answer.
Status note_watch(const Arguments& arguments, const std::vector<std::string>& sessions);

}  // namespace hitl::replay
