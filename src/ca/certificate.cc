// SPDX-License-Identifier: Apache-2.0
#include "ca/certificate.h"

#include <algorithm>

#include "base/wire.h"
#include "crypto/digest.h"

namespace hitl::ca {
namespace {

constexpr std::uint32_t kUserCertificate = 1;

std::string string_of(std::string_view s) {
  WireWriter w;
  w.string(s);
  return std::move(w).bytes();
}

}  // namespace

Result<std::string> sign(const crypto::Ed25519Key& authority, const Certificate& c) {
  if (c.public_key.size() != 32) return fail(Errc::Invalid, "certificate: key is not Ed25519");
  if (c.principals.empty() ||
      std::ranges::any_of(c.principals, [](const auto& p) { return p.empty(); }))
    return fail(Errc::Invalid, "certificate: a principal is missing");
  if (c.force_command.empty() || c.source_address.empty())
    return fail(Errc::Invalid, "certificate: force-command or source-address is missing");
  if (c.valid_before <= c.valid_after) return fail(Errc::Invalid, "certificate: empty validity");

  std::string principals;
  for (const auto& p : c.principals) principals += string_of(p);
  // In lexical order, each value a string inside a string.
  WireWriter options;
  options.string("force-command");
  options.string(string_of(c.force_command));
  options.string("source-address");
  options.string(string_of(c.source_address));

  WireWriter w;
  w.string("ssh-ed25519-cert-v01@openssh.com");
  w.string(crypto::random_bytes(32));
  w.string(c.public_key);
  w.u64(c.serial);
  w.u32(kUserCertificate);
  w.string(c.key_id);
  w.string(principals);
  w.u64(c.valid_after);
  w.u64(c.valid_before);
  w.string(options.bytes());
  // No forwarding of any kind, no user rc.
  WireWriter extensions;
  if (c.terminal) {
    extensions.string("permit-pty");
    extensions.string("");
  }
  w.string(extensions.bytes());
  w.string("");  // reserved
  w.string(crypto::ed25519_blob(authority.public_key()));
  WireWriter signature;
  signature.string("ssh-ed25519");
  signature.string(authority.sign(w.bytes()));
  w.string(signature.bytes());
  return std::move(w).bytes();
}

}  // namespace hitl::ca
