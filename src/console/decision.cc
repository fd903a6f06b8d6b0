// SPDX-License-Identifier: Apache-2.0
#include "console/decision.h"

#include <algorithm>

#include "approval/terms.h"
#include "crypto/digest.h"

namespace hitl::console {

bool needs_signature(const Identity& who, const operators::RequestView& r) {
  return who.must_sign || r.hold.proof != Proof::Peer;
}

Result<approval::Statement> statement_of(const Identity& who, const operators::RequestView& r,
                                         const operators::Decide& d) {
  const auto& t = r.terms;
  const auto differs = [&](const char* what) {
    return fail(Errc::Denied, std::string("the bastion shows another ") + what +
                                  " than it would approve: do not trust it");
  };
  if (r.nonce.empty()) return fail(Errc::Denied, "the request is not there as a whole yet");
  if (t.agent != r.agent) return differs("agent");
  if (t.target != r.target || t.account != r.account) return differs("target");
  if (t.opaque != r.opaque) return differs("command");
  if (r.opaque ? t.text != r.command : t.memory + t.text != r.canonical) return differs("command");
  if (t.kind != r.kind || t.cwd != r.cwd) return differs("place");
  if (t.input_sha256 != r.input_sha256) return differs("input");
  for (const auto& e : r.environment)
    if (std::ranges::none_of(t.environment,
                             [&](const auto& v) { return v.first + "=" + v.second == e; }))
      return differs("environment");
  const bool whole = r.input_head.size() == r.input_size;
  if (t.has_input && whole && crypto::sha256(r.input_head) != t.input_sha256)
    return differs("input");
  if (t.has_input && !whole && d.say != operators::Say::Deny)
    return fail(Errc::Denied,
                "its input is too long to be shown here: decide on the bastion's host");
  for (const auto& f : t.files) {
    const auto shown = std::ranges::find(r.files, f.path, &operators::RunFile::path);
    if (shown == r.files.end() || shown->sha256 != f.sha256) return differs("file");
    if (shown->note.empty() && !f.sha256.empty() && crypto::sha256(shown->head) != f.sha256)
      return differs("file");
  }
  if (approval::digest(t) != r.digest || d.digest != r.digest) return differs("digest");
  approval::Statement s;
  s.bastion = who.bastion;
  s.request = r.id;
  s.nonce = r.nonce;
  s.operator_name = who.operator_name;
  s.step = r.step;
  s.shape = r.shape;
  s.choice = {d.say, d.reason, d.proposal, std::chrono::milliseconds(d.grant_ms), d.grant_session};
  s.issued = r.issued_at;
  s.expires = r.expires_at;
  s.terms = t;
  return s;
}

}  // namespace hitl::console
