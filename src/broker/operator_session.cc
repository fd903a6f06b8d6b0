// SPDX-License-Identifier: Apache-2.0
#include "broker/operator_session.h"

#include <algorithm>

#include "approval/statement.h"
#include "approval/terms.h"
#include "base/log.h"
#include "base/visible.h"
#include "broker/request_view.h"
#include "crypto/digest.h"
#include "crypto/ed25519.h"
#include "crypto/sshsig.h"
#include "proto/operator_codec.h"
#include "sys/unix_socket.h"

namespace hitl::broker {
namespace {

using namespace operators;

constexpr std::uint8_t byte(Type t) { return static_cast<std::uint8_t>(t); }
constexpr std::size_t kMostQueued = 16u << 20;
// Of one Requests message, so that it stays below kMaxFrame.
constexpr std::size_t kPage = 1u << 20;
constexpr std::size_t kMostNonces = 64, kNonce = 32;

// For events and the log.
const char* done_by(Say say) {
  switch (say) {
    case Say::Approve:
      return "approved";
    case Say::Deny:
      return "denied";
    case Say::Propose:
      return "proposed";
    case Say::BreakGlass:
      return "broke-glass";
    case Say::Review:
      return "reviewed";
  }
  return "";
}

}  // namespace

const Route<OperatorSession> OperatorSession::kRoutes[] = {
    {byte(Type::Hello), Greeting, &OperatorSession::on_hello},
    {byte(Type::List), Open, &OperatorSession::on_list},
    {byte(Type::Show), Open, &OperatorSession::on_show},
    {byte(Type::Decide), Open, &OperatorSession::on_decide},
    {byte(Type::Watch), Open, &OperatorSession::on_watch},
    {byte(Type::Sessions), Open, &OperatorSession::on_sessions},
    {byte(Type::Control), Open, &OperatorSession::on_control},
    {byte(Type::Grants), Open, &OperatorSession::on_grants},
    {byte(Type::Revoke), Open, &OperatorSession::on_revoke},
    {byte(Type::Look), Open, &OperatorSession::on_look},
    {byte(Type::Keep), Open, &OperatorSession::on_keep},
    {byte(Type::Prune), Open, &OperatorSession::on_prune},
    {byte(Type::Watched), Open, &OperatorSession::on_watched},
};

OperatorSession::OperatorSession(Shared& shared, Fd socket, std::optional<std::string> remote,
                                 std::function<void()> on_end)
    : shared_(shared),
      socket_(socket.get()),
      remote_(std::move(remote)),
      on_end_(std::move(on_end)) {
  console_ = std::make_unique<Peer>(
      shared.loop, shared.turn, std::move(socket),
      [this](std::string_view frame) -> Status {
        if (console_->unsent() > kMostQueued)
          return fail(Errc::Limit, "the console does not read what it is told");
        return dispatch<OperatorSession>(*this, kRoutes, phase_, frame);
      },
      [this](const Error& why) {
        if (why.code != Errc::Closed) log("console of {}: {}", who_.name, visible(why.what));
        const auto end = std::move(on_end_);  // it destroys this, and would itself with it
        end();
      });
  console_->channel().refuse_descriptors();
}

template <class M>
void OperatorSession::tell(M message) {
  if (ending_) return;
  if (console_->unsent() <= kMostQueued) return console_->say(std::move(message));
  // Later: whoever tells it may not lose it in the middle.
  ending_ = shared_.loop.after(std::chrono::nanoseconds(0), [this] {
    log("console of {}: it does not read what it is told", who_.name);
    const auto end = std::move(on_end_);
    end();
  });
}
template void OperatorSession::tell(operators::Event);
template void OperatorSession::tell(operators::Output);

void OperatorSession::refuse(std::uint32_t tag, Why why, std::string text) {
  console_->say(operators::Refused{tag, why, text.substr(0, kMaxText)});
}

bool OperatorSession::has_role(std::string_view role) const {
  return std::ranges::find(who_.roles, role) != who_.roles.end();
}

Result<std::string> OperatorSession::identify() const {
  if (remote_) return *remote_;
  const auto peer = sys::peer_of(socket_);
  if (!peer) return peer.error();
  return shared_.directory.operator_of(peer->uid);
}

Status OperatorSession::on_hello(std::string_view frame) {
  auto m = proto::decode<Hello>(frame);
  if (!m) return m.error();
  phase_ = Refused;
  if (m->version != kVersion) {
    refuse(m->tag, Why::NotAllowed, "the console is of another version than the bastion");
    return Ok{};
  }
  auto name = identify();
  if (!name) {
    if (name.error().code != Errc::Denied) return name.error();
    log("a console was refused: {}", name.error().what);
    refuse(m->tag, Why::NotAllowed, name.error().what);
    return Ok{};
  }
  const auto& person = shared_.directory.person(*name);
  who_ = {*name, person.groups, person.roles};
  phase_ = Open;
  Welcome welcome{m->tag,      kVersion,         who_.name, who_.roles,
                  who_.groups, shared_.instance, {},        remote_.has_value()};
  for (const auto& k : person.keys) welcome.keys.push_back(k.blob);
  console_->say(std::move(welcome));
  return Ok{};
}

// ---- requests --------------------------------------------------------------

Status OperatorSession::on_list(std::string_view frame) {
  auto m = proto::decode<List>(frame);
  if (!m) return m.error();
  auto rows = m->reviews ? shared_.store.reviews() : shared_.store.requests(m->all, kMaxListed);
  if (!rows) return rows.error();
  Requests page{m->tag, {}, false};
  std::size_t bytes = 0;
  for (const auto& r : *rows) {
    auto v = brief_view(shared_, r);
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

std::string OperatorSession::fresh_nonce(const std::string& request) {
  // The oldest goes: whoever looks at that many again gets a new one.
  if (nonces_.size() >= kMostNonces)
    nonces_.erase(
        std::ranges::min_element(nonces_, {}, [](const auto& n) { return n.second.issued; }));
  auto nonce = crypto::random_bytes(kNonce);
  nonces_[nonce] = {request, wall_now_ms()};
  return nonce;
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
  auto v = whole_view(shared_, *row, who_);
  if (!v) return v.error();
  v->nonce = fresh_nonce(row->id);
  v->issued_at = nonces_.at(v->nonce).issued;
  console_->say(Request{m->tag, std::move(*v)});
  return Ok{};
}

// The statement is made of what is stored here: a signature over anything else
// does not fit it.
Result<Approvals::Evidence> OperatorSession::evidence(const Decide& d) {
  if (d.signature.empty()) {
    if (remote_) return fail(Errc::Denied, "a decision that comes over a network must be signed");
    return Approvals::Evidence{};
  }
  const auto nonce = nonces_.extract(d.nonce);
  if (nonce.empty() || nonce.mapped().request != d.id)
    return fail(Errc::Denied,
                "the nonce of the signature is not of this request: look at it again");
  auto row = shared_.store.request(d.id);
  if (!row) return row.error();
  auto terms = approval::decode_terms(row->terms);
  const auto c = case_of(*row);
  auto decisions = shared_.store.decisions(row->id);
  if (!decisions) return decisions.error();
  if (!terms || !c) return fail(Errc::Denied, "the request cannot be decided by signature");

  approval::Statement s;
  s.bastion = shared_.instance;
  s.request = row->id;
  s.nonce = d.nonce;
  s.operator_name = who_.name;
  s.step = static_cast<std::uint32_t>(std::min(
      approval::standing(c->hold, votes_of(*decisions)).step + 1, c->hold.approvers.size()));
  s.shape = row->shape;
  s.choice = {d.say, d.reason, d.proposal, std::chrono::milliseconds(d.grant_ms), d.grant_session};
  s.issued = nonce.mapped().issued;
  s.expires = expiry_of(*row);
  s.terms = std::move(*terms);
  const auto text = approval::text_of(s);
  const auto verified = crypto::verify_sshsig(d.signature, approval::kNamespace, text);
  if (!verified)
    return fail(Errc::Denied, verified.error().what +
                                  ": what was signed is not this request as "
                                  "it stands now (look at it again)");
  const auto& keys = shared_.directory.person(who_.name).keys;
  if (std::ranges::find(keys, verified->key, &config::PublicKey::blob) == keys.end())
    return fail(Errc::Denied, "the decision is signed by a key that is not one of " + who_.name);
  return Approvals::Evidence{verified->was_present ? Proof::Presence : Proof::Signature, text,
                             d.signature, crypto::fingerprint(verified->key)};
}

Status OperatorSession::on_decide(std::string_view frame) {
  auto m = proto::decode<Decide>(frame);
  if (!m) return m.error();
  auto proof = evidence(*m);
  if (!proof) {
    if (proof.error().code == Errc::System) return proof.error();
    if (proof.error().code == Errc::Denied)
      log("{}: a decision on {} was refused: {}", who_.name, visible(m->id),
          visible(proof.error().what));
    refuse(m->tag, proof.error().code == Errc::NotFound ? Why::NoSuchId : Why::NotAllowed,
           proof.error().what);
    return Ok{};
  }
  auto decided = shared_.approvals.decide(who_, *m, *proof, Now::read());
  if (const auto* e = std::get_if<Error>(&decided)) return *e;
  if (auto* r = std::get_if<Approvals::Refusal>(&decided)) {
    refuse(m->tag, r->why, std::move(r->text));
    return Ok{};
  }
  const auto& row = std::get<store::RequestRow>(decided);
  shared_.turn.must_last();
  log("{} {} request {} of {} for {}", who_.name, done_by(m->say), row.id, row.agent, row.target);
  shared_.feed.tell({0, done_by(m->say), row.id, row.agent, row.target, wall_now_ms(),
                     who_.name + ": " + m->reason.substr(0, 2'000)});
  shared_.waiters.tell(row);
  shared_.deadlines_changed();
  auto v = whole_view(shared_, row, who_);
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
    tell(std::move(e));
  });
  return Ok{};
}

}  // namespace hitl::broker
