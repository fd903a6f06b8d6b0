// SPDX-License-Identifier: Apache-2.0
#include "broker/bound.h"

#include "base/wire.h"
#include "crypto/digest.h"

namespace hitl::broker {

const std::string& Bound::bytes() const {
  return is_opaque() ? std::get<RawText>(text).bytes() : std::get<CanonicalText>(text).bytes();
}

std::string Bound::digest() const {
  WireWriter w;
  w.string("hitl-request-v2");
  w.string(agent);
  w.string(target);
  w.string(address);
  w.string(account);
  w.u32(static_cast<std::uint32_t>(host_keys.size()));
  for (const auto& k : host_keys) w.string(k);
  w.string(kind);
  w.string(cwd);
  w.string(memory);
  w.string(prompt);
  w.boolean(is_opaque());
  w.string(bytes());
  w.u32(static_cast<std::uint32_t>(environment.size()));
  for (const auto& [name, value] : environment) {
    w.string(name);
    w.string(value);
  }
  w.boolean(has_input);
  w.string(has_input ? crypto::sha256(input) : "");
  w.string(policy);
  return crypto::sha256(w.bytes());
}

}  // namespace hitl::broker
