// SPDX-License-Identifier: Apache-2.0
#include "rulebook/policy_file.h"

#include <gtest/gtest.h>

#include "config/toml.h"

namespace hitl::rulebook {
namespace {

TEST(PolicyFileTest, ReadsWhatIsShipped) {
  const auto file = config::File::read(HITL_SOURCE_DIR "/etc/policy.toml");
  ASSERT_TRUE(file);
  const auto policy = load_policy(file->text(), "policy.toml");
  ASSERT_TRUE(policy) << policy.error().what;
  EXPECT_EQ(policy->fallback, Verdict::Hold);
  EXPECT_EQ(policy->rules[0].action, Verdict::Allow);
  EXPECT_EQ(policy->rules[0].match.effects, catalog::EffectSet{catalog::Effect::Read});
  EXPECT_GE(policy->denials.size(), 5u);
}

TEST(PolicyFileTest, ReadsEveryKey) {
  const auto policy = load_policy(R"(
default = "deny"
opaque  = "never"
[[rule]]
name      = "prod"
agents    = ["group:agents", "devin"]
targets   = ["tag:prod"]
effects   = ["write", "service"]
commands  = ["systemctl restart ..."]
paths     = ["/srv/**", "~/x", "**/y"]
action    = "hold"
approvers = { group = "oncall", count = 2 }
expires   = "5m"
mode      = "return"
message   = "why"
)",
                                  "policy.toml");
  ASSERT_TRUE(policy) << policy.error().what;
  EXPECT_EQ(policy->fallback, Verdict::Deny);
  const auto& rule = policy->rules[0];
  EXPECT_EQ(rule.place, "policy.toml:4");
  EXPECT_EQ(rule.hold.approvers[0].group, "oncall");
  EXPECT_EQ(rule.hold.approvers[0].count, 2u);
  EXPECT_EQ(rule.hold.expires, std::chrono::minutes(5));
  EXPECT_FALSE(rule.hold.wait);
  EXPECT_FALSE(rule.hold.opaque_may_be_approved);
  EXPECT_EQ(rule.message, "why");
}

// SECURITY: rules 4 and 25.
TEST(PolicyFileTest, FaultsNameTheirPlace) {
  struct Case {
    const char* text;
    const char* want;  // how the fault begins
  };
  const Case cases[] = {
      {"default = 'allow'", "p:1:11: what no rule matches cannot be allowed"},
      {"default = 'ask'", "p:1:11: 'ask' is none of 'hold', 'deny'"},
      {"[[rule]]\nname='a'\naction='allow'\neffects=['read','unknown']",
       "p:4:17: what is not understood cannot be allowed"},
      {"[[rule]]\nname='a'\naction='allow'\neffects=['*']", "p:4:10: unknown effect '*'"},
      {"[[rule]]\nname='a'\naction='allow'", "p:1:1: a rule that allows must name its 'effects'"},
      {"[[rule]]\nname='a'\naction='hold'\neffects=['raed']",
       "p:4:10: unknown effect 'raed' (did you mean 'read'?)"},
      {"[[rule]]\nname='a'\naction='hold'\neffects=[]",
       "p:4:9: 'effects' is empty: the rule can never match"},
      {"[[rule]]\nname='a'\naction='hold'\nagents=[]", "p:4:8: 'agents' is empty"},
      {"[[rule]]\nname='a'\naction='hold'\ntargts=['x']",
       "p:4:1: unknown key 'targts' (did you mean 'targets'?)"},
      {"[[rule]]\nname='a'\naction='hold'\n[[rule]]\nname='b'\naction='hold'",
       "p:5:6: the rule can never match: 'a' (p:1) covers all of it"},
      {"[[rule]]\nname='a'\naction='hold'\neffects=['read','write']\n"
       "[[rule]]\nname='b'\naction='allow'\neffects=['read']\nagents=['x']",
       "p:6:6: the rule can never match"},
      {"[[rule]]\nname='a'\naction='hold'\n[[deny]]\nname='a'\neffects=['read']",
       "p:2:6: 'a' is the name of p:4"},
      {"[[rule]]\naction='hold'", "p:1:1: a rule needs a 'name'"},
      {"[[rule]]\nname='default'\naction='hold'", "p:2:6: 'default' is the name of"},
      {"[[rule]]\nname='a'", "p:1:1: a rule needs an 'action'"},
      {"[[rule]]\nname='a'\naction='hold'\npaths=['srv']",
       "p:4:8: a path begins with / or ~ or **"},
      {"[[rule]]\nname='a'\naction='hold'\nexpires='0s'",
       "p:4:9: 'expires' must be more than nothing"},
      {"[[rule]]\nname='a'\naction='hold'\napprovers={count=0}",
       "p:4:18: 'count' must be from 1 to 16"},
      {"[[rule]]\nname='a'\naction='hold'\nescalate=[]", "p:4:1: unknown key 'escalate'"},
      {"[[rule]]\nname='a'\naction='hold'\ntrees=['/']", "p:4:7: 'trees' belongs to [[deny]]"},
      {"[[deny]]\nname='a'\naction='allow'", "p:3:1: unknown key 'action'"},
      {"[[deny]]\nname='a'\ncapabilities=['rwa']", "p:3:15: no such capability"},
      {"[[rule]]\nname='a'\naction='allow'\neffects=['read']\ncapabilities=['raw']",
       "p:5:14: what nobody can check"},
      {"[[rule]]\nname='a'\naction='hold'\ncapabilities=['shell']",
       "p:4:14: a shell is refused by"},
      {"x = 1", "p:1:1: unknown key 'x'"},
  };
  for (const auto& c : cases) {
    const auto policy = load_policy(c.text, "p");
    ASSERT_FALSE(policy) << c.text;
    EXPECT_EQ(policy.error().what.substr(0, std::string_view(c.want).size()), c.want);
  }
}

TEST(PolicyFileTest, ALaterRuleThatReachesFurtherIsNotShadowed) {
  const auto policy = load_policy(
      "[[rule]]\nname='a'\naction='allow'\neffects=['read']\nagents=['x']\n"
      "[[rule]]\nname='b'\naction='allow'\neffects=['read']\n"
      "[[rule]]\nname='c'\naction='hold'\neffects=['*']\n",
      "p");
  EXPECT_TRUE(policy) << policy.error().what;
}

}  // namespace
}  // namespace hitl::rulebook
