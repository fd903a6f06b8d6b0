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

const char* say_name(operators::Say say) {
  switch (say) {
    case operators::Say::Approve:
      return "approve";
    case operators::Say::Deny:
      return "deny";
    case operators::Say::Propose:
      return "propose";
    case operators::Say::BreakGlass:
      return "break-glass";
    case operators::Say::Review:
      return "review";
  }
  return "";
}

void put_past(Json& j, const std::vector<operators::Past>& past) {
  j = Json::array();
  for (const auto& p : past)
    j.push_back({{"id", p.id},
                 {"command", p.text},
                 {"state", p.state},
                 {"by", p.by},
                 {"at", rfc3339(p.at)}});
}

void put_whole(Json& j, const operators::RequestView& r) {
  j["environment"] = r.environment;
  put_bytes(j, "input_head", r.input_head);
  j["files"] = Json::array();
  for (const auto& f : r.files) {
    Json file = {{"path", f.path},
                 {"sha256", hex(f.sha256)},
                 {"size", f.size},
                 {"note", f.note},
                 {"bound", f.bound}};
    put_bytes(file, "head", f.head);
    j["files"].push_back(std::move(file));
  }
  j["findings"] = Json::array();
  for (const auto& e : r.effects)
    j["findings"].push_back(
        {{"effect", e.name}, {"reason", e.reason}, {"begin", e.begin}, {"end", e.end}});
  j["decisions"] = Json::array();
  for (const auto& d : r.decisions)
    j["decisions"].push_back({{"operator", d.operator_name},
                              {"approved", d.approves()},
                              {"say", say_name(d.say)},
                              {"reason", d.reason},
                              {"proposal", d.proposal},
                              {"key", d.key_fingerprint},
                              {"grant_s", d.grant_ms / 1'000},
                              {"at", rfc3339(d.at)}});
  j["objection"] = r.objection;
  put_past(j["similar"], r.similar);
  put_past(j["session_commands"], r.session_commands);
  j["shape_texts"] = r.shape_texts;
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
  j["approvers"] = Json::array();
  for (const auto& s : r.hold.approvers)
    j["approvers"].push_back({{"group", s.group}, {"count", s.count}});
  j["step"] = r.step;
  j["deciders"] = r.deciders;
  j["escalated"] = r.escalated;
  j["kind"] = r.kind;
  j["cwd"] = r.cwd;
  j["shape"] = r.shape;
  j["review"] = r.review;
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

std::string json_line(const operators::SessionView& s) {
  Json j;
  j["id"] = s.id;
  j["agent"] = s.agent;
  j["target"] = s.target;
  j["account"] = s.account;
  j["client_addr"] = s.client_addr;
  j["started_at"] = rfc3339(s.started_at);
  j["commands"] = s.commands;
  j["held"] = s.held;
  j["denied"] = s.denied;
  j["paused"] = s.paused;
  put_bytes(j, "running", s.running);
  return line(j);
}

std::string json_line(const operators::GrantView& g) {
  Json j;
  j["id"] = g.id;
  j["agent"] = g.agent;
  j["target"] = g.target;
  j["account"] = g.account;
  j["shape"] = g.shape;
  j["session"] = g.session;
  j["given_by"] = g.given_by;
  j["given_at"] = rfc3339(g.given_at);
  j["expires_at"] = rfc3339(g.expires_at);
  j["uses"] = g.uses;
  return line(j);
}

std::string json_line(const operators::Output& o) {
  Json j;
  j["code"] = std::string(1, o.code);
  put_bytes(j, "data", o.bytes);
  return line(j);
}

std::string json_line(const operators::Done& d) {
  Json j;
  j["done"] = d.text;
  return line(j);
}

}  // namespace hitl::console
