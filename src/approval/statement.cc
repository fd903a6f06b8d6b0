// SPDX-License-Identifier: Apache-2.0
#include "approval/statement.h"

#include <fmt/format.h>

#include <algorithm>

#include "approval/terms.h"
#include "base/encoding.h"
#include "crypto/digest.h"
#include "crypto/ed25519.h"

namespace hitl::approval {
std::string quoted(std::string_view value) {
  const auto plain = [](unsigned char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; };
  if (!value.empty() && std::ranges::all_of(value, plain)) return std::string(value);
  std::string out = "\"";
  for (const unsigned char c : value) {
    if (plain(c) || c == ' ')
      out += static_cast<char>(c);
    else
      out += fmt::format("\\x{:02x}", c);
  }
  return out + '"';
}

std::string text_of(const Statement& s) {
  std::string out = "hitl-approval-v1\n";
  const auto field = [&](std::string_view name, std::string_view value) {
    out += fmt::format("{}: {}\n", name, quoted(value));
  };
  const auto& t = s.terms;
  field("bastion", s.bastion);
  field("request", s.request);
  field("nonce", hex(s.nonce));
  field("decision", name_of(s.choice.say));
  field("operator", s.operator_name);
  field("step", std::to_string(s.step));
  field("reason", s.choice.reason);
  field("proposal", s.choice.proposal);
  field("grant-ms", std::to_string(s.choice.grant.count()));
  field("grant-scope", s.choice.grant.count() == 0 ? "once"
                       : s.choice.grant_session    ? "session"
                                                   : "agent");
  field("grant-shape", s.choice.grant.count() == 0 ? "" : s.shape);
  field("issued", rfc3339(s.issued));
  field("expires", rfc3339(s.expires));
  field("agent", t.agent);
  field("target", t.target);
  field("address", t.address);
  field("account", t.account);
  for (const auto& k : t.host_keys) field("host-key", crypto::fingerprint(k));
  field("kind", t.kind);
  field("directory", t.cwd);
  field("earlier-lines", t.memory);
  field("prompt", t.prompt);
  field("understood", t.opaque ? "no" : "yes");
  field("command", t.text);
  for (const auto& [name, value] : t.environment) field("variable", name + "=" + value);
  field("input-sha256", t.has_input ? hex(t.input_sha256) : "");
  for (const auto& f : t.files) {
    field("runs-file", f.path);
    field("file-sha256", f.sha256.empty() ? "none" : hex(f.sha256));
  }
  field("policy", t.policy);
  if (!t.hidden.empty()) field("hidden-hmac", hex(t.hidden));
  field("digest", hex(digest(t)));
  return out;
}

}  // namespace hitl::approval
