// SPDX-License-Identifier: Apache-2.0
// Sessions, commands and events as compact JSON, for other programs.
//
// Always valid JSON in ASCII; bytes that are not UTF-8 become U+FFFD, and the
// exact ones stand beside as NAME_base64.
#pragma once

#include <string>

#include "audit/verify.h"
#include "replay/recording.h"

namespace hitl::replay {

// One object, without line feed.
std::string session_json(const store::SessionSummary& summary);
std::string command_json(const Command& command);
std::string event_json(const store::EventRow& event);
std::string hit_json(const store::Hit& hit);
// {"agents":[…],"targets":[…],"rules":[…]}
std::string statistics_json(const std::vector<store::Statistics>& all);

// The session's object with "commands": what `show` gives.
std::string recording_json(const Recording& recording);

// What `verify` gives.
std::string findings_json(const audit::Findings& findings);

}  // namespace hitl::replay
