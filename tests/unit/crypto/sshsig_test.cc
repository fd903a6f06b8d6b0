// SPDX-License-Identifier: Apache-2.0
// Signatures by ssh-keygen itself; those of FIDO keys are made here, as the key
// would, because there is none to touch.
#include "crypto/sshsig.h"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <spawn.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/encoding.h"
#include "base/handle.h"
#include "base/wire.h"
#include "crypto/digest.h"
#include "crypto/ed25519.h"

extern char** environ;

namespace hitl::crypto {
namespace {

constexpr std::string_view kSpace = "hitl-approval";

std::string read(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

int run(std::vector<std::string> words) {
  std::vector<char*> argv;
  for (auto& w : words) argv.push_back(w.data());
  argv.push_back(nullptr);
  pid_t pid = 0;
  if (::posix_spawnp(&pid, argv[0], nullptr, nullptr, argv.data(), environ) != 0) return -1;
  int status = 0;
  ::waitpid(pid, &status, 0);
  return status;
}

class SshSigTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string folder = testing::TempDir() + "sshsig.XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    folder_ = folder;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string make_key(const std::string& type, const std::string& bits) {
    const auto path = folder_ + "/" + type + bits;
    EXPECT_EQ(run({"ssh-keygen", "-q", "-t", type, "-b", bits, "-N", "", "-f", path}), 0);
    return path;
  }
  std::string sign(const std::string& key, const std::string& message) {
    const auto file = folder_ + "/message";
    std::filesystem::remove(file + ".sig");
    std::ofstream(file, std::ios::binary) << message;
    EXPECT_EQ(run({"ssh-keygen", "-q", "-Y", "sign", "-n", std::string(kSpace), "-f", key, file}),
              0);
    return read(file + ".sig");
  }
  static std::string blob_of(const std::string& key) {
    std::istringstream line(read(key + ".pub"));
    std::string type, base;
    line >> type >> base;
    return *unbase64(base);
  }
  std::string folder_;
};

TEST_F(SshSigTest, TakesWhatSshKeygenMadeAndNothingNearIt) {
  const std::pair<const char*, const char*> kinds[] = {
      {"ed25519", "256"}, {"ecdsa", "256"}, {"ecdsa", "384"}, {"ecdsa", "521"}, {"rsa", "2048"}};
  for (const auto& [type, bits] : kinds) {
    SCOPED_TRACE(std::string(type) + bits);
    const auto key = make_key(type, bits);
    const auto armored = sign(key, "approve this");
    const auto good = verify_sshsig(armored, kSpace, "approve this");
    ASSERT_TRUE(good) << good.error().what;
    EXPECT_EQ(good->key, blob_of(key));
    EXPECT_FALSE(good->was_present);
    EXPECT_FALSE(verify_sshsig(armored, kSpace, "approve that"));
    EXPECT_FALSE(verify_sshsig(armored, "file", "approve this")) << "made for something else";
    // A flip of any bit in the middle of each field.
    auto text = armored;
    const auto begin = text.find('\n') + 1;
    auto raw = *unbase64([&] {
      auto b = text.substr(begin, text.find("-----END") - begin);
      std::erase(b, '\n');
      return b;
    }());
    for (std::size_t i = 0; i < raw.size(); i += 7) {
      auto bad = raw;
      bad[i] = static_cast<char>(bad[i] ^ 4);
      const auto r = verify_sshsig(
          "-----BEGIN SSH SIGNATURE-----\n" + base64(bad) + "\n-----END SSH SIGNATURE-----\n",
          kSpace, "approve this");
      EXPECT_FALSE(r) << "byte " << i;
    }
  }
}

TEST_F(SshSigTest, ManySignaturesOfOneRsaKey) {
  // ssh-keygen leaves leading zero bytes away, one signature in 256.
  const auto key = make_key("rsa", "2048");
  for (int i = 0; i < 8; ++i) {
    const auto message = "m" + std::to_string(i);
    EXPECT_TRUE(verify_sshsig(sign(key, message), kSpace, message));
  }
}

TEST_F(SshSigTest, NoSignatureIsNone) {
  for (const std::string text :
       {"", "hello", "-----BEGIN SSH SIGNATURE-----\n", "-----BEGIN SSH SIGNATURE-----\nAAAA\n",
        "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"})
    EXPECT_FALSE(verify_sshsig(text, kSpace, "m"));
  EXPECT_FALSE(verify_sshsig(std::string(kMaxSshSig + 1, 'A'), kSpace, "m"));
}

// ---- FIDO keys ---------------------------------------------------------------

std::string armored(std::string_view key_blob, std::string_view signature_blob) {
  WireWriter w;
  for (const char c : std::string("SSHSIG")) w.u8(static_cast<std::uint8_t>(c));
  w.u32(1);
  w.string(key_blob);
  w.string(kSpace);
  w.string("");
  w.string("sha512");
  w.string(signature_blob);
  return "-----BEGIN SSH SIGNATURE-----\n" + base64(w.bytes()) + "\n-----END SSH SIGNATURE-----\n";
}

std::string signed_data(std::string_view message) {
  WireWriter w;
  w.string(kSpace);
  w.string("");
  w.string("sha512");
  w.string(sha512(message));
  return "SSHSIG" + w.bytes();
}

std::string touched(std::string_view application, std::uint8_t flags, std::string_view message) {
  WireWriter w;
  w.u8(flags);
  w.u32(7);
  return sha256(application) + w.bytes() + sha256(signed_data(message));
}

TEST(SshSigFidoTest, AnEd25519KeySaysWhetherItWasTouched) {
  const auto key = Ed25519Key::generate();
  WireWriter blob;
  blob.string("sk-ssh-ed25519@openssh.com");
  blob.string(key.public_key());
  blob.string("ssh:");
  for (const std::uint8_t flags : {std::uint8_t{0}, std::uint8_t{1}, std::uint8_t{5}}) {
    WireWriter signature;
    signature.string("sk-ssh-ed25519@openssh.com");
    signature.string(key.sign(touched("ssh:", flags, "m")));
    signature.u8(flags);
    signature.u32(7);
    const auto r = verify_sshsig(armored(blob.bytes(), signature.bytes()), kSpace, "m");
    ASSERT_TRUE(r) << r.error().what;
    EXPECT_EQ(r->was_present, (flags & 1) != 0);
    // The flags are signed too.
    WireWriter forged;
    forged.string("sk-ssh-ed25519@openssh.com");
    forged.string(key.sign(touched("ssh:", 0, "m")));
    forged.u8(1);
    forged.u32(7);
    EXPECT_FALSE(verify_sshsig(armored(blob.bytes(), forged.bytes()), kSpace, "m"));
  }
}

TEST(SshSigFidoTest, AnEcdsaKeyToo) {
  const Owner<EVP_PKEY, EVP_PKEY_free> key(EVP_EC_gen("P-256"));
  ASSERT_TRUE(key);
  std::string point(65, '\0');
  std::size_t size = 0;
  ASSERT_EQ(EVP_PKEY_get_octet_string_param(key.get(), OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY,
                                            reinterpret_cast<unsigned char*>(point.data()),
                                            point.size(), &size),
            1);
  WireWriter blob;
  blob.string("sk-ecdsa-sha2-nistp256@openssh.com");
  blob.string("nistp256");
  blob.string(point);
  blob.string("ssh:");
  const auto data = touched("ssh:", 1, "m");
  const Owner<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  std::string der(128, '\0');
  std::size_t length = der.size();
  ASSERT_EQ(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()), 1);
  ASSERT_EQ(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(der.data()), &length,
                           reinterpret_cast<const unsigned char*>(data.data()), data.size()),
            1);
  const auto* p = reinterpret_cast<const unsigned char*>(der.data());
  const Owner<ECDSA_SIG, ECDSA_SIG_free> pair(
      d2i_ECDSA_SIG(nullptr, &p, static_cast<long>(length)));
  ASSERT_TRUE(pair);
  const auto mpint = [](const BIGNUM* n) {
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(n)), '\0');
    BN_bn2bin(n, reinterpret_cast<unsigned char*>(bytes.data()));
    if (!bytes.empty() && (bytes[0] & 0x80) != 0) bytes.insert(0, 1, '\0');
    return bytes;
  };
  WireWriter inner;
  inner.string(mpint(ECDSA_SIG_get0_r(pair.get())));
  inner.string(mpint(ECDSA_SIG_get0_s(pair.get())));
  WireWriter signature;
  signature.string("sk-ecdsa-sha2-nistp256@openssh.com");
  signature.string(inner.bytes());
  signature.u8(1);
  signature.u32(7);
  const auto r = verify_sshsig(armored(blob.bytes(), signature.bytes()), kSpace, "m");
  ASSERT_TRUE(r) << r.error().what;
  EXPECT_TRUE(r->was_present);
  EXPECT_FALSE(verify_sshsig(armored(blob.bytes(), signature.bytes()), kSpace, "n"));
}

}  // namespace
}  // namespace hitl::crypto
