// SPDX-License-Identifier: Apache-2.0
#include "config/public_key.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/wire.h"

namespace hitl::config {
namespace {

std::string blob(std::string_view type) {
  WireWriter w;
  w.string(type);
  w.string(std::string(32, 'k'));
  return std::move(w).bytes();
}
std::string line(const std::string& type, std::string_view inside) {
  return type + " " + base64(blob(inside)) + " devin@laptop";
}

TEST(PublicKeyTest, ReadsALineOfAuthorizedKeys) {
  for (const auto* type :
       {"ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa", "sk-ssh-ed25519@openssh.com"}) {
    SCOPED_TRACE(type);
    const auto k = parse_public_key("  " + line(type, type) + "\n");
    ASSERT_TRUE(k) << k.error().what;
    EXPECT_EQ(k->type, type);
    EXPECT_EQ(k->blob, blob(type));
    EXPECT_EQ(k->comment, "devin@laptop");
  }
}

TEST(PublicKeyTest, RefusesWhatIsNoKeyOfOurs) {
  for (const auto& text :
       {std::string(), std::string("ssh-ed25519"), std::string("ssh-ed25519 ####"),
        line("ssh-dss", "ssh-dss"), line("ssh-ed25519", "ssh-rsa"),
        "command=\"id\" " + line("ssh-ed25519", "ssh-ed25519"),
        line("ssh-ed25519-cert-v01@openssh.com", "ssh-ed25519-cert-v01@openssh.com"),
        line("ssh-ed25519", "ssh-ed25519") + "\n" + line("ssh-ed25519", "ssh-ed25519")}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(parse_public_key(text));
  }
}

}  // namespace
}  // namespace hitl::config
