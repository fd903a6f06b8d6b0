// SPDX-License-Identifier: Apache-2.0
#include "approval/terms.h"

#include <algorithm>

#include "base/wire.h"
#include "crypto/digest.h"
#include "proto/terms_codec.h"

namespace hitl::approval {

std::string encode(Terms terms) {
  WireWriter w;
  code(w, terms);
  return std::move(w).bytes();
}

Result<Terms> decode_terms(std::string_view bytes) {
  const auto read = [](std::string_view in) -> Result<Terms> {
    WireReader r(in);
    Terms terms;
    code(r, terms);
    if (auto s = r.finish(); !s) return s.error();
    return terms;
  };
  auto terms = read(bytes);
  if (terms) return terms;
  // Stored before there were the last two fields: as if they were empty.
  WireWriter none;
  none.string("");
  none.u32(0);
  auto older = read(std::string(bytes) + none.bytes());
  return older ? std::move(older) : std::move(terms);
}

std::string encode(Hold hold) {
  WireWriter w;
  code(w, hold);
  return std::move(w).bytes();
}

Result<Hold> decode_hold(std::string_view bytes) {
  WireReader r(bytes);
  Hold hold;
  code(r, hold);
  if (auto s = r.finish(); !s) return s.error();
  // No step, or one that asks nobody, would be an approval by nobody.
  const auto& steps = hold.approvers;
  if (steps.empty() || std::ranges::find(steps, 0U, &Step::count) != steps.end())
    return fail(Errc::Protocol, "a hold that asks nobody");
  return hold;
}

std::string digest(const Terms& t) {
  WireWriter w;
  // As it was before there were these, where there are none.
  const bool newer = !t.hidden.empty() || !t.files.empty();
  w.string(newer ? "hitl-request-v3" : "hitl-request-v2");
  w.string(t.agent);
  w.string(t.target);
  w.string(t.address);
  w.string(t.account);
  w.u32(static_cast<std::uint32_t>(t.host_keys.size()));
  for (const auto& k : t.host_keys) w.string(k);
  w.string(t.kind);
  w.string(t.cwd);
  w.string(t.memory);
  w.string(t.prompt);
  w.boolean(t.opaque);
  w.string(t.text);
  w.u32(static_cast<std::uint32_t>(t.environment.size()));
  for (const auto& [name, value] : t.environment) {
    w.string(name);
    w.string(value);
  }
  w.boolean(t.has_input);
  w.string(t.input_sha256);
  w.string(t.policy);
  if (newer) {
    w.string(t.hidden);
    w.u32(static_cast<std::uint32_t>(t.files.size()));
    for (const auto& f : t.files) {
      w.string(f.path);
      w.string(f.sha256);
    }
  }
  return crypto::sha256(w.bytes());
}

}  // namespace hitl::approval
