// SPDX-License-Identifier: Apache-2.0
// Sessions and commands as lines for people.  Pure.
#pragma once

#include <span>
#include <vector>

#include "replay/recording.h"
#include "tui/text.h"

namespace hitl::replay {

// The heading and one row a session, in the order given.
std::vector<tui::Text> session_table(std::span<const store::SessionSummary> sessions);

// The session, then each of its commands with what became of it.
std::vector<tui::Text> describe(const Recording& recording, int width);

std::vector<tui::Text> hit_lines(std::span<const store::Hit> hits);
std::vector<tui::Text> statistics_table(std::span<const store::Statistics> all);

// "4.2 kB"
std::string size_text(std::uint64_t bytes);

}  // namespace hitl::replay
