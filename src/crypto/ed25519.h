// SPDX-License-Identifier: Apache-2.0
// Ed25519 keys: the user CA, the host key and the audit key.
//
// On disk a private key is in OpenSSH's own format (openssh-key-v1, without
// passphrase; OpenSSH's PROTOCOL.key), so that ssh-keygen reads it too.  A file
// that others than its owner may read is refused.
#pragma once

#include <openssl/evp.h>

#include <string>
#include <string_view>

#include "base/handle.h"
#include "base/result.h"

namespace hitl::crypto {

class Ed25519Key {
 public:
  static Ed25519Key generate();
  // The 32 bytes of RFC 8032's private key.
  static Result<Ed25519Key> from_seed(std::string_view seed);
  static Result<Ed25519Key> load(const std::string& path);

  // 32 bytes.
  const std::string& public_key() const { return public_; }
  // 64 bytes.
  std::string sign(std::string_view message) const;

  // The text of a private key file, and of the .pub beside it.
  std::string private_file(std::string_view comment) const;
  std::string public_line(std::string_view comment) const;

 private:
  Ed25519Key() = default;
  Owner<EVP_PKEY, EVP_PKEY_free> key_;
  std::string seed_, public_;
};

// The text of a private key file back to a key.
Result<Ed25519Key> parse_private_file(std::string_view text);

// The 32 bytes of the first line of a .pub file: "ssh-ed25519 BASE64 …".
Result<std::string> parse_public_line(std::string_view line);
Result<std::string> load_public_key(const std::string& path);

bool verify(std::string_view public_key, std::string_view message, std::string_view signature);

// RFC 8709: string "ssh-ed25519", string key.
std::string ed25519_blob(std::string_view public_key);

// "SHA256:…" of a public key blob, as ssh-keygen -l prints it.
std::string fingerprint(std::string_view blob);

}  // namespace hitl::crypto
