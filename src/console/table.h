// SPDX-License-Identifier: Apache-2.0
// Requests and events as rows for people.  Pure.
#pragma once

#include <span>
#include <vector>

#include "base/clock.h"
#include "hitl/operator_protocol.h"
#include "tui/text.h"

namespace hitl::console {

// The heading and one row a request, in the order given, columns aligned; of
// which the first line is the heading.  `with_state`: how each was decided, in
// place of the time left.
std::vector<tui::Text> request_table(std::span<const operators::RequestView> requests, WallMs now,
                                     bool with_state);
std::vector<tui::Text> request_table(const std::vector<const operators::RequestView*>& requests,
                                     WallMs now, bool with_state);

std::vector<tui::Text> session_table(std::span<const operators::SessionView> sessions, WallMs now);
std::vector<tui::Text> grant_table(std::span<const operators::GrantView> grants, WallMs now);

// A piece of a session's recording, each of its lines.
std::vector<tui::Text> lines_of(const operators::Output& output);

// "02:14:09Z  held      K7Q2ABCD  devin -> db1  deletes files: /srv/old"
tui::Text event_row(const operators::Event& event);

}  // namespace hitl::console
