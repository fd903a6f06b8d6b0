// SPDX-License-Identifier: Apache-2.0
// The fields of include/hitl/terms.h and hold.h in the order of the wire, each
// with its limit; the store keeps the same bytes.
#pragma once

#include "hitl/hold.h"
#include "hitl/limits.h"
#include "hitl/terms.h"

namespace hitl {

inline constexpr std::size_t kMostHostKeys = 64, kMostVariables = 256;
inline constexpr std::size_t kMaxKeyBlob = 16'384;
inline constexpr std::size_t kMaxTermsText = 512u << 10;
inline constexpr std::size_t kMostSteps = 256, kMostEscalations = 256;

template <class C>
void code(C& c, Terms& t) {
  c.string(t.agent, kMaxName);
  c.string(t.target, kMaxName);
  c.string(t.address, kMaxEnvValue);
  c.string(t.account, kMaxName);
  c.list(t.host_keys, kMostHostKeys, [](auto& d, auto& s) { d.string(s, kMaxKeyBlob); });
  c.string(t.kind, kMaxName);
  c.string(t.cwd, 2 * kMaxEnvValue);
  c.string(t.memory, kMaxTermsText);
  c.string(t.prompt, kMaxTermsText);
  c.boolean(t.opaque);
  c.string(t.text, kMaxTermsText);
  c.list(t.environment, kMostVariables, [](auto& d, auto& e) {
    d.string(e.first, kMaxEnvValue);
    d.string(e.second, 2 * kMaxEnvValue);
  });
  c.boolean(t.has_input);
  c.string(t.input_sha256, 32);
  c.string(t.policy, kMaxName);
  c.string(t.hidden, 32);
  c.list(t.files, kMostRunFiles, [](auto& d, auto& f) {
    d.string(f.path, kMaxEnvValue);
    d.string(f.sha256, 32);
  });
}

template <class C>
void code_milliseconds(C& c, std::chrono::milliseconds& d) {
  std::int64_t ms = d.count();
  c.i64(ms);
  d = std::chrono::milliseconds(ms);
}

template <class C>
void code(C& c, Hold& h) {
  c.list(h.approvers, kMostSteps, [](auto& d, auto& s) {
    d.string(s.group, kMaxName);
    d.u32(s.count);
  });
  c.list(h.escalate, kMostEscalations, [](auto& d, auto& e) {
    code_milliseconds(d, e.after);
    d.string(e.group, kMaxName);
    d.string(e.notify, kMaxName);
  });
  code_milliseconds(c, h.expires);
  code_milliseconds(c, h.grants);
  c.boolean(h.wait);
  c.boolean(h.justification);
  c.boolean(h.opaque_may_be_approved);
  c.enumerator(h.proof, Proof::Presence);
  c.string(h.break_glass, kMaxName);
}

}  // namespace hitl
