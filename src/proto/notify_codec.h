// SPDX-License-Identifier: Apache-2.0
// The fields of include/hitl/notify_protocol.h in the order of the wire.
#pragma once

#include <string>
#include <string_view>

#include "base/wire.h"
#include "hitl/limits.h"
#include "hitl/notify_protocol.h"

namespace hitl::notify {

inline constexpr std::size_t kMostWords = 4'096;

template <class C>
void code(C& c, Happened& m) {
  c.string(m.to, kMaxName);
  c.string(m.event, kMaxName);
  c.string(m.id, kMaxName);
  c.string(m.agent, kMaxName);
  c.string(m.target, kMaxName);
  c.i64(m.at);
  c.string(m.text, kMostWords);
  c.string(m.state, kMaxName);
  c.string(m.command, kMostWords);
  c.string(m.rule, kMostWords);
  c.string(m.deciders, kMostWords);
  c.i64(m.expires_at);
}

inline std::string encode(Happened m) {
  WireWriter w;
  code(w, m);
  return std::move(w).bytes();
}

inline Result<Happened> decode(std::string_view frame) {
  WireReader r(frame);
  Happened m;
  code(r, m);
  if (auto s = r.finish(); !s) return s.error();
  return m;
}

}  // namespace hitl::notify
