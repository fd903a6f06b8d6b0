// SPDX-License-Identifier: Apache-2.0
// Requests and events as one compact JSON object a line, for other programs.
//
// Always valid JSON in ASCII (so safe for a terminal too): bytes that are not
// UTF-8 become U+FFFD, and the exact ones stand beside as NAME_base64.
#pragma once

#include <string>

#include "hitl/operator_protocol.h"

namespace hitl::console {

// As `list` gives it; `whole` adds what only `show` has: environment, input and
// decisions.  Ends with a line feed.
std::string json_line(const operators::RequestView& request, bool whole);

std::string json_line(const operators::Event& event);
std::string json_line(const operators::SessionView& session);
std::string json_line(const operators::GrantView& grant);
std::string json_line(const operators::Output& output);
std::string json_line(const operators::Done& done);

}  // namespace hitl::console
