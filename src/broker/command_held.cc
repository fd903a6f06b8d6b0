// SPDX-License-Identifier: Apache-2.0
// A command while people decide on it, or one of them holds it back.
#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "approval/terms.h"
#include "broker/command.h"
#include "crypto/digest.h"
#include "hitl/exit_codes.h"
#include "hitl/limits.h"

namespace hitl::broker {
namespace {

using std::chrono::seconds;

constexpr seconds kHeartbeat{10};
constexpr seconds kRetryAfter{30};
constexpr std::size_t kMostFindings = 1'000;

std::string with(const std::string& name, const std::string& reason) {
  return reason.empty() ? name : name + ": " + reason;
}

}  // namespace

// What it would run is shown with it.
void Command::read_files() {
  state_ = State::Reading;
  reader_ = std::make_unique<FileReader>(
      FileReader::Parts{shared_.loop, judgement_.runs, row_.id,
                        [this](const std::string& text) { return masked(text); }},
      [this](FileReader::Files files) {
        files_ = std::move(files);
        if (fits()) ask_humans();
      });
  reader_->begin(agent_->link());
}

void Command::ask_humans() {
  const auto now = Now::read();
  const auto terms = shared_.masking.sealed(bind().terms(), input_);
  store::RequestRow q;
  q.digest = approval::digest(terms);
  q.terms = approval::encode(terms);
  q.hold = approval::encode(judgement_.hold);
  q.shape = shown_.shape;
  q.session = session_.id;
  q.agent = session_.agent;
  q.owner = shared_.directory.agent(session_.agent).owner;
  q.target = session_.target;
  q.account = session_.account;
  q.submitted = shown_.submitted;
  q.canonical = row_.canonical;
  // Whoever decides sees what a function's name stands for.
  if (q.canonical) *q.canonical = shown_.memory + *q.canonical;
  q.opaque_reason = row_.opaque_reason;
  q.summary = shown_.summary;
  for (const auto& f : shown_.findings | std::views::take(kMostFindings)) {
    q.effects.push_back(f.effect);
    q.effect_reasons.push_back(f.reason);
    q.effect_ranges.push_back(fmt::format("{}-{}", f.begin, f.end));
  }
  q.environment = row_.environment;
  q.rule = judgement_.rule;
  q.policy = policy_;
  q.justification = wishes_.reason;
  if (has_input_) {
    q.input_sha256 = crypto::sha256(masked_input_);
    q.input = masked_input_;
  }
  auto files = files_;
  for (auto& f : files) f.path = masked(f.path).substr(0, kMaxEnvValue);
  q.files = encode(std::move(files));
  q.requested_at = now.wall;
  q.expires_at = now.wall + judgement_.hold.expires.count();
  if (!judgement_.hold.escalate.empty())
    q.escalates_at = now.wall + judgement_.hold.escalate[0].after.count();

  auto answer = shared_.approvals.ask(std::move(q), terms, shared_.config.limits.pending, now);
  if (!answer) return failed("too-many-requests", answer.error().what);
  if (answer->kind == Approvals::Answer::Kind::OfGrant) {
    row_.grant = answer->grant;
    mark("granted by " + answer->grant);
    return claim();
  }
  const auto& r = answer->request;
  row_.request = r.id;
  row_.state = "held";
  approvals_needed_ = judgement_.hold.approvals();
  request_expires_ = r.expires_at;
  save();
  shared_.turn.must_last();
  shared_.deadlines_changed();
  if (answer->outcome_unknown)
    agent_->notice(notices_.remark(
        "this command was started before and its outcome is unknown: look before it runs again"));
  switch (answer->kind) {
    case Approvals::Answer::Kind::Granted:
      mark(fmt::format("approved {}", r.id));
      return claim();
    case Approvals::Answer::Kind::Denied: {
      const auto& d = answer->denial;
      const auto why = d ? d->reason : "";
      return denied(d && !d->proposal.empty() ? notices_.proposal(r.id, why, d->proposal)
                                              : notices_.denied_by_operator(r.id, why),
                    why);
    }
    case Approvals::Answer::Kind::OfGrant:
    case Approvals::Answer::Kind::Pending:
      break;
  }
  if (answer->is_new) {
    mark(fmt::format("held {}: {}", r.id, r.summary));
    tell("held", r.summary);
  }
  wait_for_decision(r);
}

void Command::wait_for_decision(const store::RequestRow& request) {
  state_ = State::Held;
  const auto wait = longest_wait();
  agent_->notice(notices_.held(request.id, request.summary, request.rule, wait));
  if (wait.count() == 0) return not_yet();
  held_since_ = BootClock::now();
  place_ = shared_.waiters.add(request.id, *this);
  deadline_ = shared_.loop.after(wait, [this] { not_yet(); });
  heartbeat_ = shared_.loop.after(kHeartbeat, [this] { heartbeat(); });
}

seconds Command::longest_wait() const {
  if (!judgement_.hold.wait) return seconds(0);
  return wishes_.wait.value_or(std::chrono::duration_cast<seconds>(
      setting_.session != nullptr ? shared_.config.wait_shell : shared_.config.wait_exec));
}

void Command::heartbeat() {
  const auto waited = std::chrono::duration_cast<seconds>(BootClock::now() - held_since_);
  agent_->notice(notices_.waiting(shown_id(), waited, approvals_have_, approvals_needed_));
  heartbeat_ = shared_.loop.after(kHeartbeat, [this] { heartbeat(); });
}

void Command::on_decision(const store::RequestRow& request) {
  if (state_ != State::Held) return;
  auto decisions = shared_.store.decisions(request.id);
  if (!decisions) return failed("store", decisions.error().what);
  approvals_have_ = static_cast<std::uint32_t>(
      std::ranges::count_if(*decisions, [](const auto& d) { return d.approves(); }));
  const auto reason = decisions->empty() ? "" : decisions->back().reason;
  if (request.state == "pending") return;
  if (request.state == "approved") {
    agent_->notice(notices_.approved(request.id, reason));
    for (const auto& d : *decisions) mark("approved by " + with(d.operator_name, d.reason));
    return claim();
  }
  if (request.state == "denied") {
    mark("denied by " + with(decisions->empty() ? "" : decisions->back().operator_name, reason));
    const auto proposal = decisions->empty() ? "" : decisions->back().proposal;
    return denied(proposal.empty() ? notices_.denied_by_operator(request.id, reason)
                                   : notices_.proposal(request.id, reason, proposal),
                  reason);
  }
  if (request.state == "cancelled") return cancel(false);
  row_.error = "expired: nobody decided in time";
  end("expired", notices_.expired(request.id), kExitRetry);
}

void Command::not_yet() {
  const auto left = std::max<WallMs>(1'000, request_expires_ - wall_now_ms());
  row_.error = "held: not decided within the wait";
  request_open_ = true;
  end("expired", notices_.not_yet(shown_id(), std::min(kRetryAfter, seconds(left / 1000))),
      kExitRetry);
}

// An operator holds back what could run.
void Command::pause(const std::string& why) {
  if (way_ != nullptr) std::exchange(way_, nullptr)->release(*this);
  state_ = State::Paused;
  agent_->notice(notices_.remark(why));
  const auto wait = longest_wait();
  if (wait.count() == 0) return not_yet();
  pause_ = shared_.pauses.add([this] {
    const auto stays = pause_;  // it is called through it
    if (state_ == State::Paused) claim();
  });
  deadline_ = shared_.loop.after(wait, [this] { not_yet(); });
}

}  // namespace hitl::broker
