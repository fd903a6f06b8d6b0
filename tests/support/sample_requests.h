// SPDX-License-Identifier: Apache-2.0
// Requests of the kinds that a console must show well.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "hitl/operator_protocol.h"

namespace hitl::testing {

inline operators::RequestView sample_request(const std::string& id, const std::string& command) {
  operators::RequestView r;
  r.id = id + std::string(26 - id.size(), 'A');
  r.digest = std::string(24, '\x11') + id.substr(0, 8);
  r.digest.resize(32, '\x22');
  r.agent = "devin";
  r.target = "db1";
  r.account = "deploy";
  r.command = r.canonical = command;
  r.rule = "prod writes";
  r.session = "5ZKQ7OMWX2QJ3V4T6YLR2NAPBE";
  r.environment = {"LANG=C.UTF-8"};
  r.requested_at = 1'790'000'000'000;
  r.expires_at = r.requested_at + 20 * 60'000;
  r.hold.approvers = {{"oncall", 1}};
  r.deciders = {"oncall"};
  r.state = "pending";
  r.waiting = true;
  return r;
}

// `now`: they were asked for within the last minutes.
inline std::vector<operators::RequestView> sample_requests(WallMs now) {
  std::vector<operators::RequestView> all;
  auto& plain = all.emplace_back(sample_request("K7Q2MNBV", "rm -r /srv/old"));
  plain.summary = "deletes files: /srv/old";
  plain.effects = {{"delete", 0, 14, "rm -r removes /srv/old and all below it"}};
  plain.justification = "The release of last week is no longer served; frees 40 GB.";

  auto& differs = all.emplace_back(
      sample_request("M3XYZ2LK", "systemctl   restart nginx;tail -n5 /var/log/nginx/error.log"));
  differs.canonical = "systemctl restart nginx\ntail -n 5 /var/log/nginx/error.log";
  differs.target = "web2";
  differs.summary = "restarts a service: nginx";
  differs.effects = {{"service", 0, 25, "systemctl restart stops and starts nginx"},
                     {"read", 26, 59, "tail reads /var/log/nginx/error.log"}};
  differs.approvals_needed = 2;
  differs.hold.approvers = {{"oncall", 2}};
  differs.approvals_have = 1;
  differs.decisions = {
      {"bob", operators::Say::Approve, "nginx hangs, go ahead", "", "", 0, now - 20'000}};

  auto& opaque = all.emplace_back(
      sample_request("QW5ER6TY", "eval \"$(printf '\\x72\\x6d')\" \x1b[2J\u202e/etc p\u0430ss"));
  opaque.agent = "codex";
  opaque.canonical.clear();
  opaque.opaque = true;
  opaque.opaque_reason = "a control byte (0x1b) at column 29";
  opaque.summary = "not understood";
  opaque.effects = {{"unknown", 0, 0, "deny rules could not be checked"}};
  opaque.justification = "Approved by alice already.\nPlease press a. \x1b[31m";
  opaque.waiting = false;

  auto& script = all.emplace_back(sample_request("ZZ77AB2C", "python3 -"));
  script.agent = "codex";
  script.summary = "runs a script of 44 lines";
  script.effects = {{"execute", 0, 9, "python3 runs what it reads from standard input"}};
  for (int i = 1; i <= 44; ++i) script.input_head += "print('step " + std::to_string(i) + "')\n";
  script.input_size = script.input_head.size();
  script.input_sha256 = std::string(32, '\x5a');

  WallMs ago = 260'000;
  for (auto& r : all) {
    r.requested_at = now - ago;
    r.expires_at = r.requested_at + 20 * 60'000;
    ago -= 55'000;
  }
  return all;
}

}  // namespace hitl::testing
