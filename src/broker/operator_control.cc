// SPDX-License-Identifier: Apache-2.0
// What an operator does to sessions and grants: look, pause, resume, kill, take
// back.  All of it only ever stops things; what lets them go on again is not taken
// over a network, where an ingress that was taken over could say it.
#include <algorithm>

#include "base/log.h"
#include "base/visible.h"
#include "broker/agent_session.h"
#include "broker/operator_session.h"
#include "proto/operator_codec.h"

namespace hitl::broker {
namespace {

using namespace operators;

constexpr std::size_t kMostText = 300;
constexpr std::size_t kMostLooks = 16;
constexpr std::size_t kBacklog = 200;  // pieces of a recording

const char* done_by(Action action) {
  switch (action) {
    case Action::Pause:
      return "paused";
    case Action::Resume:
      return "resumed";
    case Action::Kill:
      return "killed";
  }
  return "";
}

}  // namespace

bool OperatorSession::may_control(std::uint32_t tag) {
  if (has_role("operator") || has_role("admin")) return true;
  refuse(tag, Why::NotAllowed, who_.name + " has not the role operator");
  return false;
}

Status OperatorSession::on_sessions(std::string_view frame) {
  const auto m = proto::decode<Sessions>(frame);
  if (!m) return m.error();
  SessionList list{m->tag, {}};
  for (const auto* session : shared_.sessions()) {
    const auto& row = session->row();
    auto summary = shared_.store.session(row.id);
    if (!summary) return summary.error();
    if (list.sessions.size() == kMaxListed) break;
    list.sessions.push_back(
        {row.id, row.agent, row.target, row.account, row.client_addr, row.started_at,
         static_cast<std::uint32_t>(summary->commands), static_cast<std::uint32_t>(summary->held),
         static_cast<std::uint32_t>(summary->denied),
         shared_.pauses.why(row.agent, row.id).value_or("").substr(0, kMostText),
         session->running().substr(0, kMostText)});
  }
  console_->say(std::move(list));
  return Ok{};
}

Status OperatorSession::on_control(std::string_view frame) {
  auto m = proto::decode<Control>(frame);
  if (!m) return m.error();
  if (!may_control(m->tag)) return Ok{};
  // Nobody signs it, and it is the one order that lets something run.
  if (remote_ && m->action == Action::Resume) {
    refuse(m->tag, Why::NotAllowed,
           "what was paused is resumed on the bastion's own host: over a network nobody proves "
           "that it was you");
    return Ok{};
  }
  if (m->session.empty() == m->agent.empty()) {
    refuse(m->tag, Why::Invalid, "name a session or an agent");
    return Ok{};
  }
  shared_.turn.must_last();
  return m->agent.empty() ? control_session(*m) : control_agent(*m);
}

void OperatorSession::tell_control(const Control& order, const std::string& session,
                                   const std::string& agent, const std::string& target) {
  log("{} {} {} of {}", who_.name, done_by(order.action),
      session.empty() ? "all sessions" : "session " + session, agent);
  shared_.feed.tell({0, done_by(order.action), session, agent, target, wall_now_ms(),
                     who_.name + ": " + order.reason.substr(0, 2'000)});
  const auto words = order.reason.empty() ? who_.name : who_.name + ": " + order.reason;
  for (auto* s : shared_.sessions())
    if (session.empty() ? s->row().agent == agent : s->row().id == session)
      s->mark(std::string(done_by(order.action)) + " by " + words);
}

Status OperatorSession::control_agent(const Control& order) {
  if (!shared_.directory.knows_agent(order.agent)) {
    refuse(order.tag, Why::NoSuchId, "no agent of this name");
    return Ok{};
  }
  const auto scope = Pauses::of_agent(order.agent);
  std::size_t count = 0;
  switch (order.action) {
    case Action::Pause:
      if (auto s = shared_.pauses.pause({scope, who_.name, order.reason, wall_now_ms()}); !s)
        return s.error();
      break;
    case Action::Resume:
      if (auto s = shared_.pauses.resume(scope); !s) {
        if (s.error().code != Errc::NotFound) return s.error();
        refuse(order.tag, Why::AlreadyDecided, order.agent + " is not paused");
        return Ok{};
      }
      break;
    case Action::Kill:
      break;
  }
  tell_control(order, "", order.agent, "");
  for (auto* s : shared_.sessions())
    if (s->row().agent == order.agent) {
      ++count;
      if (order.action == Action::Kill) s->kill(who_.name, order.reason);
    }
  console_->say(Done{order.tag, std::string(done_by(order.action)) + " " + order.agent + ": " +
                                    std::to_string(count) + " sessions are open"});
  return Ok{};
}

Status OperatorSession::control_session(const Control& order) {
  auto found = shared_.store.session(order.session);
  if (!found) {
    if (found.error().code == Errc::System) return found.error();
    refuse(order.tag, found.error().code == Errc::NotFound ? Why::NoSuchId : Why::Invalid,
           found.error().what);
    return Ok{};
  }
  const auto& row = found->session;
  const auto all = shared_.sessions();
  const auto open = std::ranges::find_if(all, [&](const auto* s) { return s->row().id == row.id; });
  if (open == all.end()) {
    refuse(order.tag, Why::AlreadyDecided, "the session has ended");
    return Ok{};
  }
  const auto scope = Pauses::of_session(row.id);
  switch (order.action) {
    case Action::Pause:
      if (auto s = shared_.pauses.pause({scope, who_.name, order.reason, wall_now_ms()}); !s)
        return s.error();
      break;
    case Action::Resume:
      if (auto s = shared_.pauses.resume(scope); !s) {
        if (s.error().code != Errc::NotFound) return s.error();
        refuse(order.tag, Why::AlreadyDecided, "the session is not paused");
        return Ok{};
      }
      break;
    case Action::Kill:
      break;
  }
  tell_control(order, row.id, row.agent, row.target);
  if (order.action == Action::Kill) (*open)->kill(who_.name, order.reason);
  console_->say(Done{order.tag, std::string(done_by(order.action)) + " the session of " +
                                    row.agent + " on " + row.target});
  return Ok{};
}

// ---- grants ----------------------------------------------------------------

Status OperatorSession::on_grants(std::string_view frame) {
  const auto m = proto::decode<Grants>(frame);
  if (!m) return m.error();
  auto rows = shared_.store.live_grants(wall_now_ms());
  if (!rows) return rows.error();
  GrantList list{m->tag, {}};
  for (const auto& g : *rows) {
    if (list.grants.size() == kMaxListed) break;
    list.grants.push_back({g.id, g.agent, g.target, g.account, g.shape, g.session, g.given_by,
                           g.given_at, g.expires_at, g.uses});
  }
  console_->say(std::move(list));
  return Ok{};
}

Status OperatorSession::on_revoke(std::string_view frame) {
  const auto m = proto::decode<Revoke>(frame);
  if (!m) return m.error();
  if (!may_control(m->tag)) return Ok{};
  auto grant = shared_.approvals.revoke(m->id, who_.name, Now::read());
  if (!grant) return grant.error();
  if (!*grant) {
    refuse(m->tag, Why::NoSuchId, "no such grant (any more)");
    return Ok{};
  }
  shared_.turn.must_last();
  const auto& g = **grant;
  log("{} took back a grant of {} for {}: {}", who_.name, g.agent, g.target, visible(g.shape));
  shared_.feed.tell({0, "revoked", g.request, g.agent, g.target, wall_now_ms(),
                     who_.name + ": " + g.shape.substr(0, 2'000)});
  console_->say(Done{m->tag, "taken back: " + g.shape.substr(0, kMostText)});
  return Ok{};
}

// ---- looking over a session's shoulder --------------------------------------

Status OperatorSession::on_look(std::string_view frame) {
  const auto m = proto::decode<Look>(frame);
  if (!m) return m.error();
  if (!has_role("operator") && !has_role("auditor") && !has_role("admin")) {
    refuse(m->tag, Why::NotAllowed, who_.name + " may not look at sessions");
    return Ok{};
  }
  auto found = shared_.store.session(m->session);
  if (!found) {
    if (found.error().code == Errc::System) return found.error();
    refuse(m->tag, found.error().code == Errc::NotFound ? Why::NoSuchId : Why::Invalid,
           found.error().what);
    return Ok{};
  }
  // The oldest one goes: nothing else ends a look.
  if (looks_.size() >= kMostLooks) looks_.erase(looks_.begin());
  const auto& id = found->session.id;
  const auto all = shared_.sessions();
  const auto open = std::ranges::find_if(all, [&](const auto* s) { return s->row().id == id; });
  auto backlog = shared_.store.last_events(id, kBacklog);
  if (!backlog) return backlog.error();
  console_->say(Output{m->tag, 'o', ""});
  for (auto& e : *backlog) console_->say(Output{m->tag, e.code, e.data.substr(0, kMaxOutput)});
  if (open == all.end()) {
    console_->say(Output{m->tag, 'x', ""});
    return Ok{};
  }
  (*open)->mark("looked at by " + who_.name);
  looks_[m->tag] = shared_.looks.add(id, [this, tag = m->tag](char code, std::string_view bytes) {
    for (; bytes.size() > kMaxOutput; bytes.remove_prefix(kMaxOutput))
      tell(Output{tag, code, std::string(bytes.substr(0, kMaxOutput))});
    tell(Output{tag, code, std::string(bytes)});
  });
  return Ok{};
}

}  // namespace hitl::broker
