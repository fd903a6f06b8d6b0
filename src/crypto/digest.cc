// SPDX-License-Identifier: Apache-2.0
#include "crypto/digest.h"

#include <openssl/hmac.h>
#include <sys/random.h>

#include <cerrno>

#include "base/check.h"
#include "base/encoding.h"

namespace hitl::crypto {

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  HITL_CHECK(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
}

void Sha256::update(std::string_view bytes) {
  HITL_CHECK(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
}

std::string Sha256::digest() const {
  Owner<EVP_MD_CTX, EVP_MD_CTX_free> copy(EVP_MD_CTX_new());
  std::string out(32, '\0');
  HITL_CHECK(
      copy && EVP_MD_CTX_copy_ex(copy.get(), context_.get()) == 1 &&
      EVP_DigestFinal_ex(copy.get(), reinterpret_cast<unsigned char*>(out.data()), nullptr) == 1);
  return out;
}

std::string sha256(std::string_view bytes) {
  Sha256 h;
  h.update(bytes);
  return h.digest();
}

std::string sha512(std::string_view bytes) {
  std::string out(64, '\0');
  HITL_CHECK(EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()),
                        nullptr, EVP_sha512(), nullptr) == 1);
  return out;
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::string out(32, '\0');
  HITL_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                  reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                  reinterpret_cast<unsigned char*>(out.data()), nullptr) != nullptr);
  return out;
}

std::string random_bytes(std::size_t n) {
  std::string out(n, '\0');
  std::size_t have = 0;
  while (have < n) {
    const auto got = ::getrandom(out.data() + have, n - have, 0);
    HITL_CHECK(got > 0 || errno == EINTR);
    if (got > 0) have += static_cast<std::size_t>(got);
  }
  return out;
}

std::string new_id() { return base32(random_bytes(16)); }

}  // namespace hitl::crypto
