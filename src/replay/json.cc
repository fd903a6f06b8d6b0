// SPDX-License-Identifier: Apache-2.0
#include "replay/json.h"

#include <nlohmann/json.hpp>

#include "base/encoding.h"
#include "base/visible.h"

namespace hitl::replay {
namespace {

using Json = nlohmann::ordered_json;

std::string text(const Json& j) { return j.dump(-1, ' ', true, Json::error_handler_t::replace); }

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json time_or_null(const std::optional<WallMs>& t) { return t ? Json(rfc3339(*t)) : Json(nullptr); }

void put_bytes(Json& j, const char* name, const std::string& bytes) {
  j[name] = bytes;
  if (!is_utf8(bytes)) j[std::string(name) + "_base64"] = base64(bytes);
}

Json session(const store::SessionSummary& s) {
  const auto& row = s.session;
  Json j;
  j["id"] = row.id;
  j["agent"] = row.agent;
  j["target"] = row.target;
  j["account"] = row.account;
  j["client_addr"] = row.client_addr;
  j["key_fingerprint"] = row.key_fingerprint;
  j["started_at"] = rfc3339(row.started_at);
  j["ended_at"] = time_or_null(row.ended_at);
  j["commands"] = s.commands;
  j["held"] = s.held;
  j["denied"] = s.denied;
  j["bytes_out"] = s.bytes_out;
  j["state"] = row.state;
  return j;
}

void put_outcome(Json& j, const store::CommandRow& c) {
  j["state"] = c.state;
  j["error"] = c.error;
  j["exit_status"] = or_null(c.exit_status);
  j["exit_signal"] = c.exit_signal;
  j["submitted_at"] = rfc3339(c.submitted_at);
  j["started_at"] = time_or_null(c.started_at);
  j["ended_at"] = time_or_null(c.ended_at);
  j["bytes_out"] = c.bytes_out;
  j["bytes_err"] = c.bytes_err;
  j["bytes_in"] = c.bytes_in;
  j["output_sha256"] = c.output_sha256;
}

Json command(const Command& c) {
  const auto& row = c.row;
  Json j;
  j["id"] = row.id;
  j["request"] = or_null(row.request);
  put_bytes(j, "command", row.submitted);
  j["canonical"] = nullptr;
  if (row.canonical) put_bytes(j, "canonical", *row.canonical);
  j["opaque_reason"] = row.opaque_reason;
  j["decision"] = row.decision;
  j["rule"] = row.rule;
  j["summary"] = row.summary;
  j["effects"] = row.effects;
  j["approvers"] = c.approvers;
  j["environment"] = row.environment;
  j["dropped_environment"] = row.dropped_env;
  j["policy_sha256"] = row.policy_sha256;
  j["input_role"] = row.input_role;
  j["input_sha256"] = row.input_sha256;
  put_outcome(j, row);
  j["masked"] = row.masked;
  return j;
}

}  // namespace

std::string session_json(const store::SessionSummary& s) { return text(session(s)); }

std::string command_json(const Command& c) { return text(command(c)); }

std::string event_json(const store::EventRow& e) {
  Json j;
  j["time"] = static_cast<double>(e.at_us) / 1e6;
  j["code"] = std::string(1, e.code);
  j["command"] = e.command;
  put_bytes(j, "data", e.data);
  return text(j);
}

std::string hit_json(const store::Hit& h) {
  Json j;
  j["session"] = h.session;
  j["agent"] = h.agent;
  j["target"] = h.target;
  j["command"] = h.command;
  j["in"] = h.kind == "output" ? h.kind : h.kind + "s";
  j["time"] = static_cast<double>(h.at_us) / 1e6;
  put_bytes(j, "text", h.text);
  return text(j);
}

std::string statistics_json(const std::vector<store::Statistics>& all) {
  Json j = {{"agents", Json::array()}, {"targets", Json::array()}, {"rules", Json::array()}};
  for (const auto& s : all)
    j[s.by + "s"].push_back({{"name", s.name},
                             {"allowed", s.allowed},
                             {"held", s.held},
                             {"denied", s.denied},
                             {"decided", s.decided},
                             {"median_ms", or_null(s.median_ms)}});
  return text(j);
}

std::string recording_json(const Recording& r) {
  auto j = session(r.summary);
  // The count of list becomes what is counted.
  auto commands = Json::array();
  for (const auto& c : r.commands) commands.push_back(command(c));
  j["commands"] = std::move(commands);
  auto watches = Json::array();
  for (const auto& w : r.watches)
    watches.push_back({{"at", rfc3339(w.at)}, {"watcher", w.watcher}, {"how", w.how}});
  j["watches"] = std::move(watches);
  return text(j);
}

std::string findings_json(const audit::Findings& f) {
  Json j;
  j["intact"] = f.faults.empty();
  auto faults = Json::array();
  for (const auto& fault : f.faults) {
    Json one;
    one["table"] = fault.table.empty() ? Json(nullptr) : Json(fault.table);
    one["row"] = fault.row == 0 ? Json(nullptr) : Json(fault.row);
    one["what"] = fault.what;
    faults.push_back(std::move(one));
  }
  j["faults"] = std::move(faults);
  j["notes"] = f.notes;
  j["rows"] = f.rows;
  j["audit_rows"] = f.chain;
  j["signed_to"] = f.signed_to;
  j["checkpoints"] = f.checkpoints;
  j["checkpoint_lines"] = f.lines;
  j["signed_decisions"] = f.decisions;
  j["tombstones"] = f.tombstones;
  return text(j);
}

}  // namespace hitl::replay
