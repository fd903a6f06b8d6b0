// SPDX-License-Identifier: Apache-2.0
#include "rulebook/policy_file.h"

#include <gtest/gtest.h>

#include <tuple>

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
      {"[[rule]]\nname='a'\naction='hold'\nescalte=[]",
       "p:4:1: unknown key 'escalte' (did you mean 'escalate'?)"},
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

// What a rule that holds says, and what is wrong with it.
TEST(PolicyFileTest, FaultsOfHoldsAndTimesNameTheirPlace) {
  struct Case {
    const char* text;  // of a rule that holds
    const char* want;
  };
  const Case cases[] = {
      {"approvers=[]", "p:4:11: 'approvers' names nobody"},
      {"approvers='oncall'", "p:4:11: 'approvers' must be a table, or an array of tables"},
      {"approvers=[{group='a'},{grup='b'}]", "p:4:25: unknown key 'grup' (did you mean 'group'?)"},
      {"approvers={group='On Call'}", "p:4:18: 'On Call' is no name of a group"},
      {"approvers={group='a',count=17}", "p:4:28: 'count' must be from 1 to 16"},
      {"approvers=[{},{},{},{},{},{},{},{},{}]", "p:4:11: more than 8 steps"},
      {"escalate={after='5m',group='leads'}", "p:4:10: 'escalate' must be an array of tables"},
      {"approvers={group='a'}\nescalate=[{group='b'}]", "p:5:11: after how long?"},
      {"approvers={group='a'}\nescalate=[{after='0s',group='b'}]",
       "p:5:18: 'after' must be more than nothing"},
      {"approvers={group='a'}\nescalate=[{after='20m',group='b'}]",
       "p:5:18: the request has expired by then"},
      {"approvers={group='a'}\nexpires='5m'\nescalate=[{after='5m',notify='b'}]",
       "p:6:18: the request has expired by then"},
      {"approvers={group='a'}\nescalate=[{after='5m'}]", "p:5:18: either a 'group'"},
      {"approvers={group='a'}\nescalate=[{after='5m',group='b',notify='c'}]",
       "p:5:18: either a 'group'"},
      {"approvers={group='a'}\nescalate=[{after='5m',group='a'}]",
       "p:5:29: 'a' may decide from the start"},
      {"escalate=[{after='5m',group='a'}]", "p:4:29: 'a' may decide from the start"},
      {"approvers={group='a'}\nescalate=[{after='5m',group='b'},{after='6m',group='b'}]",
       "p:5:52: 'b' is named twice"},
      {"escalate=[{after='5m',notify=''}]", "p:4:30: '' is no name of a notification"},
      {"mode='later'", "p:4:6: 'later' is none of 'wait', 'return'"},
      {"justification='yes'", "p:4:15: 'yes' is none of 'optional', 'required'"},
      {"proof='signed'", "p:4:7: 'signed' is none of 'peer', 'signature', 'presence'"},
      {"shadow='yes'", "p:4:8: 'shadow' must be true or false"},
      {"grants='30m'", "p:4:8: what runs anything is approved one by one"},
      {"effects=['*']\ngrants='30m'", "p:5:8: what runs anything is approved one by one"},
      {"effects=['write','execute']\ngrants='30m'", "p:5:8: what runs anything"},
      {"effects=['persist']\ngrants='30m'", "p:5:8: what runs anything"},
      {"effects=['write']\ngrants='25h'", "p:5:8: no grant lives longer than a day"},
      {"effects=['write']\ncapabilities=['raw']\ngrants='1h'", "p:6:8: keys that go unchecked"},
      {"hours=['mon 08:00-18:00']", "p:4:7: whose hours? (timezone"},
      {"hours=[]", "p:4:7: 'hours' is empty: the rule can never match"},
      {"hours=['mon','mon 25:00-26:00']", "p:4:7: whose hours?"},
      {"hosts=['a','b c']", "p:4:12: 'b c' is no host"},
      {"hosts=['10.0.0.0/40']", "p:4:8: '10.0.0.0/40' is no range of addresses"},
      {"effects=['read']\nhosts=['a']", "p:5:7: only what has the effect 'network'"},
      {"agents=['dev*']", "p:4:9: 'dev*' is none of NAME, group:NAME and *"},
      {"agents=['grop:a']",
       "p:4:9: 'grop:a' is none of NAME, group:NAME and * (did you mean 'group'"},
      {"targets=['x','group:a']", "p:4:14: 'group:a' is none of NAME, tag:NAME and *"},
      {"commands=['ls','  ']", "p:4:16: a command has at least the name of its program"},
  };
  for (const auto& c : cases) {
    const auto policy =
        load_policy(std::string("[[rule]]\nname='r'\naction='hold'\n") + c.text, "p");
    ASSERT_FALSE(policy) << c.text;
    EXPECT_EQ(policy.error().what.substr(0, std::string_view(c.want).size()), c.want) << c.text;
  }
  for (const auto& [text, want] :
       {std::pair{"grants = '1h'", "p:1:10: 'grants' is for a rule"},
        {"timezone = 'Mars'", "p:1:12: 'Mars' is none of 'UTC', 'local'"},
        {"timezone='UTC'\n[[deny]]\nname='a'\nhours=['mon','x']", "p:4:14: 'x' are no hours"},
        {"[[rule]]\nname='a'\naction='allow'\neffects=['read']\napprovers={}",
         "p:5:11: 'approvers' is for a rule that holds"},
        {"[[rule]]\nname='a'\naction='deny'\nshadow=true",
         "p:4:8: 'shadow' is for a rule that holds"},
        {"[[deny]]\nname='a'\nshadow=true", "p:3:1: unknown key 'shadow'"}}) {
    const auto policy = load_policy(text, "p");
    ASSERT_FALSE(policy) << text;
    EXPECT_EQ(policy.error().what.substr(0, std::string_view(want).size()), want) << text;
  }
}

