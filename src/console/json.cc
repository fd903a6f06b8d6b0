// SPDX-License-Identifier: Apache-2.0
#include "console/json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/visible.h"

namespace hitl::console {
namespace {

using Json = nlohmann::ordered_json;

std::string line(const Json& j) {
  return j.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

void put_bytes(Json& j, const char* name, const std::string& bytes) {
  j[name] = bytes;
  if (!is_utf8(bytes)) j[std::string(name) + "_base64"] = base64(bytes);
}

// Each effect once, in the order of the findings.
Json effect_names(const operators::RequestView& r) {
  Json names = Json::array();
  for (const auto& e : r.effects)
    if (std::ranges::find(names, Json(e.name)) == names.end()) names.push_back(e.name);
  return names;
}

Json reasons(const operators::RequestView& r) {
  Json all = Json::array();
  if (r.opaque) all.push_back(r.opaque_reason);
  for (const auto& e : r.effects) all.push_back(e.reason);
  return all;
}

void put_whole(Json& j, const operators::RequestView& r) {
  j["environment"] = r.environment;
  put_bytes(j, "input_head", r.input_head);
  j["findings"] = Json::array();
  for (const auto& e : r.effects)
    j["findings"].push_back(
        {{"effect", e.name}, {"reason", e.reason}, {"begin", e.begin}, {"end", e.end}});
  j["decisions"] = Json::array();
  for (const auto& d : r.decisions)
    j["decisions"].push_back({{"operator", d.operator_name},
                              {"approved", d.approved},
                              {"reason", d.reason},
                              {"at", rfc3339(d.at)}});
}

}  // namespace

std::string json_line(const operators::RequestView& r, bool whole) {
  Json j;
  j["id"] = r.id;
  j["digest"] = hex(r.digest);
  j["agent"] = r.agent;
  j["target"] = r.target;
  j["account"] = r.account;
  put_bytes(j, "command", r.command);
  if (r.opaque)
    j["canonical"] = nullptr;
  else
    put_bytes(j, "canonical", r.canonical);
  j["opaque"] = r.opaque;
  j["effects"] = effect_names(r);
  j["reasons"] = reasons(r);
  j["rule"] = r.rule;
  j["requested_at"] = rfc3339(r.requested_at);
  j["expires_at"] = rfc3339(r.expires_at);
  j["approvals_needed"] = r.approvals_needed;
  j["approvals_have"] = r.approvals_have;
  j["session"] = r.session;
  j["state"] = r.state;
  j["summary"] = r.summary;
  j["justification"] = r.justification;
  j["approver_group"] = r.approver_group;
  j["waiting"] = r.waiting;
  j["input_sha256"] = hex(r.input_sha256);
  j["input_size"] = r.input_size;
  if (whole) put_whole(j, r);
  return line(j);
}

std::string json_line(const operators::Event& e) {
  Json j;
  j["event"] = e.event;
  j["id"] = e.id;
  j["agent"] = e.agent;
  j["target"] = e.target;
  j["at"] = rfc3339(e.at);
  j["text"] = e.text;
  return line(j);
}

}  // namespace hitl::console
