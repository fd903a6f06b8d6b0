// SPDX-License-Identifier: Apache-2.0
// Sessions, grants and requests with a past, for what a console shows besides the
// queue.
#pragma once

#include <chrono>
#include <vector>

#include "support/sample_requests.h"

namespace hitl::testing {

inline std::vector<operators::SessionView> sample_sessions(WallMs now) {
  operators::SessionView one;
  one.id = "5ZKQ7OMWX2QJ3V4T6YLR2NAPBE";
  one.agent = "devin";
  one.target = "db1";
  one.account = "deploy";
  one.client_addr = "10.1.2.3";
  one.started_at = now - 3'600'000;
  one.commands = 12;
  one.held = 2;
  one.denied = 1;
  one.running = "tail -f /var/log/syslog";
  auto two = one;
  two.id = "7CODEXAAX2QJ3V4T6YLR2NAPBE";
  two.agent = "codex";
  two.paused = "bob: looks odd";
  two.running.clear();
  return {one, two};
}

inline std::vector<operators::GrantView> sample_grants(WallMs now) {
  operators::GrantView g;
  g.id = "GRANT222AAAAAAAAAAAAAAAAAA";
  g.agent = "devin";
  g.target = "db1";
  g.account = "deploy";
  g.shape = "systemctl restart {unit}";
  g.given_by = "bob";
  g.given_at = now - 60'000;
  g.expires_at = now + 1'740'000;
  g.uses = 3;
  return {g};
}

// A chain of two steps, an escalation to come, a grant and a broken glass that are
// possible, and what was before.
inline operators::RequestView sample_with_a_past(operators::RequestView r) {
  const auto asked = r.requested_at;
  r.hold.approvers = {{"oncall", 1}, {"dba", 2}};
  r.approvals_needed = 3;
  r.approvals_have = 1;
  r.step = 2;
  r.deciders = {"dba"};
  r.decisions = {{"bob", operators::Say::Approve, "fine", "", "", 0, asked + 5'000}};
  r.hold.escalate = {{std::chrono::minutes(10), "managers", ""},
                     {std::chrono::minutes(15), "", "pager"}};
  r.hold.grants = std::chrono::minutes(30);
  r.shape = "rm -r {path below /srv}";
  r.shape_texts = {"rm -r /srv/older", "rm -r /srv/oldest"};
  r.hold.break_glass = "sre";
  r.session_commands = {{"C1", "df -h /srv", "done", "reads", asked - 30'000}};
  r.similar = {{"Q1", "rm -r /srv/older", "denied", "carol", asked - 86'400'000}};
  return r;
}

inline operators::RequestView sample_review(WallMs now) {
  auto r = sample_request("BROKEN22", "systemctl restart nginx");
  r.requested_at = now - 7'200'000;
  r.expires_at = r.requested_at + 20 * 60'000;
  r.summary = "restarts a service: nginx";
  r.effects = {{"service", 0, 23, "systemctl restart stops and starts nginx"}};
  r.state = "consumed";
  r.review = "wanted";
  r.waiting = false;
  r.decisions = {
      {"bob", operators::Say::BreakGlass, "the site is down", "", "", 0, now - 7'100'000}};
  return r;
}

}  // namespace hitl::testing
