// SPDX-License-Identifier: Apache-2.0
// What holds of every policy and every line.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "policy/decide.h"
#include "policy/merge.h"

namespace hitl::policy {
namespace {

using catalog::Effect;
using catalog::EffectSet;
using classify::CommandReport;
using classify::Report;

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  std::size_t under(std::size_t n) { return random_() % n; }
  bool once_in(std::size_t n) { return under(n) == 0; }
  template <class T>
  T of(std::initializer_list<T> all) {
    return *(all.begin() + under(all.size()));
  }

  EffectSet effects() {
    EffectSet set;
    for (const Effect e : {Effect::Read, Effect::Write, Effect::Delete, Effect::Network})
      if (once_in(2)) set.add(e);
    return set;
  }

  Rule rule(std::string name, Verdict action) {
    Rule r;
    r.name = std::move(name);
    r.action = action;
    auto& m = r.match;
    m.agents = {of<std::string>({"*", "*", "devin", "group:agents", "other"})};
    m.targets = {of<std::string>({"*", "*", "db1", "tag:prod", "web1"})};
    if (!once_in(4)) m.effects = effects();
    if (once_in(4)) m.commands.emplace_back(of<const char*>({"a ...", "b", "a x"}));
    if (once_in(4)) m.paths = {of<std::string>({"/a", "/b", "/\\x02"})};
    if (once_in(4)) m.hosts = {*HostPattern::parse(of<const char*>({"h.org", "10.0.0.0/8", "*"}))};
    if (once_in(4)) m.hours = *hours_of(of<const char*>({"mon", "tue-sun", "08:00-18:00"}));
    if (once_in(6)) m.capabilities.raw = true;
    r.hold.approvers = {
        {of<std::string>({"", "oncall", "leads"}), 1 + static_cast<std::uint32_t>(under(3))}};
    r.hold.expires = std::chrono::minutes(5 + under(9));
    r.hold.grants = std::chrono::minutes(under(3));
    if (once_in(2)) r.hold.escalate = {{std::chrono::minutes(1), "leads", ""}};
    r.shadow = action == Verdict::Hold && once_in(3);
    return r;
  }

  Policy policy() {
    Policy p;
    for (auto i = under(6); i > 0; --i)
      p.rules.push_back(rule("r" + std::to_string(i),
                             of({Verdict::Allow, Verdict::Allow, Verdict::Hold, Verdict::Deny})));
    for (auto i = under(3); i > 0; --i)
      p.denials.push_back(rule("d" + std::to_string(i), Verdict::Deny));
    if (once_in(4)) p.fallback = Verdict::Deny;
    p.shadow = once_in(4);
    return p;
  }

  CommandReport command() {
    CommandReport c;
    c.effects = effects();
    c.argvs = {{of<std::string>({"a", "b"})}};
    if (once_in(2)) c.argvs[0].emplace_back("x");
    for (const Effect e : catalog::all_effects()) {
      if (!c.effects.has(e) || once_in(4)) continue;
      const bool net = e == Effect::Network;
      c.causes.push_back({e,
                          {},
                          "",
                          net ? "" : of<std::string>({"", "/a", "/b", "/c"}),
                          false,
                          net ? of<std::string>({"", "h.org", "10.1.1.1", "x.net"}) : ""});
    }
    return c;
  }

  Report line() {
    Report r;
    for (auto i = 1 + under(4); i > 0; --i) r.commands.push_back(command());
    return r;
  }

  Asker asker() {
    Asker a{"devin", {"agents"}, "db1", {"prod"}, {.raw = once_in(5), .shell = once_in(3)}};
    if (!once_in(5)) a.minute = under(7 * kMinutesADay);
    return a;
  }

