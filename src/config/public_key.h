// SPDX-License-Identifier: Apache-2.0
// One public key as authorized_keys and .pub files have it: "TYPE BASE64 COMMENT".
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hitl::config {

struct PublicKey {
  std::string type;     // ssh-ed25519, ecdsa-sha2-nistp256, ssh-rsa, sk-ssh-ed25519@openssh.com …
  std::string blob;     // RFC 4253 6.6
  std::string comment;  // as written
};

// Errc::Invalid: not such a line, a type that we do not take (ssh-dss), or a
// blob of another type than the line says.  Options before the type are refused
// by name: none is understood yet, and one that is ignored is a hole.
Result<PublicKey> parse_public_key(std::string_view line);

// The type that a key blob names; empty if it names none.
std::string_view type_of_blob(std::string_view blob);

}  // namespace hitl::config
