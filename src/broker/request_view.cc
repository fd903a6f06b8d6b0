// SPDX-License-Identifier: Apache-2.0
#include "broker/request_view.h"

#include <algorithm>
#include <charconv>
#include <ranges>

#include "approval/terms.h"
#include "broker/file_reader.h"
#include "proto/operator_codec.h"

namespace hitl::broker {
namespace {

using namespace operators;

// Of one request, so that it stays below kMaxFrame whatever is in it.
constexpr std::size_t kMostEffects = 1'000, kMostReason = 200, kMostSaid = 500;
constexpr std::size_t kMostDecisions = 64, kMostPast = 12, kMostPastText = 300;

std::pair<std::uint32_t, std::uint32_t> range_of(std::string_view text) {
  std::uint32_t begin = 0, end = 0;
  const auto r = std::from_chars(text.data(), text.data() + text.size(), begin);
  if (r.ptr != text.data() + text.size())
    std::from_chars(r.ptr + 1, text.data() + text.size(), end);
  return {begin, end};
}

Status add_past(Shared& shared, const store::RequestRow& row, RequestView& v) {
  auto similar = shared.store.similar(row, kMostPast);
  if (!similar) return similar.error();
  for (const auto& r : *similar) {
    auto decisions = shared.store.decisions(r.id);
    if (!decisions) return decisions.error();
    v.similar.push_back({r.id, r.submitted.substr(0, kMostPastText), r.state,
                         decisions->empty() ? "" : decisions->back().operator_name,
                         r.requested_at});
  }
  auto commands = shared.store.last_commands(row.session, kMostPast);
  if (!commands) return commands.error();
  for (const auto& c : *commands)
    v.session_commands.push_back({c.id, c.submitted.substr(0, kMostPastText), c.state,
                                  c.rule.substr(0, kMostSaid), c.submitted_at});
  auto texts = shared.store.of_shape(row.agent, row.target, row.shape, kMostPast);
  if (!texts) return texts.error();
  for (const auto& t : *texts) v.shape_texts.push_back(t.substr(0, kMostPastText));
  return Ok{};
}

Result<RequestView> view_of(Shared& shared, const store::RequestRow& r,
                            const std::vector<store::DecisionRow>& decisions) {
  RequestView v;
  v.id = r.id;
  v.digest = r.digest;
  v.agent = r.agent;
  v.target = r.target;
  v.account = r.account;
  v.command = r.submitted;
  v.canonical = r.canonical.value_or("");
  v.opaque = !r.canonical;
  v.opaque_reason = r.opaque_reason.substr(0, kMaxText);
  v.summary = r.summary.substr(0, kMaxText);
  for (std::size_t i = 0; i < r.effects.size() && i < kMostEffects; ++i) {
    const auto [begin, end] = range_of(r.effect_ranges[i]);
    v.effects.push_back({r.effects[i], begin, end, r.effect_reasons[i].substr(0, kMostReason)});
  }
  v.rule = r.rule.substr(0, kMaxText);
  v.session = r.session;
  v.justification = r.justification;
  v.input_sha256 = r.input_sha256;
  v.input_size = r.input.size();
  v.requested_at = r.requested_at;
  v.expires_at = expiry_of(r);
  for (const auto& d : decisions)
    if (d.approves()) ++v.approvals_have;
  v.shape = r.shape;
  v.state = r.state;
  v.review = r.review;
  v.escalated = r.escalated;
  v.waiting = shared.waiters.any(r.id);
  const auto c = case_of(r);
  if (!c) return v;  // of an older release, or damaged: nobody can decide on it
  const auto votes = votes_of(decisions);
  v.hold = c->hold;
  v.approvals_needed = c->hold.approvals();
  v.step = static_cast<std::uint32_t>(
      std::min(approval::standing(c->hold, votes).step + 1, c->hold.approvers.size()));
  v.deciders = approval::who_decides(c->hold, votes, shared.approvals.waited(r, Now::read()));
  if (auto terms = approval::decode_terms(r.terms)) {
    v.kind = terms->kind;
    v.cwd = terms->cwd;
  }
  return v;
}

}  // namespace

WallMs expiry_of(const store::RequestRow& r) {
  return r.state == name_of(approval::State::Approved) ? r.grant_expires_at.value_or(r.expires_at)
                                                       : r.expires_at;
}

Result<RequestView> brief_view(Shared& shared, const store::RequestRow& r) {
  auto decisions = shared.store.decisions(r.id);
  if (!decisions) return decisions.error();
  return view_of(shared, r, *decisions);
}

Result<RequestView> whole_view(Shared& shared, const store::RequestRow& r,
                               const approval::Person& who) {
  auto decisions = shared.store.decisions(r.id);
  if (!decisions) return decisions.error();
  auto v = view_of(shared, r, *decisions);
  if (!v) return v.error();
  v->environment = r.environment;
  v->input_head = r.input.substr(0, kInputHead);
  if (auto files = decode_files(r.files)) v->files = std::move(*files);
  for (const auto& d : *decisions | std::views::take(kMostDecisions))
    v->decisions.push_back({d.operator_name, approval::say_of(d.say).value_or(Say::Deny),
                            d.reason.substr(0, kMostSaid), d.proposal, d.key_fingerprint,
                            d.grant_ms, d.at});
  if (auto terms = approval::decode_terms(r.terms)) v->terms = std::move(*terms);
  if (const auto c = case_of(r))
    v->objection = approval::objection(
                       *c, approval::state_of(r.state).value_or(approval::State::Expired),
                       votes_of(*decisions), who, r.review == "wanted" ? Say::Review : Say::Approve,
                       shared.approvals.waited(r, Now::read()))
                       .value_or("")
                       .substr(0, kMaxText);
  if (auto s = add_past(shared, r, *v); !s) return s.error();
  return v;
}

}  // namespace hitl::broker
