// SPDX-License-Identifier: Apache-2.0
// One request as lines for a person to judge: the same in the TUI and in `show`.
// Pure; `now` is only for what is told as a span of time.
//
// What would run, what it does, what it reads and what is set for it come
// first; then the rule and who is still needed, the agent's own words in a box
// that says whose they are, what was before; the ids last.
#pragma once

#include <cstddef>
#include <vector>

#include "base/clock.h"
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
Detail describe(const operators::RequestView& request, int width, WallMs now);

// Why a single key should not be enough to approve it; empty if it is.
std::string caution(const operators::RequestView& request);

}  // namespace hitl::console
