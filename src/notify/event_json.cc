// SPDX-License-Identifier: Apache-2.0
#include "notify/event_json.h"

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/visible.h"

namespace hitl::notify {

std::string to_json(const Happened& e) {
  nlohmann::ordered_json j;
  const auto shown = [](const std::string& text) { return visible(text).str(); };
  j["event"] = e.event;
  j["id"] = e.id;
  j["agent"] = e.agent;
  j["target"] = e.target;
  j["at"] = rfc3339(e.at);
  j["text"] = shown(e.text);
  if (!e.state.empty()) {
    j["state"] = e.state;
    j["command"] = shown(e.command);
    j["rule"] = shown(e.rule);
    j["deciders"] = e.deciders;
    j["expires_at"] = rfc3339(e.expires_at);
  }
  return j.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace hitl::notify
