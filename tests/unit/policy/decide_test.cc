// SPDX-License-Identifier: Apache-2.0
#include "policy/decide.h"

#include <gtest/gtest.h>

#include "catalog/pattern.h"

namespace hitl::policy {
namespace {

using catalog::Effect;
using catalog::EffectSet;
using classify::CommandReport;
using classify::Report;

const Asker kDevin{"devin", {"agents"}, "db1", {"prod"}, {}};

CommandReport command(EffectSet effects, std::vector<std::string> argv = {"x"}) {
  CommandReport c;
  c.effects = effects;
  c.argvs = {std::move(argv)};
  return c;
}

CommandReport with_cause(Effect e, std::string path, bool whole = false) {
  auto c = command({e});
  c.causes.push_back({e, {}, "a reason", catalog::from_notation(path), whole});
  return c;
}

Rule rule(const char* name, EffectSet effects, Verdict action) {
  Rule r;
  r.name = name;
  r.match.agents = r.match.targets = {"*"};
  r.match.effects = effects;
  r.action = action;
  return r;
}

Policy shipped() {
  Policy p;
  p.rules.push_back(rule("look", {Effect::Read}, Verdict::Allow));
  return p;
}

TEST(DecideTest, WhatNothingCoversIsHeldByDefault) {
  const auto r = decide({}, kDevin, {{command({Effect::Read})}, InputRole::None}, false);
  EXPECT_EQ(r.verdict, Verdict::Hold);
  EXPECT_EQ(r.rule, "default");
  EXPECT_EQ(decide(shipped(), kDevin, {}, false).verdict, Verdict::Hold);  // blank
  EXPECT_EQ(decide(shipped(), kDevin, {}, true).verdict, Verdict::Hold);   // opaque
}

TEST(DecideTest, ARuleMustCoverAllEffectsOfACommand) {
  const auto p = shipped();
  EXPECT_EQ(decide(p, kDevin, {{command({Effect::Read})}, InputRole::None}, false).verdict,
            Verdict::Allow);
  for (const Effect e : catalog::all_effects()) {
    if (e == Effect::Read) continue;
    EXPECT_EQ(decide(p, kDevin, {{command({Effect::Read, e})}, InputRole::None}, false).verdict,
              Verdict::Hold);
  }
}

TEST(DecideTest, TheLineGetsTheStrictestOfItsCommands) {
  auto p = shipped();
  p.rules.push_back(rule("no deletes", {Effect::Delete}, Verdict::Deny));
  const auto read = command({Effect::Read}), write = command({Effect::Write}),
             gone = command({Effect::Delete});
  EXPECT_EQ(decide(p, kDevin, {{read, write, read}, InputRole::None}, false).verdict,
            Verdict::Hold);
  const auto r = decide(p, kDevin, {{read, write, gone, read}, InputRole::None}, false);
  EXPECT_EQ(r.verdict, Verdict::Deny);
  EXPECT_EQ(r.rule, "no deletes");
  EXPECT_EQ(r.command, 2u);
}

TEST(DecideTest, TheFirstRuleThatCoversCounts) {
  auto p = shipped();
  p.rules.push_back(rule("late", {Effect::Read, Effect::Write}, Verdict::Deny));
  EXPECT_EQ(decide(p, kDevin, {{command({Effect::Read})}, InputRole::None}, false).rule, "look");
}

// SECURITY: rule 3.
TEST(DecideTest, ADenialBeatsEveryRuleWhereAnyPartMeetsIt) {
  auto p = shipped();
  p.rules.insert(p.rules.begin(), rule("all", EffectSet::all(), Verdict::Allow));
  p.denials.push_back(rule("never a disk", {Effect::Device}, Verdict::Deny));
  const Report line{{command({Effect::Read}), command({Effect::Read, Effect::Device})},
                    InputRole::None};
  const auto r = decide(p, kDevin, line, false);
  EXPECT_EQ(r.verdict, Verdict::Deny);
  EXPECT_EQ(r.rule, "never a disk");
}

TEST(DecideTest, RulesAreForTheirAgentsAndTargetsOnly) {
  const std::pair<std::vector<std::string>, bool> cases[] = {{{"*"}, true},
                                                             {{"devin"}, true},
                                                             {{"group:agents"}, true},
                                                             {{"group:other"}, false},
                                                             {{"agents"}, false},
                                                             {{"group:devin"}, false},
                                                             {{"dev*"}, false}};
  for (const auto& [agents, want] : cases) {
    auto p = shipped();
    p.rules[0].match.agents = agents;
    EXPECT_EQ(decide(p, kDevin, {{command({Effect::Read})}, InputRole::None}, false).verdict ==
                  Verdict::Allow,
              want)
        << agents[0];
  }
  for (const auto& [target, want] : {std::pair{"db1", true},
                                     {"tag:prod", true},
                                     {"prod", false},
                                     {"tag:db1", false},
                                     {"db2", false}}) {
    auto p = shipped();
    p.rules[0].match.targets = {target};
    EXPECT_EQ(decide(p, kDevin, {{command({Effect::Read})}, InputRole::None}, false).verdict ==
                  Verdict::Allow,
              want)
        << target;
  }
}

TEST(DecideTest, ATreeIsTheFolderOrAllOfIt) {
  Policy p;
  auto deny = rule("system", {Effect::Delete}, Verdict::Deny);
  deny.match.trees = {"/", "/etc", "~"};
  p.denials.push_back(deny);
  for (const char* path : {"/", "/*", "/etc", "/etc/*", "/e*", "~", "~/*", "/?tc"})
    EXPECT_EQ(decide(p, kDevin, {{with_cause(Effect::Delete, path, true)}, InputRole::None}, false)
                  .verdict,
              Verdict::Deny)
        << path;
  for (const char* path : {"/srv", "/etc/x", "~/x", "/etc/*.bak", "**", "/srv/**", "/tmp/*"})
    EXPECT_EQ(decide(p, kDevin, {{with_cause(Effect::Delete, path, true)}, InputRole::None}, false)
                  .verdict,
              Verdict::Hold)
        << path;
  EXPECT_EQ(
      decide(p, kDevin, {{with_cause(Effect::Delete, "/etc")}, InputRole::None}, false).verdict,
      Verdict::Hold);  // not as a whole
}

TEST(DecideTest, APathOfADenialMeetsWhatCouldBeItAndWhatHoldsIt) {
  Policy p;
  auto deny = rule("payroll", {}, Verdict::Deny);
  deny.match.paths = {catalog::from_notation("/srv/payroll/**")};
  p.denials.push_back(deny);
  const auto verdict = [&](const char* path, bool whole) {
    return decide(p, kDevin, {{with_cause(Effect::Read, path, whole)}, InputRole::None}, false)
        .verdict;
  };
  EXPECT_EQ(verdict("/srv/payroll/x", false), Verdict::Deny);
  EXPECT_EQ(verdict("/srv/*/x", false), Verdict::Deny);
  EXPECT_EQ(verdict("/srv", true), Verdict::Deny);
  EXPECT_EQ(verdict("/srv", false), Verdict::Hold);
  EXPECT_EQ(verdict("/srv/app/x", true), Verdict::Hold);
  EXPECT_EQ(verdict("**", false), Verdict::Hold);
}

TEST(DecideTest, ARuleWithPathsCoversOnlyWhatStaysBelowThem) {
  Policy p;
  auto allow = rule("scratch", {Effect::Read, Effect::Write}, Verdict::Allow);
  allow.match.paths = {catalog::from_notation("/srv/scratch/**")};
  p.rules.push_back(allow);
  const auto verdict = [&](const CommandReport& c) {
    return decide(p, kDevin, {{c}, InputRole::None}, false).verdict;
  };
  EXPECT_EQ(verdict(with_cause(Effect::Write, "/srv/scratch/a/b")), Verdict::Allow);
  EXPECT_EQ(verdict(with_cause(Effect::Write, "/srv/scratch/*")), Verdict::Allow);
  for (const char* path : {"/srv/x", "/srv/scratch", "**", "/srv/*/x", "~/x", ""})
    EXPECT_EQ(verdict(with_cause(Effect::Write, path)), Verdict::Hold) << path;
  EXPECT_EQ(verdict(command({Effect::Write})), Verdict::Hold);  // it does not say where
  auto two = with_cause(Effect::Write, "/srv/scratch/a");
  two.causes.push_back(with_cause(Effect::Write, "/etc/x").causes[0]);
  EXPECT_EQ(verdict(two), Verdict::Hold);
}

TEST(CommandPatternTest, MatchesWordsNotText) {
  struct Case {
    const char* pattern;
    std::vector<std::string> argv;
    bool want;
  };
  const std::string unknown(1, catalog::kAny);
  const Case cases[] = {
      {"reboot ...", {"reboot"}, true},
      {"reboot ...", {"/sbin/reboot", "-f"}, true},
      {"reboot", {"reboot", "-f"}, false},
      {"nc ... -e ...", {"nc", "-l", "-e", "/bin/sh"}, true},
      {"nc ... -e ...", {"nc", "-le"}, false},
      {"mkfs.* ...", {"mkfs.ext4", "/dev/x"}, true},
      {"mkfs.* ...", {"echo", "mkfs.ext4"}, false},
      {"systemctl ... reboot", {"systemctl", "--force", "reboot"}, true},
      {"systemctl ... reboot", {"systemctl", "reboot", "x"}, false},
      {"python* ... *fork*", {"python3", "-c", "os.fork()"}, true},
      {"x *", {"x", unknown}, true},
      {"x y", {"x", unknown}, false},
      {"x ...", {unknown, "y"}, false},
      {"", {"x"}, false},
  };
  for (const auto& c : cases)
    EXPECT_EQ(CommandPattern(c.pattern).matches(c.argv), c.want) << c.pattern << " " << c.argv[0];
}

TEST(DecideTest, AHoldAsksForAllThatItsCommandsAskFor) {
  Policy p;
  auto one = rule("one", {Effect::Write}, Verdict::Hold);
  one.hold.approvers = {{"oncall", 1}};
  auto two = rule("two", {Effect::Delete}, Verdict::Hold);
  two.hold.approvers = {{"leads", 2}};
  two.hold.expires = std::chrono::minutes(5);
  two.hold.opaque_may_be_approved = false;
  p.rules = {one, two};
  p.hold.proof = Proof::Signature;  // of the default, which is not asked
  const auto r = decide(
      p, kDevin, {{command({Effect::Delete}), command({Effect::Write})}, InputRole::None}, false);
  EXPECT_EQ(r.rule, "two");
  EXPECT_EQ(r.hold.approvers, (std::vector<Step>{{"oncall", 1}, {"leads", 2}}));
  EXPECT_EQ(r.hold.expires, std::chrono::minutes(5));
  EXPECT_FALSE(r.hold.opaque_may_be_approved);
  EXPECT_EQ(r.hold.proof, Proof::Peer);
}

CommandReport talking(const std::string& host) {
  auto c = command({Effect::Network}, {"curl"});
  c.causes.push_back({Effect::Network, {}, "talks", "", false, host});
  return c;
}

std::vector<HostPattern> hosts(std::initializer_list<const char*> texts) {
  std::vector<HostPattern> out;
  for (const auto* t : texts) out.push_back(*HostPattern::parse(t));
  return out;
}

TEST(DecideTest, ARuleWithHostsCoversOnlyWhatTalksToThem) {
  Policy p;
  auto allow = rule("ours", {Effect::Network, Effect::Read, Effect::Write}, Verdict::Allow);
  allow.match.hosts = hosts({"*.example.org", "10.0.0.0/8"});
  p.rules.push_back(allow);
  const auto verdict = [&](const CommandReport& c) {
    return decide(p, kDevin, {{c}, InputRole::None}, false).verdict;
  };
  EXPECT_EQ(verdict(talking("a.example.org")), Verdict::Allow);
  EXPECT_EQ(verdict(talking("10.1.2.3")), Verdict::Allow);
  for (const char* host : {"", "example.org", "11.0.0.1", "evil.net"})
    EXPECT_EQ(verdict(talking(host)), Verdict::Hold) << host;
  EXPECT_EQ(verdict(command({Effect::Network})), Verdict::Hold);  // it does not say whom
  EXPECT_EQ(verdict(command({Effect::Read})), Verdict::Hold);     // it talks to nobody
  auto two = talking("a.example.org");
  two.causes.push_back(talking("").causes[0]);
  EXPECT_EQ(verdict(two), Verdict::Hold);
  // With paths, these are for what is not talked to.
  p.rules[0].match.paths = {"/tmp/x"};
  auto writes = talking("a.example.org");
  writes.effects.add(Effect::Write);
  writes.causes.push_back({Effect::Write, {}, "", "/tmp/x", false});
  EXPECT_EQ(verdict(writes), Verdict::Allow);
  writes.causes.back().path = "/etc/x";
  EXPECT_EQ(verdict(writes), Verdict::Hold);
}

// SECURITY: rule 3.
TEST(DecideTest, WhoMayBeADeniedHostIsHeldWhereNoRuleNamesTheHost) {
  Policy p;
  p.rules.push_back(rule("net", {Effect::Network, Effect::Read}, Verdict::Allow));
  auto deny = rule("metadata", {Effect::Network}, Verdict::Deny);
  deny.match.hosts = hosts({"169.254.169.254"});
  p.denials.push_back(deny);
  const auto ruling = [&](const CommandReport& c) {
    return decide(p, kDevin, {{c}, InputRole::None}, false);
  };
  EXPECT_EQ(ruling(talking("169.254.169.254")).rule, "metadata");
  EXPECT_EQ(ruling(talking("169.254.169.253")).verdict, Verdict::Allow);
  EXPECT_EQ(ruling(command({Effect::Read})).verdict, Verdict::Allow);
  for (const char* host : {"", "a.example.org"}) {
    const auto r = ruling(talking(host));
    EXPECT_EQ(r.verdict, Verdict::Hold) << host;
    EXPECT_EQ(r.rule, "default");
    EXPECT_NE(r.reason.find("metadata"), std::string::npos);
  }
  p.shadow = true;  // not even then
  EXPECT_EQ(ruling(talking("")).verdict, Verdict::Hold);
  p.rules[0].match.hosts = hosts({"*.example.org"});
  EXPECT_EQ(ruling(talking("a.example.org")).verdict, Verdict::Allow);
}

TEST(DecideTest, RulesAreForTheirHoursOnly) {
  auto asker = kDevin;
  const Report read{{command({Effect::Read})}, InputRole::None};
  auto p = shipped();
  p.rules[0].match.hours = *hours_of("mon 08:00-18:00");
  asker.minute = 8 * 60;
  EXPECT_EQ(decide(p, asker, read, false).verdict, Verdict::Allow);
  asker.minute = 18 * 60;
  EXPECT_EQ(decide(p, asker, read, false).verdict, Verdict::Hold);
  asker.minute.reset();  // an unknown time allows nothing
  EXPECT_EQ(decide(p, asker, read, false).verdict, Verdict::Hold);

  p = shipped();
  auto freeze = rule("freeze", {}, Verdict::Deny);
  freeze.match.hours = *hours_of("fri");
  p.denials = {freeze};
  EXPECT_EQ(decide(p, asker, read, false).verdict, Verdict::Deny);
  asker.minute = 0;
  EXPECT_EQ(decide(p, asker, read, false).verdict, Verdict::Allow);
  asker.minute = 4 * kMinutesADay;
  EXPECT_EQ(decide(p, asker, read, false).verdict, Verdict::Deny);
  EXPECT_EQ(denied_shell(p, asker), nullptr);
  p.denials[0].match.capabilities.shell = true;
  EXPECT_NE(denied_shell(p, asker), nullptr);
}

TEST(DecideTest, ShadowAllowsWhatItWouldHaveHeldAndNothingElse) {
  auto p = shipped();
  auto writes = rule("writes", {Effect::Write}, Verdict::Hold);
  writes.shadow = true;
  writes.hold.approvers = {{"oncall", 1}};
  writes.message = "m";
  p.rules.push_back(writes);
  p.rules.push_back(rule("deletes", {Effect::Delete}, Verdict::Hold));
  p.rules.push_back(rule("never", {Effect::Account}, Verdict::Deny));
  p.denials.push_back(rule("disks", {Effect::Device}, Verdict::Deny));
  const auto ruling = [&](std::vector<CommandReport> c) {
    return decide(p, kDevin, {std::move(c), InputRole::None}, false);
  };
  const auto read = command({Effect::Read}), write = command({Effect::Write}),
             gone = command({Effect::Delete});
  const auto r = ruling({read, write});
  EXPECT_EQ(r.verdict, Verdict::Allow);
  EXPECT_TRUE(r.shadow);
  EXPECT_EQ(r.rule, "writes");
  EXPECT_EQ(r.hold.approvers, writes.hold.approvers);
  EXPECT_FALSE(ruling({read}).shadow);
  // A rule that holds in earnest asks for its own.
  const auto held = ruling({write, gone});
  EXPECT_EQ(held.verdict, Verdict::Hold);
  EXPECT_FALSE(held.shadow);
  EXPECT_EQ(held.rule, "deletes");
  EXPECT_EQ(held.hold.approvers, std::vector<Step>{Step{}});
  EXPECT_EQ(ruling({write, command({Effect::Device})}).verdict, Verdict::Deny);
  EXPECT_EQ(ruling({write, command({Effect::Account})}).verdict, Verdict::Deny);
  EXPECT_EQ(ruling({command({Effect::Service})}).verdict, Verdict::Hold);  // by default

  p.shadow = true;
  EXPECT_TRUE(ruling({command({Effect::Service})}).shadow);
  EXPECT_EQ(decide(p, kDevin, {}, true).verdict, Verdict::Hold);   // opaque
  EXPECT_EQ(decide(p, kDevin, {}, false).verdict, Verdict::Hold);  // blank
  auto keys = kDevin;
  keys.uses.raw = true;
  EXPECT_EQ(decide(p, keys, {{write}, InputRole::None}, false).verdict, Verdict::Hold);
  p.fallback = Verdict::Deny;
  EXPECT_EQ(ruling({command({Effect::Service})}).verdict, Verdict::Deny);
}

TEST(DecideTest, ATraceSaysOfTheRulesBeforeWhyNotThey) {
  auto p = shipped();
  p.rules[0].match.agents = {"x"};
  auto elsewhere = rule("elsewhere", {}, Verdict::Hold);
  elsewhere.match.targets = {"tag:lab"};
  auto program = rule("program", {}, Verdict::Hold);
  program.match.commands = {CommandPattern("y")};
  auto place = rule("place", {}, Verdict::Hold);
  place.match.paths = {"/x"};
  auto host = rule("host", {}, Verdict::Hold);
  host.match.hosts = hosts({"*"});
  auto hours = rule("hours", {}, Verdict::Allow);
  hours.match.hours = *hours_of("sun");
  auto keys = rule("keys", {}, Verdict::Hold);
  keys.match.capabilities.raw = true;
  p.rules.insert(p.rules.end(), {elsewhere, program, place, host, hours, keys,
                                 rule("reads", {Effect::Read}, Verdict::Hold),
                                 rule("writes", {Effect::Write}, Verdict::Hold)});
  p.denials.push_back(rule("disks", {Effect::Device}, Verdict::Deny));
  std::vector<Considered> trace;
  const auto r =
      decide(p, kDevin, {{with_cause(Effect::Write, "/y")}, InputRole::None}, false, &trace);
  EXPECT_EQ(r.rule, "writes");
  std::string said;
  for (const auto& c : trace) said += c.rule + " " + c.why + "\n";
  EXPECT_EQ(said,
            "disks is not about write\n"
            "look is for other agents\n"
            "elsewhere is for other targets\n"
            "program is about other commands\n"
            "place is about other paths\n"
            "host is about other hosts\n"
            "hours is for other hours\n"
            "keys is about sessions, or keys that go unchecked\n"
            "reads is not about write\n");
}

TEST(DecideTest, ARuleOfACapabilityIsAboutThatOnly) {
  Policy p = shipped();
  auto keys = rule("no editors", {}, Verdict::Deny);
  keys.match.capabilities.raw = true;
  auto sessions = rule("no shells on prod", {}, Verdict::Deny);
  sessions.match.capabilities.shell = true;
  sessions.match.targets = {"tag:prod"};
  p.denials = {keys, sessions};
  const Report read{{command({Effect::Read})}, InputRole::None};
  EXPECT_EQ(decide(p, kDevin, read, false).verdict, Verdict::Allow);
  auto asker = kDevin;
  asker.uses.raw = true;
  EXPECT_EQ(decide(p, asker, read, false).rule, "no editors");
  asker.uses = {.raw = false, .shell = true};
  EXPECT_EQ(decide(p, asker, read, false).rule, "no shells on prod");
  const auto* denial = denied_shell(p, kDevin);
  ASSERT_NE(denial, nullptr);
  EXPECT_EQ(denial->name, "no shells on prod");
  EXPECT_EQ(denied_shell(p, {"devin", {"agents"}, "web1", {}, {}}), nullptr);
}

}  // namespace
}  // namespace hitl::policy
