// SPDX-License-Identifier: Apache-2.0
#include "approval/statement.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "approval/terms.h"

namespace hitl::approval {
namespace {

Statement sample() {
  Statement s;
  s.bastion = "SHA256:abc";
  s.request = "K7Q2K7Q2";
  s.nonce = std::string("\x01\xff", 2);
  s.operator_name = "alice";
  s.step = 1;
  s.shape = "'rm' '/srv/'*";
  s.choice = {Say::Approve, "looks right", "", std::chrono::minutes(5), false};
  s.issued = 1'000;
  s.expires = 2'000;
  s.terms = {
      "devin", "db1", "10.0.0.5:22", "deploy",   {"hostkey"},     "exec", "/srv",
      "x=1\n", "=$ ", false,         "rm 'a b'", {{"LANG", "C"}}, true,   std::string(32, 'i'),
      "v1",    {}};
  return s;
}

TEST(StatementTest, IsTextThatPeopleCanRead) {
  const auto text = text_of(sample());
  EXPECT_NE(text.find("hitl-approval-v1\n"), std::string::npos);
  EXPECT_NE(text.find("\ndecision: approve\n"), std::string::npos);
  EXPECT_NE(text.find("\nreason: \"looks right\"\n"), std::string::npos);
  EXPECT_NE(text.find("\ncommand: \"rm 'a b'\"\n"), std::string::npos);
  EXPECT_NE(text.find("\nnonce: 01ff\n"), std::string::npos);
}

// Rule 33: what is not in it could be swapped.
TEST(StatementTest, EveryFieldChangesIt) {
  const std::vector<std::function<void(Statement&)>> changes = {
      [](auto& s) { s.bastion += "x"; },
      [](auto& s) { s.request += "x"; },
      [](auto& s) { s.nonce += "x"; },
      [](auto& s) { s.operator_name = "bob"; },
      [](auto& s) { s.step = 2; },
      [](auto& s) { s.shape += "x"; },
      [](auto& s) { s.choice.say = Say::Deny; },
      [](auto& s) { s.choice.reason += "x"; },
      [](auto& s) { s.choice.proposal = "ls"; },
      [](auto& s) { s.choice.grant += std::chrono::minutes(1); },
      [](auto& s) { s.choice.grant = std::chrono::minutes(0); },
      [](auto& s) { s.choice.grant_session = true; },
      [](auto& s) { s.issued += 1; },
      [](auto& s) { s.expires += 1; },
      [](auto& s) { s.terms.agent = "eve"; },
      [](auto& s) { s.terms.target = "db2"; },
      [](auto& s) { s.terms.address = "10.0.0.6:22"; },
      [](auto& s) { s.terms.account = "root"; },
      [](auto& s) { s.terms.host_keys = {"other"}; },
      [](auto& s) { s.terms.host_keys.push_back("other"); },
      [](auto& s) { s.terms.kind = "exec-pty"; },
      [](auto& s) { s.terms.cwd = "/"; },
      [](auto& s) { s.terms.memory = "x=2\n"; },
      [](auto& s) { s.terms.prompt = "=# "; },
      [](auto& s) { s.terms.opaque = true; },
      [](auto& s) { s.terms.text = "rm b"; },
      [](auto& s) { s.terms.environment[0].second = "D"; },
      [](auto& s) { s.terms.environment.clear(); },
      [](auto& s) { s.terms.has_input = false; },
      [](auto& s) { s.terms.input_sha256 = std::string(32, 'j'); },
      [](auto& s) { s.terms.policy = "v2"; },
      [](auto& s) {
        s.terms.files = {{"/srv/x", ""}};
      },
      [](auto& s) {
        s.terms.files = {{"/srv/x", std::string(32, 'x')}};
      },
      [](auto& s) {
        s.terms.files = {{"/srv/y", std::string(32, 'x')}};
      },
  };
  std::set<std::string> texts{text_of(sample())};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    auto s = sample();
    changes[i](s);
    EXPECT_TRUE(texts.insert(text_of(s)).second) << "change " << i;
  }
}

// No value can look like another line, or end the terminal's.
TEST(StatementTest, NoValueBreaksOutOfItsLine) {
  auto s = sample();
  const auto lines = [](const std::string& t) { return std::ranges::count(t, '\n'); };
  const auto before = lines(text_of(s));
  s.choice.reason = "ok\ndecision: deny\n\x1b[2J\"\\";
  s.terms.text = "rm\n\"x\"\xe2\x80\xae";
  const auto text = text_of(s);
  EXPECT_EQ(lines(text), before);
  for (const unsigned char c : text) EXPECT_TRUE(c == '\n' || (c >= ' ' && c < 0x7f));
}

TEST(TermsTest, ComeBackAsTheyWereAndDifferByEachField) {
  const auto t = sample().terms;
  const auto back = decode_terms(encode(t));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, t);
  EXPECT_EQ(digest(*back), digest(t));
  auto other = t;
  other.has_input = false;
  EXPECT_NE(digest(other), digest(t));
  EXPECT_FALSE(decode_terms("x"));
}

TEST(TermsTest, AHoldThatAsksNobodyIsNone) {
  Hold h;
  ASSERT_TRUE(decode_hold(encode(h)));
  EXPECT_EQ(*decode_hold(encode(h)), h);
  h.approvers = {{"a", 0}};
  EXPECT_FALSE(decode_hold(encode(h)));
  h.approvers = {{"a", 1}, {"b", 0}};
  EXPECT_FALSE(decode_hold(encode(h)));
  h.approvers.clear();
  EXPECT_FALSE(decode_hold(encode(h)));
  EXPECT_FALSE(decode_hold(""));
}

}  // namespace
}  // namespace hitl::approval
