// SPDX-License-Identifier: Apache-2.0
#include "broker/operator_session.h"

#include <charconv>
#include <ranges>

#include "base/log.h"
#include "base/visible.h"
#include "proto/operator_codec.h"
#include "sys/unix_socket.h"

namespace hitl::broker {
namespace {

using namespace operators;

constexpr std::uint8_t byte(Type t) { return static_cast<std::uint8_t>(t); }
constexpr std::size_t kMostQueued = 16u << 20;
// Of one Requests message, so that it stays below kMaxFrame.
constexpr std::size_t kPage = 1u << 20;
// Of one request, for the same end.
constexpr std::size_t kMostEffects = 1'000, kMostReason = 500, kMostDecisions = 64;

std::pair<std::uint32_t, std::uint32_t> range_of(std::string_view text) {
  std::uint32_t begin = 0, end = 0;
  const auto r = std::from_chars(text.data(), text.data() + text.size(), begin);
  if (r.ptr != text.data() + text.size())
    std::from_chars(r.ptr + 1, text.data() + text.size(), end);
  return {begin, end};
}

Result<RequestView> view_of(Shared& shared, const store::RequestRow& r, bool whole) {
  auto decisions = shared.store.decisions(r.id);
  if (!decisions) return decisions.error();
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
  v.expires_at = r.state == "approved" ? r.grant_expires_at.value_or(r.expires_at) : r.expires_at;
  v.approvals_needed = r.approvals_needed;
  for (const auto& d : *decisions)
    if (d.approved) ++v.approvals_have;
  v.approver_group = r.approver_group;
  v.state = r.state;
  v.waiting = shared.waiters.any(r.id);
  if (!whole) return v;
  v.environment = r.environment;
  v.input_head = r.input.substr(0, kInputHead);
  for (const auto& d : *decisions | std::views::take(kMostDecisions))
    v.decisions.push_back({d.operator_name, d.approved, d.reason, d.at});
  return v;
}

}  // namespace

const Route<OperatorSession> OperatorSession::kRoutes[] = {
    {byte(Type::Hello), Greeting, &OperatorSession::on_hello},
    {byte(Type::List), Open, &OperatorSession::on_list},
    {byte(Type::Show), Open, &OperatorSession::on_show},
    {byte(Type::Decide), Open, &OperatorSession::on_decide},
    {byte(Type::Watch), Open, &OperatorSession::on_watch},
};

OperatorSession::OperatorSession(Shared& shared, Fd socket, std::function<void()> on_end)
    : shared_(shared), socket_(socket.get()) {
  console_ = std::make_unique<Peer>(
      shared.loop, shared.turn, std::move(socket),
      [this](std::string_view frame) -> Status {
        if (console_->channel().queued() > kMostQueued)
          return fail(Errc::Limit, "the console does not read what it is told");
        return dispatch<OperatorSession>(*this, kRoutes, phase_, frame);
      },
      [this, end = std::move(on_end)](const Error& why) {
        if (why.code != Errc::Closed) log("console of {}: {}", who_.name, visible(why.what));
        end();
      });
  console_->channel().refuse_descriptors();
}

void OperatorSession::refuse(std::uint32_t tag, Why why, std::string text) {
  console_->say(operators::Refused{tag, why, text.substr(0, kMaxText)});
}

Status OperatorSession::on_hello(std::string_view frame) {
  auto m = proto::decode<Hello>(frame);
  if (!m) return m.error();
  phase_ = Refused;
  if (m->version != kVersion) {
    refuse(m->tag, Why::NotAllowed, "the console is of another version than the bastion");
    return Ok{};
  }
  const auto peer = sys::peer_of(socket_);
  if (!peer) return peer.error();
  auto name = shared_.directory.operator_of(peer->uid);
  if (!name) {
    log("a console was refused: {}", name.error().what);
    refuse(m->tag, Why::NotAllowed, name.error().what);
    return Ok{};
  }
  const auto& person = shared_.directory.person(*name);
  who_ = {*name, person.groups, person.roles};
  phase_ = Open;
  console_->say(Welcome{m->tag, kVersion, who_.name, who_.roles});
  return Ok{};
}

Status OperatorSession::on_list(std::string_view frame) {
  auto m = proto::decode<List>(frame);
  if (!m) return m.error();
  auto rows = shared_.store.requests(m->all, kMaxListed);
  if (!rows) return rows.error();
  Requests page{m->tag, {}, false};
  std::size_t bytes = 0;
  for (const auto& r : *rows) {
    auto v = view_of(shared_, r, false);
    if (!v) return v.error();
    const auto size = proto::encode(Request{0, *v}).size();
    if (bytes + size > kPage && !page.requests.empty()) {
      page.more = true;
      console_->say(std::exchange(page, Requests{m->tag, {}, false}));
      bytes = 0;
    }
    bytes += size;
    page.requests.push_back(std::move(*v));
  }
  console_->say(std::move(page));
  return Ok{};
}

Status OperatorSession::on_show(std::string_view frame) {
  auto m = proto::decode<Show>(frame);
  if (!m) return m.error();
  auto row = shared_.store.request(m->id);
  if (!row) {
    if (row.error().code == Errc::System) return row.error();
    refuse(m->tag, row.error().code == Errc::NotFound ? Why::NoSuchId : Why::Invalid,
           row.error().what);
    return Ok{};
  }
  auto v = view_of(shared_, *row, true);
  if (!v) return v.error();
  console_->say(Request{m->tag, std::move(*v)});
  return Ok{};
}

Status OperatorSession::on_decide(std::string_view frame) {
  auto m = proto::decode<Decide>(frame);
  if (!m) return m.error();
  auto decided = shared_.approvals.decide(who_, *m, Now::read());
  if (const auto* e = std::get_if<Error>(&decided)) return *e;
  if (auto* r = std::get_if<Approvals::Refusal>(&decided)) {
    refuse(m->tag, r->why, std::move(r->text));
    return Ok{};
  }
  const auto& row = std::get<store::RequestRow>(decided);
  shared_.turn.must_last();
  log("{} {} request {} of {} for {}", who_.name, m->approve ? "approved" : "denied", row.id,
      row.agent, row.target);
  shared_.feed.tell({0, m->approve ? "approved" : "denied", row.id, row.agent, row.target,
                     wall_now_ms(), who_.name + ": " + m->reason.substr(0, 2'000)});
  shared_.waiters.tell(row);
  shared_.deadlines_changed();
  auto v = view_of(shared_, row, true);
  if (!v) return v.error();
  console_->say(Decided{m->tag, std::move(*v)});
  return Ok{};
}

Status OperatorSession::on_watch(std::string_view frame) {
  auto m = proto::decode<Watch>(frame);
  if (!m) return m.error();
  watching_ = shared_.feed.add([this, tag = m->tag](const Event& event) {
    auto e = event;
    e.tag = tag;
    console_->say(std::move(e));
  });
  return Ok{};
}

}  // namespace hitl::broker
