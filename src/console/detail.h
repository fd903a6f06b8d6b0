// SPDX-License-Identifier: Apache-2.0
// One request as lines for a person to judge: the same in the TUI and in `show`.
// Pure; needs no clock.
//
// What would run, what it does, what it reads and what is set for it come
// first; then the rule, and the agent's own words in a box that says whose they
// are; the ids last.
#pragma once

#include <cstddef>
#include <vector>

#include "hitl/operator_protocol.h"
#include "tui/text.h"

namespace hitl::console {

struct Detail {
  std::vector<tui::Text> lines;
  // The lines before this one are what an approval approves: all of them have
  // been on the screen before the approve key works.
  std::size_t judged = 0;
};

// `width`: columns, at least 40.
Detail describe(const operators::RequestView& request, int width);

// Why a single key should not be enough to approve it; empty if it is.
std::string caution(const operators::RequestView& request);

}  // namespace hitl::console
