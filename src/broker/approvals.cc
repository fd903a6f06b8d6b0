// SPDX-License-Identifier: Apache-2.0
#include "broker/approvals.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/digest.h"

namespace hitl::broker {
namespace {

using operators::Why;

bool has(const std::vector<std::string>& list, std::string_view item) {
  return std::ranges::find(list, item) != list.end();
}

}  // namespace

std::optional<std::string> may_not_decide(const Decider& who, const store::RequestRow& r) {
  if (!has(who.roles, "operator") && !has(who.roles, "admin"))
    return fmt::format("{} has not the role operator", who.name);
  if (!r.owner.empty() && who.name == r.owner)
    return fmt::format("{} owns the agent {} and cannot decide for it", who.name, r.agent);
  if (who.name == r.agent) return "nobody decides on a request of their own";
  if (!r.approver_group.empty() && !has(who.groups, r.approver_group))
    return fmt::format("{} is not in the group {}, which decides here", who.name, r.approver_group);
  return std::nullopt;
}

Result<std::string> Approvals::fresh_id() {
  for (;;) {
    auto id = crypto::new_id();
    const auto taken = store_.short_id_taken(std::string_view(id).substr(0, crypto::kShortId));
    if (!taken) return taken.error();
    if (!*taken) return id;
  }
}

void Approvals::remember_deadline(const store::RequestRow& r, Now now) {
  const auto until = r.state == "approved" ? r.grant_expires_at.value_or(now.wall) : r.expires_at;
  deadlines_[r.id] = now.boot + std::chrono::milliseconds(until - now.wall);
}

bool Approvals::is_due(const store::RequestRow& r, Now now) const {
  const auto until = r.state == "approved" ? r.grant_expires_at.value_or(0) : r.expires_at;
  const auto seen = deadlines_.find(r.id);
  return now.wall >= until || (seen != deadlines_.end() && now.boot >= seen->second);
}

Status Approvals::settle(store::RequestRow& r, const char* state, Now now) {
  r.state = state;
  if (!r.decided_at) r.decided_at = now.wall;
  if (r.state == "approved")
    remember_deadline(r, now);
  else
    deadlines_.erase(r.id);
  return store_.update_request(r);
}

Result<Approvals::Answer> Approvals::ask(store::RequestRow question, std::uint32_t most_pending,
                                         Now now) {
  auto last = store_.newest_request(question.digest);
  if (!last) return last.error();
  Answer answer;
  if (*last) {
    auto& r = **last;
    const bool open = (r.state == "pending" || r.state == "approved") && !is_due(r, now);
    if (open) {
      answer.kind = r.state == "pending" ? Answer::Kind::Pending : Answer::Kind::Granted;
      answer.request = std::move(r);
      return answer;
    }
    if (r.state == "denied" && r.decided_at.value_or(0) + grant_.count() > now.wall) {
      answer.kind = Answer::Kind::Denied;
      auto decisions = store_.decisions(r.id);
      if (!decisions) return decisions.error();
      for (auto& d : *decisions)
        if (!d.approved) answer.denial = std::move(d);
      answer.request = std::move(r);
      return answer;
    }
    if (r.state == "consumed") {
      auto unknown = store_.outcome_unknown(r.id);
      if (!unknown) return unknown.error();
      answer.outcome_unknown = *unknown;
    }
  }
  const auto pending = store_.pending_of(question.agent);
  if (!pending) return pending.error();
  if (*pending >= most_pending)
    return fail(Errc::Limit,
                fmt::format("{} requests of this agent wait for a decision already", *pending));
  auto id = fresh_id();
  if (!id) return id.error();
  question.id = std::move(*id);
  question.state = "pending";
  if (auto s = store_.add_request(question); !s) return s.error();
  remember_deadline(question, now);
  answer.request = std::move(question);
  answer.is_new = true;
  return answer;
}

Approvals::Decided Approvals::decide(const Decider& who, const operators::Decide& decision,
                                     Now now) {
  auto found = store_.request(decision.id);
  if (!found) {
    if (found.error().code == Errc::System) return found.error();
    return Refusal{Why::NoSuchId, found.error().what};
  }
  auto r = std::move(*found);
  if (r.state == "pending" && is_due(r, now))
    return Refusal{Why::AlreadyDecided, "the request has expired"};
  if (r.state != "pending")
    return Refusal{Why::AlreadyDecided, fmt::format("the request is {} already", r.state)};
  if (decision.digest != r.digest)
    return Refusal{Why::Invalid, "the digest is not that of the request: look at it again"};
  if (auto why = may_not_decide(who, r)) return Refusal{Why::NotAllowed, std::move(*why)};
  if (!decision.approve && decision.reason.empty())
    return Refusal{Why::Invalid, "a denial needs a reason: the agent will read it"};

  auto added = store_.add_decision(
      {r.id, who.name, decision.approve, decision.reason, decision.digest, now.wall});
  if (!added) {
    if (added.error().code == Errc::Invalid)
      return Refusal{Why::AlreadyDecided, who.name + " has decided on this request already"};
    return added.error();
  }
  if (!decision.approve) {
    if (auto s = settle(r, "denied", now); !s) return s.error();
    return r;
  }
  auto decisions = store_.decisions(r.id);
  if (!decisions) return decisions.error();
  const auto have = std::ranges::count_if(*decisions, [](const auto& d) { return d.approved; });
  if (have >= static_cast<std::ptrdiff_t>(r.approvals_needed)) {
    r.grant_expires_at = now.wall + grant_.count();
    if (auto s = settle(r, "approved", now); !s) return s.error();
  }
  return r;
}

Result<Permit> Approvals::consume(const std::string& id, Bound bound, Now now) {
  auto found = store_.request(id);
  if (!found) return found.error();
  auto& r = *found;
  if (r.state != "approved" || is_due(r, now))
    return fail(Errc::Denied, fmt::format("request {} is not approved", r.id));
  if (bound.digest() != r.digest)
    return fail(Errc::Denied, fmt::format("request {} was approved for another command", r.id));
  if (auto s = settle(r, "consumed", now); !s) return s.error();
  return Permit(r.id, std::move(bound));
}

Result<std::vector<store::RequestRow>> Approvals::expire(Now now) {
  // A wall clock that was set back must not lengthen what the boot clock ended.
  WallMs until = now.wall;
  for (const auto& [id, deadline] : deadlines_)
    if (now.boot >= deadline) {
      auto r = store_.request(id);
      if (!r) return r.error();
      until = std::max({until, r->expires_at, r->grant_expires_at.value_or(0)});
    }
  auto due = store_.due(until);
  if (!due) return due.error();
  std::erase_if(*due, [&](const auto& r) { return !is_due(r, now); });
  for (auto& r : *due)
    if (auto s = settle(r, "expired", now); !s) return s.error();
  return due;
}

Result<std::vector<store::RequestRow>> Approvals::supersede(const std::string& policy, Now now) {
  auto old = store_.of_other_policies(policy);
  if (!old) return old.error();
  for (auto& r : *old)
    if (auto s = settle(r, "expired", now); !s) return s.error();
  return old;
}

Result<std::optional<BootClock::time_point>> Approvals::next_due(Now now) {
  auto wall = store_.next_due();
  if (!wall) return wall.error();
  std::optional<BootClock::time_point> next;
  if (*wall) next = now.boot + std::chrono::milliseconds(std::max<WallMs>(0, **wall - now.wall));
  for (const auto& [id, deadline] : deadlines_)
    if (!next || deadline < *next) next = deadline;
  return next;
}

}  // namespace hitl::broker
