// SPDX-License-Identifier: Apache-2.0
// The shipped detectors, and what is kept of a command with a secret.
#include "broker/masking.h"

#include <gtest/gtest.h>

#include "approval/terms.h"
#include "config/mask_rules.h"
#include "config/toml.h"

namespace hitl::broker {
namespace {

config::BastionConfig config_with(const std::string& mask) {
  auto file = config::File::parse(mask, "bastion.toml");
  auto root = file.root();
  config::BastionConfig c;
  c.mask = config::read_mask(root, "/nonexistent");
  EXPECT_TRUE(file.faults().empty()) << file.faults().front();
  c.agents["devin"].targets = {"db1", "db2"};
  c.targets["db1"].tags = {"prod"};
  c.targets["db2"];
  return c;
}

const Masking& shipped() {
  static const auto masking = [] {
    auto m = Masking::create(
        config_with("[mask]\nprofiles = [\"iban\", \"e-mail\", \"national-id\"]\n"), "key");
    EXPECT_TRUE(m) << (m ? "" : m.error().what);
    return std::move(*m);
  }();
  return masking;
}

std::string prose(std::string_view text) { return shipped().prose("devin", "db1", text); }

// Parts of each, so that no file here has one.
struct Secret {
  const char *name, *before, *secret, *after;
};
const Secret kSecrets[] = {
    {"aws-access-key-id", "",
     "AKIA"
     "IOSFODNN7EXAMPLE",
     ""},
    {"aws-secret-key", "aws_secret_access_key = ",
     "wJalrXUtnFEMI/K7MDENG/"
     "bPxRfiCYEXAMPLEKEY",
     ""},
    {"gcp-api-key", "key=",
     "AIza"
     "SyA-1234567890abcdefghijklmnopqrstu",
     ""},
    {"gcp-oauth-token", "",
     "ya29."
     "a0AfH6SMBx1234567890abcdefg",
     ""},
    {"azure-key", "AccountName=x;AccountKey=",
     "Zm9vYmFyYmF6cXV4Zm9vYmFy"
     "YmF6cXV4==",
     ";End"},
    {"github-token", "",
     "ghp_"
     "0123456789abcdefghijklmnopqrstuvwxyz",
     "."},
    {"github-token", "",
     "github_pat_"
     "11ABCDEFG0123456789_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRS",
     ""},
    {"gitlab-token", "",
     "glpat-"
     "abcdefghij0123456789",
     ""},
    {"slack-token", "",
     "xoxb-"
     "123456789012-abcdefghijkl",
     ""},
    {"slack-webhook", "https://hooks.slack.com/services/",
     "T00000000/B00000000/"
     "XXXXXXXXXXXX",
     ""},
    {"npm-token", "//registry/:_authToken=",
     "npm_"
     "0123456789abcdefghijklmnopqrstuvwxyz",
     ""},
    {"pypi-token", "",
     "pypi-AgEIcHlwaS5vcmc"
     "CJDEyMzQ1Njc4OTAxMjM0NTY3ODkw",
     ""},
    {"stripe-key", "",
     "sk_live_"
     "4eC39HqLyjWDarjtT1zdp7dc",
     ""},
    {"api-key", "",
     "sk-"
     "proj-abcdefghijklmnopqrstuvwx",
     ""},
    {"vault-token", "",
     "hvs."
     "CAESIJ1234567890abcdefghij",
     ""},
    {"jwt", "",
     "eyJhbGciOiJIUzI1NiJ9."
     "eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc-DEF_123",
     ""},
    {"url-password", "postgres://app:", "s3cr:et", "@db/x"},
    {"authorization", "Authorization: Basic ", "dXNlcjpwYXNz", ""},
    {"authorization", "\"authorization\": \"Bearer ", "abcd.efgh", "\""},
    {"bearer", "bearer ", "abcdefghijklmnopqrstuv", ""},
    {"password", "password=", "hunter2", ""},
    {"password", "PGPASSWORD='", "hunter2 ", "'"},
    {"password", "\"api_key\": \"", "a1b2c3d4", "\","},
    {"password", "mysql --password ", "hunter2", " db"},
    {"password", "curl -s -u me:", "hunter2", " https://h/"},
    {"card-number", "", "4111 1111 1111 1111", "."},
    {"card-number", "", "5555555555554444", ""},
    {"card-number", "", "378282246310005", ""},
    {"iban", "", "DE89 3704 0044 0532 0130 00", ","},
    {"e-mail", "", "first.last@example.org", " "},
    {"us-ssn", "", "078-05-1120", ""},
    {"uk-nino", "", "QQ 12 34 56 C", ""},
};

TEST(DetectorsTest, FindWhatTheyAreFor) {
  for (const auto& s : kSecrets) {
    if (std::string_view(s.name) == "uk-nino") continue;  // QQ is nobody's
    std::string secret = s.secret, rest;
    if (secret.ends_with(' ')) secret.pop_back(), rest = " ";
    EXPECT_EQ(prose(s.before + secret + rest + s.after),
              s.before + ("[masked " + std::string(s.name) + "]") + rest + s.after);
  }
  EXPECT_EQ(prose("AB 12 34 56 C"), "[masked uk-nino]");
  EXPECT_EQ(prose("-----BEGIN "
                  "RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: "
                  "AES-128-CBC,AB12\n\nabcd\nefgh==\n-----END RSA PRIVATE KEY-----\n"),
            "[masked private-key]\n\n\n\n\n\n-----END RSA PRIVATE KEY-----\n");
}

TEST(DetectorsTest, LeaveWhatOnlyLooksAlike) {
  for (const auto* text : {"AKIA IOSFODNN7EXAMPLE",
                           "the AKIAIOSFODNN7EXAMPLES",
                           "ghp_short",
                           "sk-learn",
                           "task-abcdefghijklmnopqrstuvwxyz",
                           "eyJhbGciOiJIUzI1NiJ9 alone",
                           "https://host:8080/path",
                           "http://host/a:b@c",
                           "password:",
                           "Password: ",
                           "passwords = 12",
                           "password=$PASS",
                           "token: ${TOKEN}",
                           "secret = std::min(a, b)",
                           "secretName: db-credentials",
                           "4111 1111 1111 1112",
                           "1234567890123",
                           "0000000000000000",
                           "2026-11-25 10:00:00",
                           "DE88370400440532013000",
                           "user@host",
                           "-----BEGIN PUBLIC KEY-----\nabcd\n",
                           "-----BEGIN CERTIFICATE-----\nabcd\n",
                           "123-45-678",
                           "bearer of bad news",
                           "3f786850e387550fdab836ed7e6dc881de23001b",
                           "550e8400-e29b-41d4-a716-446655440000",
                           "authorization: none"})
    EXPECT_EQ(prose(text), text);
}

judge::Judgement judged(const std::string& canonical_of) {
  judge::Judgement j;
  j.summary = "removes " + canonical_of;
  return j;
}

const std::string kToken = "ghp_" + std::string(36, 'a'), kOther = "ghp_" + std::string(36, 'b');

TEST(MaskingTest, ACommandIsShownWithItsMarks) {
  auto j = judged(kToken);
  const auto text = "rm " + kToken + " x";
  j.findings.push_back(
      {"delete", 3, static_cast<std::uint32_t>(3 + kToken.size()), "removes " + kToken, kToken});
  const auto end = static_cast<std::uint32_t>(text.size());
  j.findings.push_back({"delete", end - 1, end, "removes x", "x"});
  j.shape = "rm " + kToken;
  const auto s = shipped().shown("devin", "db1", text, j);
  EXPECT_EQ(s.submitted, "rm [masked github-token] x");
  EXPECT_EQ(s.summary, "removes [masked github-token]");
  EXPECT_EQ(s.submitted.substr(s.findings[1].begin, s.findings[1].end - s.findings[1].begin), "x");
  EXPECT_EQ(s.findings[0].reason, "removes [masked github-token]");
  EXPECT_EQ(s.shape, "");
  EXPECT_EQ(s.masked, (mask::Counts{{"github-token", 1}}));
}

Terms terms(const std::string& text) {
  Terms t;
  t.agent = "devin";
  t.target = "db1";
  t.text = text;
  return t;
}

TEST(MaskingTest, TheDigestTellsSecretsApartAndHidesThem) {
  const auto a = shipped().sealed(terms("rm " + kToken), ""),
             again = shipped().sealed(terms("rm " + kToken), ""),
             b = shipped().sealed(terms("rm " + kOther), "");
  EXPECT_EQ(a, again);
  EXPECT_EQ(a.text, "rm [masked github-token]");
  EXPECT_EQ(a.text, b.text);
  EXPECT_EQ(a.hidden.size(), 32U);
  EXPECT_NE(a.hidden, b.hidden);
  EXPECT_NE(approval::digest(a), approval::digest(b));
  // Who only knows the store's key-free data cannot make the hash.
  const auto elsewhere = Masking::create(config_with(""), "another key");
  ASSERT_TRUE(elsewhere);
  EXPECT_NE(elsewhere->sealed(terms("rm " + kToken), "").hidden, a.hidden);
  // The digest follows from what is stored.
  const auto stored = approval::decode_terms(approval::encode(a));
  ASSERT_TRUE(stored);
  EXPECT_EQ(approval::digest(*stored), approval::digest(a));
}

TEST(MaskingTest, WithoutASecretTheTermsAreThemselves) {
  const auto t = terms("rm x");
  EXPECT_EQ(shipped().sealed(t, ""), t);
}

TEST(MaskingTest, SecretsInVariablesAndInputCount) {
  auto t = terms("deploy");
  t.environment = {{"LC_TOKEN", "abcd1234"}};
  const auto s = shipped().sealed(t, "");
  EXPECT_EQ(s.environment[0].second, "[masked password]");
  t = terms("sh");
  t.has_input = true;
  t.input_sha256 = std::string(32, 'x');
  const auto one = shipped().sealed(t, "echo " + kToken);
  t.input_sha256 = std::string(32, 'y');
  const auto two = shipped().sealed(t, "echo " + kOther);
  EXPECT_EQ(one.input_sha256, two.input_sha256);
  EXPECT_NE(one.hidden, two.hidden);
}

TEST(MaskingTest, RulesHoldWhereTheyAreNamed) {
  auto m = Masking::create(config_with(R"([mask]
without = ["password"]
[[mask.rule]]
name = "customer"
pattern = 'ACME-[0-9]{4}'
replacement = "[customer]"
targets = ["tag:prod"]
)"),
                           "key");
  ASSERT_TRUE(m) << m.error().what;
  EXPECT_EQ(m->prose("devin", "db1", "ACME-1234 password=hunter2"), "[customer] password=hunter2");
  EXPECT_EQ(m->prose("devin", "db2", "ACME-1234"), "ACME-1234");
  EXPECT_TRUE(m->rules("devin", "db1"));
  EXPECT_FALSE(m->rules("stranger", "db1"));
}

}  // namespace
}  // namespace hitl::broker
