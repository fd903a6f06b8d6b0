// SPDX-License-Identifier: Apache-2.0
#include "broker/approvals.h"

#include <fmt/format.h>

#include <algorithm>

#include "approval/terms.h"
#include "crypto/digest.h"
#include "hitl/limits.h"

namespace hitl::broker {
namespace {

using approval::Say;
using approval::State;
using operators::Why;
using std::chrono::milliseconds;

constexpr auto kLive = [](const store::RequestRow& r) {
  return r.state == name_of(State::Pending) || r.state == name_of(State::Approved);
};

bool is(const store::RequestRow& r, State state) { return r.state == name_of(state); }

std::string_view words_of(Proof proof) {
  return proof == Proof::Presence ? "a signature by a key that was touched" : "a signature";
}

// What of a decision cannot be, whoever makes it.
std::optional<std::string> fault_of(const operators::Decide& d, const store::RequestRow& r,
                                    const Hold& hold) {
  if (d.say != Say::Approve && d.reason.empty())
    return d.say == Say::Deny ? "a denial needs a reason: the agent will read it"
                              : "this needs a reason";
  if (d.say == Say::Propose && d.proposal.empty()) return "there is no proposal in it";
  if (d.proposal.size() > kMaxProposal)
    return fmt::format("a proposal has at most {} bytes: it is one line for the agent",
                       kMaxProposal);
  if (d.grant_ms == 0) return std::nullopt;
  if (d.say != Say::Approve) return "only an approval can grant more";
  if (r.shape.empty()) return "what runs anything is approved once, and never for a time";
  if (hold.grants.count() == 0)
    return fmt::format("the rule \"{}\" lets nobody approve for a time", r.rule);
  if (d.grant_ms > static_cast<std::uint64_t>(hold.grants.count()))
    return fmt::format("the rule \"{}\" lets nobody approve for more than {} s", r.rule,
                       hold.grants.count() / 1'000);
  return std::nullopt;
}

}  // namespace

std::vector<approval::Vote> votes_of(const std::vector<store::DecisionRow>& decisions) {
  std::vector<approval::Vote> votes;
  for (const auto& d : decisions)
    // What cannot be read counts as a denial.
    votes.push_back({d.operator_name, approval::say_of(d.say).value_or(Say::Deny)});
  return votes;
}

Result<approval::Case> case_of(const store::RequestRow& r) {
  auto hold = approval::decode_hold(r.hold);
  if (!hold) return fail(Errc::Invalid, fmt::format("request {}: {}", r.id, hold.error().what));
  return approval::Case{r.agent, r.owner, std::move(*hold)};
}

Result<std::string> Approvals::fresh_id() {
  for (;;) {
    auto id = crypto::new_id();
    const auto taken = store_.short_id_taken(std::string_view(id).substr(0, crypto::kShortId));
    if (!taken) return taken.error();
    if (!*taken) return id;
  }
}

// ---- clocks ----------------------------------------------------------------

void Approvals::remember_deadline(const store::RequestRow& r, Now now) {
  const auto until = is(r, State::Approved) ? r.grant_expires_at.value_or(now.wall) : r.expires_at;
  const auto seen = deadlines_.find(r.id);
  const auto asked = seen == deadlines_.end() ? now.boot : seen->second.asked;
  deadlines_[r.id] = {asked, now.boot + milliseconds(until - now.wall)};
}

bool Approvals::is_due(const store::RequestRow& r, Now now) const {
  const auto until = is(r, State::Approved) ? r.grant_expires_at.value_or(0) : r.expires_at;
  const auto seen = deadlines_.find(r.id);
  return now.wall >= until || (seen != deadlines_.end() && now.boot >= seen->second.until);
}

milliseconds Approvals::waited(const store::RequestRow& r, Now now) const {
  const milliseconds wall(std::max<WallMs>(0, now.wall - r.requested_at));
  const auto seen = deadlines_.find(r.id);
  if (seen == deadlines_.end()) return wall;
  return std::min(wall, std::chrono::duration_cast<milliseconds>(now.boot - seen->second.asked));
}

Status Approvals::settle(store::RequestRow& r, State state, Now now) {
  r.state = name_of(state);
  if (!r.decided_at) r.decided_at = now.wall;
  if (state == State::Approved)
    remember_deadline(r, now);
  else
    deadlines_.erase(r.id);
  return store_.update_request(r);
}

// ---- asking ----------------------------------------------------------------

Result<std::vector<store::GrantRow>> Approvals::live_grants(Now now) {
  auto grants = store_.live_grants(now.wall);
  if (grants)
    std::erase_if(*grants, [&](const auto& g) {
      const auto end = grants_end_.find(g.id);
      return g.given_at > now.wall || (end != grants_end_.end() && now.boot >= end->second);
    });
  return grants;
}

Result<std::optional<std::string>> Approvals::find_grant(const store::RequestRow& q,
                                                         const Terms& terms, Now now) {
  if (q.shape.empty()) return std::optional<std::string>();
  auto grants = live_grants(now);
  if (!grants) return grants.error();
  for (auto& g : *grants) {
    if (g.agent != q.agent || g.target != q.target || g.account != q.account ||
        g.kind != terms.kind || g.shape != q.shape || g.policy != q.policy ||
        (!g.session.empty() && g.session != q.session))
      continue;
    // It stands for what the same rule asks of the same people, and nothing stricter.
    auto of = store_.request(g.request);
    if (!of) return of.error();
    if (of->rule == q.rule && of->hold == q.hold) return std::optional(std::move(g.id));
  }
  return std::optional<std::string>();
}

Result<Approvals::Answer> Approvals::ask(store::RequestRow question, const Terms& terms,
                                         std::uint32_t most_pending, Now now) {
  auto last = store_.newest_request(question.digest);
  if (!last) return last.error();
  Answer answer;
  if (*last) {
    auto& r = **last;
    if (kLive(r) && !is_due(r, now)) {
      answer.kind = is(r, State::Pending) ? Answer::Kind::Pending : Answer::Kind::Granted;
      answer.request = std::move(r);
      return answer;
    }
    if (is(r, State::Denied) && r.decided_at.value_or(0) + grant_.count() > now.wall) {
      answer.kind = Answer::Kind::Denied;
      auto decisions = store_.decisions(r.id);
      if (!decisions) return decisions.error();
      for (auto& d : *decisions)
        if (!d.approves()) answer.denial = std::move(d);
      answer.request = std::move(r);
      return answer;
    }
    if (is(r, State::Consumed)) {
      auto unknown = store_.outcome_unknown(r.id);
      if (!unknown) return unknown.error();
      answer.outcome_unknown = *unknown;
    }
  }
  auto grant = find_grant(question, terms, now);
  if (!grant) return grant.error();
  if (*grant && !answer.outcome_unknown) {
    answer.kind = Answer::Kind::OfGrant;
    answer.grant = std::move(**grant);
    return answer;
  }
  const auto pending = store_.pending_of(question.agent);
  if (!pending) return pending.error();
  if (*pending >= most_pending)
    return fail(Errc::Limit,
                fmt::format("{} requests of this agent wait for a decision already", *pending));
  auto id = fresh_id();
  if (!id) return id.error();
  question.id = std::move(*id);
  question.state = name_of(State::Pending);
  if (auto s = store_.add_request(question); !s) return s.error();
  remember_deadline(question, now);
  answer.request = std::move(question);
  answer.is_new = true;
  return answer;
}

// ---- deciding --------------------------------------------------------------

Approvals::Decided Approvals::decide(const approval::Person& who, const operators::Decide& d,
                                     const Evidence& evidence, Now now) {
  auto found = store_.request(d.id);
  if (!found) {
    if (found.error().code == Errc::System) return found.error();
    return Refusal{Why::NoSuchId, found.error().what};
  }
  auto r = std::move(*found);
  const bool review = d.say == Say::Review;
  if (is(r, State::Pending) && is_due(r, now))
    return Refusal{Why::AlreadyDecided, "the request has expired"};
  if (!is(r, State::Pending) && !review)
    return Refusal{Why::AlreadyDecided, fmt::format("the request is {} already", r.state)};
  if (d.digest != r.digest)
    return Refusal{Why::Invalid, "the digest is not that of the request: look at it again"};
  const auto c = case_of(r);
  if (!c) return Refusal{Why::Invalid, c.error().what};
  auto decisions = store_.decisions(r.id);
  if (!decisions) return decisions.error();
  auto votes = votes_of(*decisions);
  const auto state = approval::state_of(r.state).value_or(State::Expired);
  if (auto why = approval::objection(*c, state, votes, who, d.say, waited(r, now))) {
    const bool again = std::ranges::find(votes, who.name, &approval::Vote::who) != votes.end();
    return Refusal{again ? Why::AlreadyDecided : Why::NotAllowed, std::move(*why)};
  }
  if (evidence.proof < c->hold.proof)
    return Refusal{Why::NotAllowed, fmt::format("the rule \"{}\" wants {} with the decision",
                                                r.rule, words_of(c->hold.proof))};
  if (auto why = fault_of(d, r, c->hold)) return Refusal{Why::Invalid, std::move(*why)};

  auto added = store_.add_decision({r.id, who.name, std::string(approval::name_of(d.say)), d.reason,
                                    d.digest, d.proposal, d.grant_ms, now.wall, evidence.statement,
                                    evidence.signature, evidence.key_fingerprint});
  if (!added) {
    if (added.error().code == Errc::Invalid)
      return Refusal{Why::AlreadyDecided, who.name + " has decided on this request already"};
    return added.error();
  }
  votes.push_back({who.name, d.say});
  if (review) {
    r.review = "done";
    if (auto s = store_.update_request(r); !s) return s.error();
    return r;
  }
  const auto outcome = approval::outcome(c->hold, votes);
  if (outcome == State::Pending) return r;
  if (outcome == State::Approved) {
    r.grant_expires_at = now.wall + grant_.count();
    if (approval::wants_review(votes)) r.review = "wanted";
    if (auto s = give_grant(r, c->hold, who, d, now); !s) return s.error();
  }
  if (auto s = settle(r, outcome, now); !s) return s.error();
  return r;
}

// Where all who approved agreed to a grant, the shortest of theirs counts, and
// the session where one of them named it.
Status Approvals::give_grant(const store::RequestRow& r, const Hold& hold,
                             const approval::Person& who, const operators::Decide& d, Now now) {
  auto decisions = store_.decisions(r.id);
  if (!decisions) return decisions.error();
  auto life = static_cast<std::uint64_t>(hold.grants.count());
  for (const auto& one : *decisions)
    if (one.approves()) life = std::min(life, one.grant_ms);
  if (life == 0 || r.shape.empty()) return Ok{};
  auto terms = approval::decode_terms(r.terms);
  if (!terms) return terms.error();
  store::GrantRow g;
  g.id = crypto::new_id();
  g.request = r.id;
  g.agent = r.agent;
  g.target = r.target;
  g.account = r.account;
  g.kind = terms->kind;
  g.shape = r.shape;
  g.policy = r.policy;
  if (d.grant_session || decisions->size() > 1) g.session = r.session;
  g.given_by = who.name;
  g.given_at = now.wall;
  g.expires_at = now.wall + static_cast<WallMs>(life);
  grants_end_[g.id] = now.boot + milliseconds(life);
  return store_.add_grant(g);
}

// ---- using -----------------------------------------------------------------

Result<Permit> Approvals::consume(const std::string& id, Bound bound, Now now) {
  auto found = store_.request(id);
  if (!found) return found.error();
  auto& r = *found;
  if (!is(r, State::Approved) || is_due(r, now))
    return fail(Errc::Denied, fmt::format("request {} is not approved", r.id));
  if (approval::digest(masking_.sealed(bound.terms(), bound.input)) != r.digest)
    return fail(Errc::Denied, fmt::format("request {} was approved for another command", r.id));
  if (auto s = settle(r, State::Consumed, now); !s) return s.error();
  return Permit(r.id, std::move(bound));
}

Result<Permit> Approvals::use_grant(const std::string& grant, const std::string& id,
                                    const std::string& session, const std::string& shape,
                                    Bound bound, Now now) {
  auto grants = live_grants(now);
  if (!grants) return grants.error();
  const auto terms = bound.terms();
  const auto g = std::ranges::find(*grants, grant, &store::GrantRow::id);
  const bool fits = g != grants->end() && !bound.is_opaque() && !bound.has_input &&
                    !shape.empty() && g->shape == shape && g->agent == terms.agent &&
                    g->target == terms.target && g->account == terms.account &&
                    g->kind == terms.kind && g->policy == terms.policy &&
                    (g->session.empty() || g->session == session);
  if (!fits) return fail(Errc::Denied, "the grant is not there any more");
  ++g->uses;
  if (auto s = store_.update_grant(*g); !s) return s.error();
  return Permit(id, std::move(bound));
}

Result<store::RequestRow> Approvals::cancel(store::RequestRow r, Now now) {
  if (!kLive(r) || is_due(r, now))
    return fail(Errc::Denied, fmt::format("the request is {} already", r.state));
  if (auto s = settle(r, State::Cancelled, now); !s) return s.error();
  return r;
}

Result<std::optional<store::GrantRow>> Approvals::revoke(const std::string& grant,
                                                         const std::string& by, Now now) {
  auto grants = store_.live_grants(now.wall);
  if (!grants) return grants.error();
  const auto g = std::ranges::find(*grants, grant, &store::GrantRow::id);
  if (g == grants->end()) return std::optional<store::GrantRow>();
  g->ended_at = now.wall;
  g->ended_by = by;
  if (auto s = store_.update_grant(*g); !s) return s.error();
  return std::optional(std::move(*g));
}

// ---- time ------------------------------------------------------------------

Result<Approvals::Due> Approvals::tick(Now now) {
  Due out;
  // A wall clock that was set back must not lengthen what the boot clock ended.
  WallMs until = now.wall;
  for (const auto& [id, deadline] : deadlines_)
    if (now.boot >= deadline.until) {
      auto r = store_.request(id);
      if (!r) return r.error();
      until = std::max({until, r->expires_at, r->grant_expires_at.value_or(0)});
    }
  auto due = store_.due(until);
  if (!due) return due.error();
  std::erase_if(*due, [&](const auto& r) { return !is_due(r, now); });
  for (auto& r : *due)
    if (auto s = settle(r, State::Expired, now); !s) return s.error();
  out.expired = std::move(*due);

  auto pending = store_.escalating();
  if (!pending) return pending.error();
  for (auto& r : *pending) {
    const auto c = case_of(r);
    if (!c) continue;
    const auto& steps = c->hold.escalate;
    const auto before = r.escalated;
    for (; r.escalated < steps.size() && steps[r.escalated].after <= waited(r, now); ++r.escalated)
      out.escalated.push_back({r, steps[r.escalated]});
    if (r.escalated == before) continue;
    r.escalates_at = r.escalated < steps.size()
                         ? std::optional(r.requested_at + steps[r.escalated].after.count())
                         : std::nullopt;
    if (auto s = store_.update_request(r); !s) return s.error();
  }
  return out;
}

Result<std::vector<store::RequestRow>> Approvals::supersede(const std::string& policy, Now now) {
  auto old = store_.of_other_policies(policy);
  if (!old) return old.error();
  for (auto& r : *old)
    if (auto s = settle(r, State::Expired, now); !s) return s.error();
  return old;
}

Result<std::optional<BootClock::time_point>> Approvals::next_due(Now now) {
  auto wall = store_.next_due();
  if (!wall) return wall.error();
  std::optional<BootClock::time_point> next;
  if (*wall) next = now.boot + milliseconds(std::max<WallMs>(0, **wall - now.wall));
  for (const auto& [id, deadline] : deadlines_)
    if (!next || deadline.until < *next) next = deadline.until;
  // An escalation waits for the slower clock: no loop without pause meanwhile.
  if (next && *next <= now.boot) next = now.boot + milliseconds(50);
  return next;
}

}  // namespace hitl::broker
