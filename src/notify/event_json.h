// SPDX-License-Identifier: Apache-2.0
// What hooks, webhooks and event files get: one JSON object, in one line, safe to
// be shown (hitl-bastion.toml(5) lists its fields).
#pragma once

#include <string>

#include "hitl/notify_protocol.h"

namespace hitl::notify {

// Without a line feed.  All text in it is ASCII or what visible() lets through.
std::string to_json(const Happened& event);

}  // namespace hitl::notify