TEST(PolicyFileTest, WhatARuleDoesNotSayIsAsAtTheTop) {
  const auto policy = load_policy(R"(
timezone  = "local"
shadow    = true
expires   = "30m"
approvers = { group = "oncall" }
escalate  = [{ after = "25m", group = "leads" }, { after = "5m", notify = "pager" }]
justification = "required"
proof     = "signature"
[[rule]]
name      = "chain"
effects   = ["write", "network"]
hosts     = ["*.example.org"]
hours     = ["mon-fri 08:00-18:00", "sat"]
action    = "hold"
approvers = [{ group = "oncall" }, { group = "security", count = 2 }]
grants    = "30m"
shadow    = false
proof     = "presence"
[[rule]]
name      = "rest"
action    = "hold"
justification = "optional"
escalate  = []
)",
                                  "policy.toml");
  ASSERT_TRUE(policy) << policy.error().what;
  EXPECT_EQ(policy->zone, policy::Zone::Local);
  EXPECT_TRUE(policy->shadow);
  const auto minutes = [](int n) { return std::chrono::milliseconds(std::chrono::minutes(n)); };
  using Escalations = std::vector<Escalation>;
  EXPECT_EQ(policy->hold.escalate,
            (Escalations{{minutes(5), "", "pager"}, {minutes(25), "leads", ""}}));
  EXPECT_EQ(policy->hold.proof, Proof::Signature);
  const auto& chain = policy->rules[0];
  EXPECT_EQ(chain.hold.approvers, (std::vector<Step>{{"oncall", 1}, {"security", 2}}));
  // leads may decide for oncall; nobody said that they may for security.
  EXPECT_EQ(chain.hold.escalate, (Escalations{{minutes(5), "", "pager"}}));
  EXPECT_EQ(chain.hold.grants, minutes(30));
  EXPECT_EQ(chain.hold.expires, minutes(30));
  EXPECT_EQ(chain.hold.proof, Proof::Presence);
  EXPECT_TRUE(chain.hold.justification);
  EXPECT_FALSE(chain.shadow);
  EXPECT_EQ(chain.match.hours->count(), (5 * 10 + 24) * 60u);
  ASSERT_EQ(chain.match.hosts.size(), 1u);
  const auto& rest = policy->rules[1];
  EXPECT_EQ(rest.hold.approvers, policy->hold.approvers);
  EXPECT_TRUE(rest.hold.escalate.empty());
  EXPECT_FALSE(rest.hold.justification);
  EXPECT_EQ(rest.hold.grants, minutes(0));
  EXPECT_TRUE(rest.shadow);
}

