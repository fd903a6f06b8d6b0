// SPDX-License-Identifier: Apache-2.0
#include "crypto/ed25519.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "base/encoding.h"
#include "crypto/digest.h"

namespace hitl::crypto {
namespace {

std::string from_hex(std::string_view h) {
  std::string out;
  for (std::size_t i = 0; i + 1 < h.size(); i += 2)
    out += static_cast<char>(std::stoi(std::string(h.substr(i, 2)), nullptr, 16));
  return out;
}

TEST(DigestTest, KnownVector) {
  // FIPS 180-2 B.1
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 h;
  h.update("a");
  h.update("bc");
  EXPECT_EQ(h.digest(), sha256("abc"));
  EXPECT_EQ(h.digest(), sha256("abc")) << "asking does not change it";
}

TEST(DigestTest, IdsAreLongAndDiffer) {
  EXPECT_EQ(new_id().size(), 26u);
  EXPECT_NE(new_id(), new_id());
}

TEST(Ed25519Test, KnownVector) {
  // RFC 8032 7.1, test 2
  const auto key = Ed25519Key::from_seed(
      from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
  ASSERT_TRUE(key);
  EXPECT_EQ(hex(key->public_key()),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  EXPECT_EQ(hex(key->sign("\x72")).substr(0, 32), "92a009a9f0d4cab8720e820b5f642540");
}

TEST(Ed25519Test, OnlyTheSignedMessageVerifies) {
  const auto key = Ed25519Key::generate();
  auto signature = key.sign("message");
  EXPECT_TRUE(verify(key.public_key(), "message", signature));
  EXPECT_FALSE(verify(key.public_key(), "messagf", signature));
  signature[5] = static_cast<char>(signature[5] ^ 1);
  EXPECT_FALSE(verify(key.public_key(), "message", signature));
  EXPECT_FALSE(verify(key.public_key(), "message", ""));
}

TEST(Ed25519Test, SshKeygenReadsOurFileAndSeesOurKey) {
  char folder[] = "/tmp/hitl-key-XXXXXX";
  ASSERT_NE(::mkdtemp(folder), nullptr);
  const auto path = std::string(folder) + "/key";
  const auto key = Ed25519Key::generate();
  std::ofstream(path) << key.private_file("a comment");
  ::chmod(path.c_str(), 0600);

  std::FILE* p = ::popen(("ssh-keygen -y -f " + path).c_str(), "r");
  ASSERT_NE(p, nullptr);
  char line[512] = "";
  ASSERT_NE(std::fgets(line, sizeof line, p), nullptr);
  EXPECT_EQ(::pclose(p), 0);
  EXPECT_EQ(line, key.public_line("a comment"));

  const auto back = Ed25519Key::load(path);
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_EQ(back->public_key(), key.public_key());

  ::chmod(path.c_str(), 0644);
  EXPECT_EQ(Ed25519Key::load(path).error().code, Errc::Denied);
  std::filesystem::remove_all(folder);
}

TEST(Ed25519Test, ABrokenFileIsRefused) {
  const auto text = Ed25519Key::generate().private_file("c");
  EXPECT_TRUE(parse_private_file(text));
  EXPECT_FALSE(parse_private_file(""));
  EXPECT_FALSE(parse_private_file(text.substr(0, text.size() / 2)));
  for (std::size_t at = 60; at < 200; at += 7) {
    auto damaged = text;
    damaged[at] = damaged[at] == 'A' ? 'B' : 'A';
    const auto key = parse_private_file(damaged);
    // Damage may hit the comment or the padding only; never the key.
    if (key) {
      EXPECT_EQ(key->public_key(), parse_private_file(text)->public_key());
    }
  }
}

}  // namespace
}  // namespace hitl::crypto
