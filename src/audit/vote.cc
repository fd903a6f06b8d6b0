// SPDX-License-Identifier: Apache-2.0
#include "audit/vote.h"

#include <algorithm>

#include "approval/statement.h"
#include "base/encoding.h"
#include "crypto/ed25519.h"
#include "crypto/sshsig.h"

namespace hitl::audit {
namespace {

bool has_line(std::string_view text, std::string_view line) {
  for (auto at = text.find(line); at != std::string_view::npos; at = text.find(line, at + 1))
    if ((at == 0 || text[at - 1] == '\n') &&
        (at + line.size() == text.size() || text[at + line.size()] == '\n'))
      return true;
  return false;
}

}  // namespace

Status check_vote(const store::DecisionRow& d, const std::string* operators) {
  const auto wrong = [](std::string what) { return fail(Errc::Denied, std::move(what)); };
  const auto sig = crypto::verify_sshsig(d.signature, approval::kNamespace, d.statement);
  if (!sig) return wrong("its signature does not fit: " + sig.error().what);
  if (crypto::fingerprint(sig->key) != d.key_fingerprint)
    return wrong("it is signed by another key than it says");
  for (const auto& line :
       {"request: " + d.request, "operator: " + d.operator_name, "decision: " + d.say,
        "reason: " + approval::quoted(d.reason), "proposal: " + approval::quoted(d.proposal),
        "grant-ms: " + std::to_string(d.grant_ms), "digest: " + hex(d.digest)})
    if (!has_line(d.statement, line))
      return wrong("what was signed is not what it says (" + line.substr(0, line.find(':')) + ")");
  if (operators == nullptr) return Ok{};
  for (std::string_view rest = *operators; !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.starts_with(d.operator_name + " ") && line.ends_with(" " + base64(sig->key)))
      return Ok{};
  }
  return wrong("its key was not one of this operator's then");
}

}  // namespace hitl::audit