// Each pair of rules: whether the second can never match.
TEST(PolicyFileTest, ARuleIsDeadOnlyIfAnotherCoversAllOfIt) {
  struct Case {
    const char* earlier;
    const char* later;
    bool dead;
  };
  const Case cases[] = {
      {"", "effects=['read']", true},
      {"effects=['read']", "", false},
      {"hours=['mon-fri']", "hours=['tue 08:00-09:00']", true},
      {"hours=['mon-fri']", "hours=['sat']", false},
      {"hours=['mon-fri']", "", false},
      {"", "hours=['sat']", true},
      {"commands=['ls ...','cat ...']", "commands=['cat ...']", true},
      {"commands=['ls ...']", "commands=['ls']", false},
      {"commands=['ls ...']", "", false},
      {"", "commands=['ls ...']", true},
      {"paths=['/a/**']", "paths=['/a/**']", true},
      {"paths=['/a/**']", "paths=['/a/b']", false},
      {"paths=['/a/**']", "", false},
      {"", "paths=['/a/**']", true},
      {"hosts=['a','b']", "hosts=['b']", true},
      {"hosts=['*']", "hosts=['b']", false},
      {"hosts=['b']", "", false},
      {"", "hosts=['b']", true},
      {"paths=['/a']", "paths=['/a']\nhosts=['b']", false},
      {"hosts=['b']", "paths=['/a']\nhosts=['b']", true},
      {"capabilities=['raw']", "", false},
      {"capabilities=['raw']", "capabilities=['raw']", true},
      {"", "capabilities=['raw']", true},
      {"agents=['x']", "agents=['group:x']", false},
      {"agents=['x','y']", "agents=['y']", true},
      {"targets=['tag:x']", "targets=['*']", false},
  };
  for (const auto& c : cases) {
    const auto text = [&](const std::string& before) {
      return "timezone='UTC'\n" + before + "[[rule]]\nname='a'\naction='hold'\n" + c.earlier +
             "\n[[rule]]\nname='b'\naction='hold'\n" + c.later + "\n";
    };
    const auto policy = load_policy(text(""), "p");
    EXPECT_EQ(!policy, c.dead) << c.earlier << " / " << c.later << ": "
                               << (policy ? "" : policy.error().what);
    // A denial of anything leaves nothing to a rule; another does.
    EXPECT_FALSE(load_policy(text("[[deny]]\nname='d'\n"), "p"));
    EXPECT_EQ(!load_policy(text("[[deny]]\nname='d'\neffects=['device']\n"), "p"), c.dead);
    EXPECT_EQ(!load_policy(text("[[deny]]\nname='d'\nagents=['z']\n"), "p"), c.dead);
  }
  for (const auto& [earlier, later, dead] :
       {std::tuple{"effects=['read','write']", "effects=['read']\npaths=['/x']", true},
        {"effects=['read']\npaths=['/x']", "effects=['read']\npaths=['/x']", false},
        {"effects=['read']", "effects=['read','write']", false},
        {"effects=['*']", "trees=['/']", false},
        {"effects=['read']\ntargets=['x']", "effects=['read']", false},
        {"commands=['x']", "commands=['x']\neffects=['read']", true}}) {
    const auto text =
        std::string("[[deny]]\nname='a'\n") + earlier + "\n[[deny]]\nname='b'\n" + later;
    EXPECT_EQ(!load_policy(text, "p"), dead) << text;
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
