// SPDX-License-Identifier: Apache-2.0
// The fields of include/hitl/operator_protocol.h in the order of the wire, once
// for both directions, each with its limit.
#pragma once

#include "base/wire.h"
#include "hitl/limits.h"
#include "hitl/operator_protocol.h"
#include "proto/message.h"
#include "proto/terms_codec.h"

namespace hitl::operators {

inline constexpr std::size_t kMaxText = 4'096;
inline constexpr std::size_t kMaxList = 4'096;
inline constexpr std::size_t kMaxGroups = 256;
inline constexpr std::size_t kMaxPast = 64;
inline constexpr std::size_t kMaxOutput = 1u << 20;

template <class C>
void code(C& c, Hello& m) {
  c.u32(m.tag);
  c.u32(m.version);
}
template <class C>
void code(C& c, Welcome& m) {
  c.u32(m.tag);
  c.u32(m.version);
  c.string(m.operator_name, kMaxName);
  c.list(m.roles, 16, [](auto& d, auto& s) { d.string(s, kMaxName); });
  c.list(m.groups, kMaxGroups, [](auto& d, auto& s) { d.string(s, kMaxName); });
  c.string(m.bastion, kMaxText);
  c.list(m.keys, kMostHostKeys, [](auto& d, auto& s) { d.string(s, kMaxKeyBlob); });
  c.boolean(m.must_sign);
}
template <class C>
void code(C& c, List& m) {
  c.u32(m.tag);
  c.boolean(m.all);
  c.boolean(m.reviews);
}
template <class C>
void code(C& c, Show& m) {
  c.u32(m.tag);
  c.string(m.id, kMaxName);
}
template <class C>
void code(C& c, Watch& m) {
  c.u32(m.tag);
}
template <class C>
void code(C& c, Effect& m) {
  c.string(m.name, kMaxName);
  c.u32(m.begin);
  c.u32(m.end);
  c.string(m.reason, kMaxText);
}
template <class C>
void code(C& c, Decision& m) {
  c.string(m.operator_name, kMaxName);
  c.enumerator(m.say, Say::Review);
  c.string(m.reason, kMaxReason);
  c.string(m.proposal, kMaxCommand);
  c.string(m.key_fingerprint, kMaxText);
  c.u64(m.grant_ms);
  c.i64(m.at);
}
template <class C>
void code(C& c, Past& m) {
  c.string(m.id, kMaxName);
  c.string(m.text, kMaxText);
  c.string(m.state, kMaxName);
  c.string(m.by, kMaxText);
  c.i64(m.at);
}
template <class C>
void code(C& c, RunFile& m) {
  c.string(m.path, kMaxEnvValue);
  c.string(m.sha256, 32);
  c.u64(m.size);
  c.string(m.head, kFileHeads);
  c.string(m.note, kMaxText);
  c.boolean(m.bound);
}
template <class C>
void code(C& c, RequestView& m) {
  c.string(m.id, kMaxName);
  c.string(m.digest, 32);
  c.string(m.agent, kMaxName);
  c.string(m.target, kMaxName);
  c.string(m.account, kMaxName);
  c.string(m.command, kMaxCommand);
  c.string(m.canonical, kMaxTermsText);
  c.boolean(m.opaque);
  c.string(m.opaque_reason, kMaxText);
  c.string(m.summary, kMaxText);
  c.list(m.effects, kMaxList, [](auto& d, auto& e) { code(d, e); });
  c.string(m.rule, kMaxText);
  c.string(m.session, kMaxName);
  c.string(m.justification, kMaxReason);
  c.list(m.environment, 2 * kMaxEnv, [](auto& d, auto& s) { d.string(s, 2 * kMaxEnvValue); });
  c.string(m.kind, kMaxName);
  c.string(m.cwd, 2 * kMaxEnvValue);
  c.string(m.input_sha256, 32);
  c.u64(m.input_size);
  c.string(m.input_head, kInputHead);
  c.list(m.files, 2 * kMostRunFiles, [](auto& d, auto& f) { code(d, f); });
  c.i64(m.requested_at);
  c.i64(m.expires_at);
  c.u32(m.approvals_needed);
  c.u32(m.approvals_have);
  code(c, m.hold);
  c.u32(m.step);
  c.list(m.deciders, kMostEscalations + 1, [](auto& d, auto& s) { d.string(s, kMaxName); });
  c.u32(m.escalated);
  c.string(m.shape, kMaxText);
  c.string(m.state, kMaxName);
  c.string(m.review, kMaxName);
  c.boolean(m.waiting);
  c.string(m.objection, kMaxText);
  c.list(m.decisions, kMaxList, [](auto& d, auto& e) { code(d, e); });
  c.list(m.similar, kMaxPast, [](auto& d, auto& e) { code(d, e); });
  c.list(m.session_commands, kMaxPast, [](auto& d, auto& e) { code(d, e); });
  c.list(m.shape_texts, kMaxPast, [](auto& d, auto& s) { d.string(s, kMaxText); });
  code(c, m.terms);
  c.string(m.nonce, 32);
  c.i64(m.issued_at);
}
template <class C>
void code(C& c, Requests& m) {
  c.u32(m.tag);
  c.list(m.requests, kMaxListed, [](auto& d, auto& r) { code(d, r); });
  c.boolean(m.more);
}
template <class C>
void code(C& c, Request& m) {
  c.u32(m.tag);
  code(c, m.request);
}
template <class C>
void code(C& c, Decide& m) {
  c.u32(m.tag);
  c.string(m.id, kMaxName);
  c.string(m.digest, 32);
  c.enumerator(m.say, Say::Review);
  c.string(m.reason, kMaxReason);
  c.string(m.proposal, kMaxCommand);
  c.u64(m.grant_ms);
  c.boolean(m.grant_session);
  c.string(m.nonce, 32);
  c.string(m.signature, kMaxKeyBlob);
}
template <class C>
void code(C& c, Decided& m) {
  c.u32(m.tag);
  code(c, m.request);
}
template <class C>
void code(C& c, Refused& m) {
  c.u32(m.tag);
  c.enumerator(m.why, Why::Invalid);
  c.string(m.text, kMaxText);
}
template <class C>
void code(C& c, Event& m) {
  c.u32(m.tag);
  c.string(m.event, kMaxName);
  c.string(m.id, kMaxName);
  c.string(m.agent, kMaxName);
  c.string(m.target, kMaxName);
  c.i64(m.at);
  c.string(m.text, kMaxText);
}

template <class C>
void code(C& c, Sessions& m) {
  c.u32(m.tag);
}
template <class C>
void code(C& c, SessionView& m) {
  c.string(m.id, kMaxName);
  c.string(m.agent, kMaxName);
  c.string(m.target, kMaxName);
  c.string(m.account, kMaxName);
  c.string(m.client_addr, kMaxText);
  c.i64(m.started_at);
  c.u32(m.commands);
  c.u32(m.held);
  c.u32(m.denied);
  c.string(m.paused, kMaxText);
  c.string(m.running, kMaxText);
}
template <class C>
void code(C& c, SessionList& m) {
  c.u32(m.tag);
  c.list(m.sessions, kMaxListed, [](auto& d, auto& e) { code(d, e); });
}
template <class C>
void code(C& c, Control& m) {
  c.u32(m.tag);
  c.string(m.session, kMaxName);
  c.string(m.agent, kMaxName);
  c.enumerator(m.action, Action::Kill);
  c.string(m.reason, kMaxReason);
}
template <class C>
void code(C& c, Done& m) {
  c.u32(m.tag);
  c.string(m.text, kMaxText);
}
template <class C>
void code(C& c, Grants& m) {
  c.u32(m.tag);
}
template <class C>
void code(C& c, GrantView& m) {
  c.string(m.id, kMaxName);
  c.string(m.agent, kMaxName);
  c.string(m.target, kMaxName);
  c.string(m.account, kMaxName);
  c.string(m.shape, kMaxText);
  c.string(m.session, kMaxName);
  c.string(m.given_by, kMaxName);
  c.i64(m.given_at);
  c.i64(m.expires_at);
  c.u64(m.uses);
}
template <class C>
void code(C& c, GrantList& m) {
  c.u32(m.tag);
  c.list(m.grants, kMaxListed, [](auto& d, auto& e) { code(d, e); });
}
template <class C>
void code(C& c, Revoke& m) {
  c.u32(m.tag);
  c.string(m.id, kMaxName);
}
template <class C>
void code(C& c, Keep& m) {
  c.u32(m.tag);
  c.string(m.session, kMaxName);
  c.boolean(m.release);
  c.string(m.reason, kMaxReason);
}
template <class C>
void code(C& c, Prune& m) {
  c.u32(m.tag);
  c.boolean(m.dry_run);
}
template <class C>
void code(C& c, Watched& m) {
  c.u32(m.tag);
  c.enumerator(m.how, Opening::Search);
  c.list(m.sessions, kMaxWatched, [](auto& d, auto& s) { d.string(s, kMaxName); });
}
template <class C>
void code(C& c, Look& m) {
  c.u32(m.tag);
  c.string(m.session, kMaxName);
}
template <class C>
void code(C& c, Output& m) {
  c.u32(m.tag);
  auto code = static_cast<std::uint8_t>(m.code);
  c.u8(code);
  m.code = static_cast<char>(code);
  c.string(m.bytes, kMaxOutput);
}

constexpr Type type_of(const Hello&) { return Type::Hello; }
constexpr Type type_of(const List&) { return Type::List; }
constexpr Type type_of(const Show&) { return Type::Show; }
constexpr Type type_of(const Decide&) { return Type::Decide; }
constexpr Type type_of(const Watch&) { return Type::Watch; }
constexpr Type type_of(const Sessions&) { return Type::Sessions; }
constexpr Type type_of(const Control&) { return Type::Control; }
constexpr Type type_of(const Grants&) { return Type::Grants; }
constexpr Type type_of(const Revoke&) { return Type::Revoke; }
constexpr Type type_of(const Keep&) { return Type::Keep; }
constexpr Type type_of(const Prune&) { return Type::Prune; }
constexpr Type type_of(const Watched&) { return Type::Watched; }
constexpr Type type_of(const Look&) { return Type::Look; }
constexpr Type type_of(const SessionList&) { return Type::SessionList; }
constexpr Type type_of(const GrantList&) { return Type::GrantList; }
constexpr Type type_of(const Done&) { return Type::Done; }
constexpr Type type_of(const Output&) { return Type::Output; }
constexpr Type type_of(const Welcome&) { return Type::Welcome; }
constexpr Type type_of(const Requests&) { return Type::Requests; }
constexpr Type type_of(const Request&) { return Type::Request; }
constexpr Type type_of(const Decided&) { return Type::Decided; }
constexpr Type type_of(const Refused&) { return Type::Refused; }
constexpr Type type_of(const Event&) { return Type::Event; }

}  // namespace hitl::operators
