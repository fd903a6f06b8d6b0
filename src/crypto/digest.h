// SPDX-License-Identifier: Apache-2.0
// SHA-2 and random bytes, from OpenSSL and the kernel.
#pragma once

#include <openssl/evp.h>

#include <string>
#include <string_view>

#include "base/handle.h"

namespace hitl::crypto {

// 32 bytes.
std::string sha256(std::string_view bytes);
// 64 bytes.
std::string sha512(std::string_view bytes);

// RFC 2104, 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view bytes);

// SHA-256 over pieces.
class Sha256 {
 public:
  Sha256();
  void update(std::string_view bytes);
  // 32 bytes of what was given so far; more may follow.
  std::string digest() const;

 private:
  Owner<EVP_MD_CTX, EVP_MD_CTX_free> context_;
};

// From getrandom(2); never fails.
std::string random_bytes(std::size_t n);

// A new id: 128 random bits as 26 letters of RFC 4648's base 32.
std::string new_id();
// Enough of an id to show to people.
inline constexpr std::size_t kShortId = 8;

}  // namespace hitl::crypto
