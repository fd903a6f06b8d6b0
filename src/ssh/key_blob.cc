// SPDX-License-Identifier: Apache-2.0
#include "ssh/key_blob.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/encoding.h"
#include "base/wire.h"
#include "ssh/algorithms.h"

namespace hitl::ssh {
namespace {

constexpr std::size_t kMaxPart = 16 * 1024;

constexpr std::array<std::string_view, 7> kTypes = {
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-rsa",  // the key's type; its signatures are rsa-sha2-*
};

// Of memory that libssh allocated.
using CString = Owner<char, ssh_string_free_char>;
struct FreeHash {
  void operator()(unsigned char* p) const noexcept { ssh_clean_pubkey_hash(&p); }
};

}  // namespace

Result<std::string> blob_of(ssh_key key) {
  char* raw = nullptr;
  const int rc = ssh_pki_export_pubkey_base64(key, &raw);
  const CString text(raw);
  if (rc != SSH_OK || !text) return fail(Errc::Invalid, "public key cannot be exported");
  return unbase64(text.get());
}

std::string_view type_of(std::string_view blob) {
  WireReader r(blob);
  return r.string(kMaxPart);
}

unsigned rsa_bits(std::string_view blob) {
  WireReader r(blob);
  if (r.string(kMaxPart) != "ssh-rsa") return 0;
  r.string(kMaxPart);  // the exponent
  auto n = r.string(kMaxPart);
  if (!r.ok()) return 0;
  n.remove_prefix(std::min(n.find_first_not_of('\0'), n.size()));
  if (n.empty()) return 0;
  return static_cast<unsigned>((n.size() - 1) * 8) +
         static_cast<unsigned>(std::bit_width(static_cast<unsigned char>(n[0])));
}

bool is_strong(std::string_view blob) {
  const auto type = type_of(blob);
  return std::ranges::find(kTypes, type) != kTypes.end() &&
         (type != "ssh-rsa" || rsa_bits(blob) >= kMinRsaBits);
}

std::string fingerprint(ssh_key key) {
  unsigned char* raw = nullptr;
  std::size_t size = 0;
  if (ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &raw, &size) != 0) return "unknown";
  const std::unique_ptr<unsigned char, FreeHash> hash(raw);
  const CString text(ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash.get(), size));
  return text ? std::string(text.get()) : "unknown";
}

}  // namespace hitl::ssh
