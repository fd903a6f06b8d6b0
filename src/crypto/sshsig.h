// SPDX-License-Identifier: Apache-2.0
// SSH signatures of files (OpenSSH's PROTOCOL.sshsig), as `ssh-keygen -Y sign`
// makes them: Ed25519, ECDSA on the NIST curves, RSA with SHA-2, and both kinds
// of FIDO keys (PROTOCOL.u2f).  Verification only: signing is the owner's.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hitl::crypto {

// Largest armored signature that is looked at, in bytes.
inline constexpr std::size_t kMaxSshSig = 16'384;

struct SshSig {
  std::string key;           // the public key blob that made it
  bool was_present = false;  // a FIDO key that was touched
};

// Checks `armored` ("-----BEGIN SSH SIGNATURE-----" …) over `message`.  Who may
// sign is the caller's to check, by the key.  Errc::Protocol for what is no
// signature, Errc::Denied for one that does not fit.
Result<SshSig> verify_sshsig(std::string_view armored, std::string_view name_space,
                             std::string_view message);

}  // namespace hitl::crypto
