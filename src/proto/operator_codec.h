// SPDX-License-Identifier: Apache-2.0
// The fields of include/hitl/operator_protocol.h in the order of the wire, once
// for both directions, each with its limit.
#pragma once

#include "base/wire.h"
#include "hitl/limits.h"
#include "hitl/operator_protocol.h"
#include "proto/message.h"

namespace hitl::operators {

inline constexpr std::size_t kMaxText = 4'096;
inline constexpr std::size_t kMaxList = 4'096;

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
}
template <class C>
void code(C& c, List& m) {
  c.u32(m.tag);
  c.boolean(m.all);
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
  c.boolean(m.approved);
  c.string(m.reason, kMaxReason);
  c.i64(m.at);
}
template <class C>
void code(C& c, RequestView& m) {
  c.string(m.id, kMaxName);
  c.string(m.digest, 32);
  c.string(m.agent, kMaxName);
  c.string(m.target, kMaxName);
  c.string(m.account, kMaxName);
  c.string(m.command, kMaxCommand);
  c.string(m.canonical, kMaxWrapped);
  c.boolean(m.opaque);
  c.string(m.opaque_reason, kMaxText);
  c.string(m.summary, kMaxText);
  c.list(m.effects, kMaxList, [](auto& d, auto& e) { code(d, e); });
  c.string(m.rule, kMaxText);
  c.string(m.session, kMaxName);
  c.string(m.justification, kMaxReason);
  c.list(m.environment, 2 * kMaxEnv, [](auto& d, auto& s) { d.string(s, 2 * kMaxEnvValue); });
  c.string(m.input_sha256, 32);
  c.u64(m.input_size);
  c.string(m.input_head, kInputHead);
  c.i64(m.requested_at);
  c.i64(m.expires_at);
  c.u32(m.approvals_needed);
  c.u32(m.approvals_have);
  c.string(m.approver_group, kMaxName);
  c.string(m.state, kMaxName);
  c.boolean(m.waiting);
  c.list(m.decisions, kMaxList, [](auto& d, auto& e) { code(d, e); });
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
  c.boolean(m.approve);
  c.string(m.reason, kMaxReason);
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

constexpr Type type_of(const Hello&) { return Type::Hello; }
constexpr Type type_of(const List&) { return Type::List; }
constexpr Type type_of(const Show&) { return Type::Show; }
constexpr Type type_of(const Decide&) { return Type::Decide; }
constexpr Type type_of(const Watch&) { return Type::Watch; }
constexpr Type type_of(const Welcome&) { return Type::Welcome; }
constexpr Type type_of(const Requests&) { return Type::Requests; }
constexpr Type type_of(const Request&) { return Type::Request; }
constexpr Type type_of(const Decided&) { return Type::Decided; }
constexpr Type type_of(const Refused&) { return Type::Refused; }
constexpr Type type_of(const Event&) { return Type::Event; }

}  // namespace hitl::operators
