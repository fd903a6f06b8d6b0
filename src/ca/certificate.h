// SPDX-License-Identifier: Apache-2.0
// OpenSSH user certificates: made for one command each, and read back.
//
// Format: OpenSSH's PROTOCOL.certkeys, ssh-ed25519-cert-v01@openssh.com.  The
// target's sshd enforces what stands in one: the command, the source address
// and the minute in which it may be used.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/ed25519.h"

namespace hitl::ca {

struct Certificate {
  std::string public_key;  // 32 bytes, of the one that may use it
  std::uint64_t serial = 0;
  std::string key_id;
  std::vector<std::string> principals;              // never empty: sshd takes none for all
  std::uint64_t valid_after = 0, valid_before = 0;  // seconds since 1970
  std::string force_command;
  std::string source_address;  // comma-separated CIDR list; never empty
  bool terminal = false;       // permit-pty
};

// The signed blob.  Errc::Invalid for an empty principal list, force-command or
// source-address, or a key of another size: such a certificate would permit
// more than one command.
Result<std::string> sign(const crypto::Ed25519Key& authority, const Certificate& certificate);

}  // namespace hitl::ca
