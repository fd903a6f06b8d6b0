// SPDX-License-Identifier: Apache-2.0
#include "ssh/key_blob.h"

#include <gtest/gtest.h>

#include "base/wire.h"

namespace hitl::ssh {
namespace {

std::string rsa(std::size_t bytes, unsigned char top) {
  WireWriter w;
  w.string("ssh-rsa");
  w.string(std::string("\1\0\1", 3));
  std::string n(bytes, '\x55');
  n[0] = static_cast<char>(top);
  w.string((top & 0x80) != 0 ? std::string(1, '\0') + n : n);  // an mpint is signed
  return std::move(w).bytes();
}

std::string of_type(std::string_view type) {
  WireWriter w;
  w.string(type);
  w.string("...");
  return std::move(w).bytes();
}

TEST(KeyBlobTest, RsaIsMeasured) {
  EXPECT_EQ(rsa_bits(rsa(256, 0x80)), 2'048u);
  EXPECT_EQ(rsa_bits(rsa(256, 0x7f)), 2'047u);
  EXPECT_EQ(rsa_bits(rsa(128, 0xff)), 1'024u);
  EXPECT_EQ(rsa_bits(of_type("ssh-ed25519")), 0u);
  EXPECT_EQ(rsa_bits(of_type("ssh-rsa")), 0u);
  EXPECT_EQ(rsa_bits("garbage"), 0u);
}

TEST(KeyBlobTest, OnlyStrongKeysCount) {
  for (const auto& good : {of_type("ssh-ed25519"), of_type("ecdsa-sha2-nistp256"),
                           of_type("sk-ssh-ed25519@openssh.com"), rsa(256, 0x80), rsa(512, 0xc0)})
    EXPECT_TRUE(is_strong(good));
  for (const auto& bad : {of_type("ssh-dss"), rsa(255, 0xff), rsa(256, 0x7f), of_type("ssh-rsa"),
                          of_type("ssh-ed25519-cert-v01@openssh.com"), of_type(""), std::string(),
                          std::string("x"), std::string("\xff\xff\xff\xff", 4)})
    EXPECT_FALSE(is_strong(bad));
}

TEST(KeyBlobTest, ARealKeyHasItsBlob) {
  ssh_key raw = nullptr;
  ASSERT_EQ(ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &raw), SSH_OK);
  const Key key(raw);
  const auto blob = blob_of(key.get());
  ASSERT_TRUE(blob);
  EXPECT_EQ(type_of(*blob), "ssh-ed25519");
  EXPECT_EQ(blob->size(), 51u);
  EXPECT_TRUE(is_strong(*blob));
  EXPECT_TRUE(fingerprint(key.get()).starts_with("SHA256:"));
}

}  // namespace
}  // namespace hitl::ssh
