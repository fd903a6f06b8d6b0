// SPDX-License-Identifier: Apache-2.0
#include "ca/certificate.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "base/encoding.h"

namespace hitl::ca {
namespace {

Certificate sample() {
  return {.public_key = crypto::Ed25519Key::generate().public_key(),
          .serial = 42,
          .key_id = "K7Q2",
          .principals = {"deploy"},
          .valid_after = 1'700'000'000,
          .valid_before = 1'700'000'060,
          .force_command = "exec /bin/bash -c 'x'",
          .source_address = "192.0.2.1/32"};
}

// What `ssh-keygen -L` says of a certificate.
std::string as_ssh_keygen_sees(const std::string& blob) {
  char folder[] = "/tmp/hitl-cert-XXXXXX";
  EXPECT_NE(::mkdtemp(folder), nullptr);
  const auto path = std::string(folder) + "/id-cert.pub";
  std::ofstream(path) << "ssh-ed25519-cert-v01@openssh.com " << base64(blob) << "\n";
  std::string out;
  std::FILE* p = ::popen(("TZ=UTC ssh-keygen -L -f " + path).c_str(), "r");
  char line[1024];
  while (std::fgets(line, sizeof line, p) != nullptr) out += line;
  EXPECT_EQ(::pclose(p), 0);
  std::filesystem::remove_all(folder);
  return out;
}

TEST(CertificateTest, SshKeygenReadsEveryField) {
  const auto authority = crypto::Ed25519Key::generate();
  const auto blob = sign(authority, sample());
  ASSERT_TRUE(blob) << blob.error().what;
  const auto seen = as_ssh_keygen_sees(*blob);
  for (const auto* part :
       {"ssh-ed25519-cert-v01@openssh.com user certificate", "Key ID: \"K7Q2\"", "Serial: 42",
        "Valid: from 2023-11-14T22:13:20 to 2023-11-14T22:14:20", "                deploy\n",
        "force-command exec /bin/bash -c 'x'", "source-address 192.0.2.1/32", "Extensions: (none)"})
    EXPECT_NE(seen.find(part), std::string::npos) << part << "\n" << seen;
  EXPECT_NE(
      seen.find("ED25519 " + crypto::fingerprint(crypto::ed25519_blob(authority.public_key()))),
      std::string::npos)
      << seen;
}

TEST(CertificateTest, NothingThatPermitsMoreThanOneCommandIsSigned) {
  const auto authority = crypto::Ed25519Key::generate();
  struct Case {
    const char* name;
    void (*spoil)(Certificate&);
  };
  const Case cases[] = {
      {"no principal", [](Certificate& c) { c.principals.clear(); }},
      {"empty principal", [](Certificate& c) { c.principals = {""}; }},
      {"no command", [](Certificate& c) { c.force_command.clear(); }},
      {"any source", [](Certificate& c) { c.source_address.clear(); }},
      {"no validity", [](Certificate& c) { c.valid_before = c.valid_after; }},
      {"short key", [](Certificate& c) { c.public_key.pop_back(); }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto certificate = sample();
    c.spoil(certificate);
    EXPECT_FALSE(sign(authority, certificate));
  }
}

}  // namespace
}  // namespace hitl::ca