 private:
  std::mt19937 random_;
};

int leave(const Ruling& r) { return 2 * static_cast<int>(r.verdict) - (r.shadow ? 1 : 0); }

constexpr unsigned kRounds = 10'000;

// SECURITY: rule 3.
TEST(DecidePropertyTest, AnotherDenialNeverLoosens) {
  for (unsigned seed = 0; seed < kRounds; ++seed) {
    Dice dice(seed);
    auto p = dice.policy();
    const auto line = dice.line();
    const auto asker = dice.asker();
    const bool opaque = dice.once_in(6);
    const auto before = decide(p, asker, opaque ? Report{} : line, opaque);
    const auto at = static_cast<std::ptrdiff_t>(dice.under(p.denials.size() + 1));
    p.denials.insert(p.denials.begin() + at, dice.rule("new", Verdict::Deny));
    const auto after = decide(p, asker, opaque ? Report{} : line, opaque);
    ASSERT_LE(leave(after), leave(before)) << seed;
  }
}

TEST(DecidePropertyTest, TheOrderOfCommandsDoesNotMatter) {
  for (unsigned seed = 0; seed < kRounds; ++seed) {
    Dice dice(seed);
    const auto p = dice.policy();
    auto line = dice.line();
    const auto asker = dice.asker();
    const auto before = decide(p, asker, line, false);
    std::ranges::reverse(line.commands);
    if (line.commands.size() > 2) std::swap(line.commands[0], line.commands[1]);
    const auto after = decide(p, asker, line, false);
    ASSERT_EQ(leave(after), leave(before)) << seed;
    ASSERT_EQ(after.hold, before.hold) << seed;
  }
}

TEST(DecidePropertyTest, TheStrictestOfTheCommandsWinsAndAsksForAll) {
  for (unsigned seed = 0; seed < kRounds; ++seed) {
    Dice dice(seed);
    const auto p = dice.policy();
    const auto line = dice.line();
    const auto asker = dice.asker();
    const auto whole = decide(p, asker, line, false);
    int strictest = 9;
    for (const auto& c : line.commands) {
      const auto one = decide(p, asker, {{c}, InputRole::None}, false);
      strictest = std::min(strictest, leave(one));
      if (leave(one) != leave(whole) || one.verdict == Verdict::Deny ||
          (one.verdict == Verdict::Allow && !one.shadow))
        continue;
      ASSERT_EQ(both(whole.hold, one.hold).expires, whole.hold.expires) << seed;
      ASSERT_GE(whole.hold.approvals(), one.hold.approvals()) << seed;
      ASSERT_LE(whole.hold.grants, one.hold.grants) << seed;
    }
    ASSERT_EQ(leave(whole), strictest) << seed;
  }
}

TEST(DecidePropertyTest, AnotherCommandNeverLoosens) {
  for (unsigned seed = 0; seed < kRounds; ++seed) {
    Dice dice(seed);
    const auto p = dice.policy();
    auto line = dice.line();
    const auto asker = dice.asker();
    const auto before = decide(p, asker, line, false);
    line.commands.push_back(dice.command());
    const auto after = decide(p, asker, line, false);
    ASSERT_LE(leave(after), leave(before)) << seed;
    if (leave(after) == leave(before) && before.verdict == Verdict::Hold) {
      ASSERT_GE(after.hold.approvals(), before.hold.approvals()) << seed;
    }
  }
}

TEST(DecidePropertyTest, ATraceChangesNothingAndEndsBeforeTheRule) {
  for (unsigned seed = 0; seed < kRounds; ++seed) {
    Dice dice(seed);
    const auto p = dice.policy();
    const auto line = dice.line();
    const auto asker = dice.asker();
    std::vector<Considered> trace;
    const auto with = decide(p, asker, line, false, &trace),
               without = decide(p, asker, line, false);
    ASSERT_EQ(leave(with), leave(without));
    ASSERT_EQ(with.rule, without.rule);
    const auto found = std::ranges::find(trace, with.rule, &Considered::rule);
    ASSERT_EQ(found, trace.end()) << seed << " " << with.rule;
    for (const auto& c : trace) ASSERT_FALSE(c.why.empty());
    if (with.rule == "default" && with.reason.empty()) {
      ASSERT_EQ(trace.size(), p.rules.size() + p.denials.size());
    }
  }
}

}  // namespace
}  // namespace hitl::policy
