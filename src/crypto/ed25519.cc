// SPDX-License-Identifier: Apache-2.0
#include "crypto/ed25519.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "base/encoding.h"
#include "base/fd.h"
#include "base/wire.h"
#include "crypto/digest.h"

namespace hitl::crypto {
namespace {

constexpr std::size_t kSeed = 32, kPublic = 32, kSignature = 64;
constexpr std::size_t kMaxKeyFile = 16 * 1024;
constexpr std::string_view kMagic{"openssh-key-v1\0", 15};
constexpr std::string_view kBegin = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
constexpr std::string_view kEnd = "-----END OPENSSH PRIVATE KEY-----";

const unsigned char* bytes(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.data());
}

using Context = Owner<EVP_MD_CTX, EVP_MD_CTX_free>;
using Pkey = Owner<EVP_PKEY, EVP_PKEY_free>;

}  // namespace

Result<Ed25519Key> Ed25519Key::from_seed(std::string_view seed) {
  if (seed.size() != kSeed) return fail(Errc::Invalid, "an Ed25519 key has 32 bytes");
  Ed25519Key k;
  k.key_.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes(seed), seed.size()));
  HITL_CHECK(k.key_);
  k.seed_ = seed;
  k.public_.resize(kPublic);
  std::size_t n = kPublic;
  HITL_CHECK(EVP_PKEY_get_raw_public_key(
                 k.key_.get(), reinterpret_cast<unsigned char*>(k.public_.data()), &n) == 1);
  return k;
}

Ed25519Key Ed25519Key::generate() { return *from_seed(random_bytes(kSeed)); }

std::string Ed25519Key::sign(std::string_view message) const {
  const Context context(EVP_MD_CTX_new());
  std::string out(kSignature, '\0');
  std::size_t n = out.size();
  HITL_CHECK(context &&
             EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
             EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &n,
                            bytes(message), message.size()) == 1 &&
             n == kSignature);
  return out;
}

Result<std::string> parse_public_line(std::string_view line) {
  constexpr std::string_view kType = "ssh-ed25519 ";
  if (!line.starts_with(kType)) return fail(Errc::Invalid, "not an Ed25519 public key");
  line.remove_prefix(kType.size());
  const auto blob = unbase64(line.substr(0, line.find_first_of(" \t\r\n")));
  if (!blob) return fail(Errc::Invalid, "broken public key: " + blob.error().what);
  WireReader r(*blob);
  const auto type = r.string(64);
  const std::string key(r.string(kPublic));
  if (!r.finish() || type != "ssh-ed25519" || key.size() != kPublic)
    return fail(Errc::Invalid, "broken public key");
  return key;
}

Result<std::string> load_public_key(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail_errno(path);
  std::string text(kMaxKeyFile, '\0');
  const auto n = ::read(fd.get(), text.data(), text.size());
  if (n < 0) return fail_errno(path);
  text.resize(static_cast<std::size_t>(n));
  auto key = parse_public_line(text);
  if (!key) return fail(key.error().code, path + ": " + key.error().what);
  return key;
}

bool verify(std::string_view public_key, std::string_view message, std::string_view signature) {
  if (public_key.size() != kPublic || signature.size() != kSignature) return false;
  const Pkey key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(public_key), public_key.size()));
  const Context context(EVP_MD_CTX_new());
  return key && context &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message),
                          message.size()) == 1;
}

std::string ed25519_blob(std::string_view public_key) {
  WireWriter w;
  w.string("ssh-ed25519");
  w.string(public_key);
  return std::move(w).bytes();
}

std::string fingerprint(std::string_view blob) {
  auto text = base64(sha256(blob));
  while (text.ends_with('=')) text.pop_back();
  return "SHA256:" + text;
}

std::string Ed25519Key::public_line(std::string_view comment) const {
  return "ssh-ed25519 " + base64(ed25519_blob(public_)) + " " + std::string(comment) + "\n";
}

std::string Ed25519Key::private_file(std::string_view comment) const {
  const auto check = random_bytes(4);
  WireWriter secret;
  for (int twice = 0; twice < 2; ++twice)
    for (const char c : check) secret.u8(static_cast<std::uint8_t>(c));
  secret.string("ssh-ed25519");
  secret.string(public_);
  secret.string(seed_ + public_);
  secret.string(comment);
  auto padded = std::move(secret).bytes();
  for (char pad = 1; padded.size() % 8 != 0; ++pad) padded.push_back(pad);

  WireWriter w;
  w.string("none");  // cipher
  w.string("none");  // kdf
  w.string("");      // its options
  w.u32(1);
  w.string(ed25519_blob(public_));
  w.string(padded);
  const auto text = base64(std::string(kMagic) + w.bytes());
  std::string out(kBegin);
  for (std::size_t at = 0; at < text.size(); at += 70) out += text.substr(at, 70) + "\n";
  return out + std::string(kEnd) + "\n";
}

Result<Ed25519Key> parse_private_file(std::string_view text) {
  const auto bad = [](const char* why) { return fail(Errc::Invalid, why); };
  const auto begin = text.find(kBegin), end = text.find(kEnd);
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin)
    return bad("not an OpenSSH private key");
  std::string joined;
  for (const char c : text.substr(begin + kBegin.size(), end - begin - kBegin.size()))
    if (c != '\n' && c != '\r') joined += c;
  const auto blob = unbase64(joined);
  if (!blob || !blob->starts_with(kMagic)) return bad("not an OpenSSH private key");
  WireReader r(std::string_view(*blob).substr(kMagic.size()));
  const auto cipher = r.string(64);
  r.string(64);
  r.string(256);
  const auto keys = r.u32();
  r.string(kMaxKeyFile);
  const auto secret = r.string(kMaxKeyFile);
  if (!r.finish()) return bad("broken OpenSSH private key");
  if (cipher != "none") return bad("private key has a passphrase (remove it: ssh-keygen -p)");
  if (keys != 1) return bad("more than one key in the file");
  WireReader s(secret);
  const auto check = s.u32();
  if (s.u32() != check) return bad("broken OpenSSH private key");
  if (s.string(64) != "ssh-ed25519") return bad("not an Ed25519 key");
  s.string(kPublic);
  const auto both = s.string(kSeed + kPublic);
  if (!s.ok() || both.size() != kSeed + kPublic) return bad("broken OpenSSH private key");
  auto key = Ed25519Key::from_seed(both.substr(0, kSeed));
  if (key && key->public_key() != both.substr(kSeed)) return bad("key file does not fit itself");
  return key;
}

Result<Ed25519Key> Ed25519Key::load(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return fail_errno(path);
  struct stat st {};
  if (::fstat(fd.get(), &st) != 0) return fail_errno(path);
  if ((st.st_mode & 077) != 0)
    return fail(Errc::Denied, path + ": others than its owner may read it (chmod 600)");
  std::string text(kMaxKeyFile, '\0');
  const auto n = ::read(fd.get(), text.data(), text.size());
  if (n < 0) return fail_errno(path);
  text.resize(static_cast<std::size_t>(n));
  auto key = parse_private_file(text);
  OPENSSL_cleanse(text.data(), text.size());
  if (!key) return fail(key.error().code, path + ": " + key.error().what);
  return key;
}

}  // namespace hitl::crypto
