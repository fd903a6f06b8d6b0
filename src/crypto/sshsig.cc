// SPDX-License-Identifier: Apache-2.0
#include "crypto/sshsig.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/handle.h"
#include "base/wire.h"
#include "crypto/digest.h"
#include "crypto/ed25519.h"

namespace hitl::crypto {
namespace {

constexpr std::string_view kMagic = "SSHSIG";
constexpr std::string_view kBegin = "-----BEGIN SSH SIGNATURE-----\n";
constexpr std::string_view kEnd = "-----END SSH SIGNATURE-----";
constexpr int kLeastRsaBits = 2'048, kMostRsaBits = 16'384;
constexpr std::uint8_t kUserPresent = 1;  // PROTOCOL.u2f: bit 0 of the flags

using Key = Owner<EVP_PKEY, EVP_PKEY_free>;
using Number = Owner<BIGNUM, BN_free>;

const unsigned char* bytes_of(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.data());
}

Error bad(const char* what) { return fail(Errc::Protocol, what); }
Error unfit() { return fail(Errc::Denied, "the signature does not fit"); }

// A positive number of RFC 4251's mpint, with its bounds.
Result<Number> number_of(std::string_view mpint) {
  if (mpint.empty() || (static_cast<unsigned char>(mpint[0]) & 0x80U) != 0)
    return bad("a number of the key or signature is not positive");
  return Number(BN_bin2bn(bytes_of(mpint), static_cast<int>(mpint.size()), nullptr));
}

Key key_from(const char* type, OSSL_PARAM_BLD* build) {
  const Owner<OSSL_PARAM, OSSL_PARAM_free> params(OSSL_PARAM_BLD_to_param(build));
  const Owner<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(
      EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
    return nullptr;
  return Key(key);
}

bool check(EVP_PKEY* key, const EVP_MD* hash, std::string_view message,
           std::string_view signature) {
  const Owner<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  return key != nullptr && context &&
         EVP_DigestVerifyInit(context.get(), nullptr, hash, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                          message.size()) == 1;
}

struct Curve {
  std::string_view name;    // RFC 5656
  const char* group;        // OpenSSL's
  const EVP_MD* (*hash)();  // RFC 5656 6.2.1
};
constexpr Curve kCurves[] = {{"nistp256", "prime256v1", EVP_sha256},
                             {"nistp384", "secp384r1", EVP_sha384},
                             {"nistp521", "secp521r1", EVP_sha512}};

const Curve* curve_of(std::string_view name) {
  const auto* found = std::ranges::find(kCurves, name, &Curve::name);
  return found == std::end(kCurves) ? nullptr : found;
}

Status check_ecdsa(const Curve* curve, std::string_view point, std::string_view message,
                   std::string_view blob) {
  if (curve == nullptr) return bad("a curve that is not known");
  const Owner<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> build(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve->group, 0);
  OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  const auto key = key_from("EC", build.get());
  if (!key) return bad("a public key that is none");

  WireReader in(blob);  // RFC 5656 3.1.2: mpint r, mpint s
  auto r = number_of(in.string(80));
  auto s = number_of(in.string(80));
  if (auto end = in.finish(); !end) return end.error();
  if (!r) return r.error();
  if (!s) return s.error();
  const Owner<ECDSA_SIG, ECDSA_SIG_free> signature(ECDSA_SIG_new());
  if (!signature || ECDSA_SIG_set0(signature.get(), r->get(), s->get()) != 1) return unfit();
  r->release();
  s->release();
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  if (size <= 0) return unfit();
  const std::string encoded(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  if (!check(key.get(), curve->hash(), message, encoded)) return unfit();
  return Ok{};
}

Status check_rsa(WireReader& key_blob, std::string_view algorithm, std::string_view message,
                 std::string_view signature) {
  const EVP_MD* hash = algorithm == "rsa-sha2-512"   ? EVP_sha512()
                       : algorithm == "rsa-sha2-256" ? EVP_sha256()
                                                     : nullptr;
  if (hash == nullptr) return bad("an RSA signature that is not with SHA-2");
  auto e = number_of(key_blob.string(16));
  auto n = number_of(key_blob.string(kMostRsaBits / 8 + 1));
  if (auto end = key_blob.finish(); !end) return end.error();
  if (!e) return e.error();
  if (!n) return n.error();
  if (BN_num_bits(n->get()) < kLeastRsaBits) return bad("an RSA key of less than 2048 bits");
  const Owner<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> build(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, n->get());
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, e->get());
  const auto key = key_from("RSA", build.get());
  if (!key) return bad("a public key that is none");
  // ssh-keygen drops leading zero bytes of the signature.
  std::string padded(signature);
  const auto size = static_cast<std::size_t>(EVP_PKEY_get_size(key.get()));
  if (padded.size() < size) padded.insert(0, size - padded.size(), '\0');
  if (!check(key.get(), hash, message, padded)) return unfit();
  return Ok{};
}

// PROTOCOL.u2f: what a FIDO key signs instead of the message.
struct Touch {
  std::uint8_t flags = 0;
  std::uint32_t counter = 0;
};
std::string under_touch(std::string_view application, const Touch& touch,
                        std::string_view message) {
  WireWriter w;
  w.u8(touch.flags);
  w.u32(touch.counter);
  return sha256(application) + w.bytes() + sha256(message);
}

// By the key's own algorithm; `signed_data` is what all of them sign.
Result<bool> check_blob(std::string_view key_blob, std::string_view signature_blob,
                        std::string_view signed_data) {
  WireReader key(key_blob);
  WireReader in(signature_blob);
  const auto type = key.string(64);
  const auto algorithm = in.string(64);
  const auto signature = in.string(kMaxSshSig);
  if (!key.ok() || !in.ok()) return bad("a signature that is cut");
  const bool touched = type.starts_with("sk-");
  Touch touch;
  if (touched) {
    touch.flags = in.u8();
    touch.counter = in.u32();
  }
  if (auto end = in.finish(); !end) return end.error();

  if (type == "ssh-rsa") {
    if (auto s = check_rsa(key, algorithm, signed_data, signature); !s) return s.error();
    return false;
  }
  if (algorithm != type) return bad("a signature of another kind than its key");
  if (type == "ssh-ed25519" || type == "sk-ssh-ed25519@openssh.com") {
    const auto point = key.string(32);
    const auto application = touched ? key.string(1'024) : std::string_view();
    if (auto end = key.finish(); !end) return end.error();
    if (!verify(point,
                touched ? under_touch(application, touch, signed_data) : std::string(signed_data),
                signature))
      return unfit();
  } else if (type.starts_with("ecdsa-sha2-") || type == "sk-ecdsa-sha2-nistp256@openssh.com") {
    const auto curve = key.string(16);
    const auto point = key.string(256);
    const auto application = touched ? key.string(1'024) : std::string_view();
    if (auto end = key.finish(); !end) return end.error();
    if (!touched && type.substr(11) != curve) return bad("a key of two curves");
    if (touched && curve != "nistp256") return bad("a key of two curves");
    if (auto s = check_ecdsa(
            curve_of(curve), point,
            touched ? under_touch(application, touch, signed_data) : std::string(signed_data),
            signature);
        !s)
      return s.error();
  } else {
    return bad("a key of a kind that is not known");
  }
  return touched && (touch.flags & kUserPresent) != 0;
}

Result<std::string> without_armor(std::string_view armored) {
  if (armored.size() > kMaxSshSig) return bad("a signature that is too long");
  if (!armored.starts_with(kBegin)) return bad("no SSH signature");
  armored.remove_prefix(kBegin.size());
  const auto end = armored.find(kEnd);
  if (end == std::string_view::npos) return bad("an SSH signature without its end");
  const auto rest = armored.substr(end + kEnd.size());
  if (!rest.empty() && rest != "\n") return bad("something behind the SSH signature");
  std::string text(armored.substr(0, end));
  std::erase(text, '\n');
  return unbase64(text);
}

}  // namespace

Result<SshSig> verify_sshsig(std::string_view armored, std::string_view name_space,
                             std::string_view message) {
  auto blob = without_armor(armored);
  if (!blob) return blob.error();
  WireReader in(*blob);
  std::string magic;
  for (std::size_t i = 0; i < kMagic.size(); ++i) magic += static_cast<char>(in.u8());
  const auto version = in.u32();
  const auto key = in.string(kMaxSshSig);
  const auto space = in.string(256);
  const auto reserved = in.string(256);
  const auto hash_name = in.string(16);
  const auto signature = in.string(kMaxSshSig);
  if (auto end = in.finish(); !end) return end.error();
  if (magic != kMagic || version != 1) return bad("an SSH signature of another version");
  if (space != name_space)
    return fail(Errc::Denied, "a signature that was made for something else");

  std::string hash;
  if (hash_name == "sha256")
    hash = sha256(message);
  else if (hash_name == "sha512")
    hash = sha512(message);
  else
    return bad("an SSH signature with another hash than SHA-2");
  WireWriter w;
  w.string(space);
  w.string(reserved);
  w.string(hash_name);
  w.string(hash);
  auto present = check_blob(key, signature, std::string(kMagic) + w.bytes());
  if (!present) return present.error();
  return SshSig{std::string(key), *present};
}

}  // namespace hitl::crypto
