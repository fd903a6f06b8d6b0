// SPDX-License-Identifier: Apache-2.0
#include "approval/life.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace hitl::approval {
namespace {

using namespace std::chrono_literals;

Person person(std::string name, std::vector<std::string> groups) {
  return {std::move(name), std::move(groups), {"operator"}};
}
const Person kAlice = person("alice", {"oncall"});
const Person kBob = person("bob", {"oncall", "leads"});
const Person kCleo = person("cleo", {"leads"});
const Person kOwner = person("owner", {"oncall", "leads", "managers"});
const Person kManager = person("max", {"managers"});

Case chain() {
  Case c{"devin", "owner", {}};
  c.hold.approvers = {{"oncall", 1}, {"leads", 2}};
  c.hold.escalate = {{5min, "managers", ""}, {10min, "", "pager"}};
  c.hold.break_glass = "managers";
  return c;
}

bool may(const Case& c, const std::vector<Vote>& votes, const Person& who, Say say = Say::Approve,
         std::chrono::milliseconds waited = 0ms) {
  return !objection(c, outcome(c.hold, votes), votes, who, say, waited);
}

TEST(LifeTest, StepsOfAChainAreFilledOneAfterTheOther) {
  const auto c = chain();
  std::vector<Vote> votes;
  EXPECT_TRUE(may(c, votes, kAlice));
  EXPECT_FALSE(may(c, votes, kCleo)) << "her step has not begun";
  votes.push_back({"alice", Say::Approve});
  EXPECT_EQ(standing(c.hold, votes).step, 1u);
  EXPECT_EQ(standing(c.hold, votes).needed, 2u);
  EXPECT_FALSE(may(c, votes, kAlice)) << "once is once";
  EXPECT_TRUE(may(c, votes, kCleo));
  votes.push_back({"cleo", Say::Approve});
  EXPECT_EQ(outcome(c.hold, votes), State::Pending);
  votes.push_back({"bob", Say::Approve});
  EXPECT_EQ(outcome(c.hold, votes), State::Approved);
}

TEST(LifeTest, APersonOfTwoGroupsFillsOneStepOnly) {
  const auto c = chain();
  const std::vector<Vote> votes{{"bob", Say::Approve}};
  EXPECT_FALSE(may(c, votes, kBob));
  EXPECT_EQ(outcome(c.hold, votes), State::Pending);
}

TEST(LifeTest, WhoeverMayDecideOnAnyStepMayDeny) {
  const auto c = chain();
  EXPECT_TRUE(may(c, {}, kCleo, Say::Deny));
  EXPECT_FALSE(may(c, {}, kManager, Say::Deny)) << "not yet";
  EXPECT_TRUE(may(c, {}, kManager, Say::Deny, 5min));
  EXPECT_EQ(outcome(c.hold, {{"alice", Say::Approve}, {"cleo", Say::Deny}}), State::Denied);
  EXPECT_EQ(outcome(c.hold, {{"cleo", Say::Propose}}), State::Denied);
}

TEST(LifeTest, AnEscalationWidensWhoDecidesWhenItIsDue) {
  const auto c = chain();
  EXPECT_FALSE(may(c, {}, kManager, Say::Approve, 5min - 1ms));
  EXPECT_TRUE(may(c, {}, kManager, Say::Approve, 5min));
  EXPECT_EQ(who_decides(c.hold, {}, 5min), (std::vector<std::string>{"oncall", "managers"}));
  EXPECT_EQ(outcome(c.hold, {{"max", Say::Approve}}), State::Pending) << "but not how many";
}

TEST(LifeTest, TheOwnerAndTheRequesterNeverCount) {
  const auto c = chain();
  for (const Say say : {Say::Approve, Say::Deny, Say::Propose, Say::BreakGlass, Say::Review})
    for (const auto& who : {kOwner, person("devin", {"oncall", "leads", "managers"})})
      EXPECT_FALSE(may(c, {}, who, say, 1h)) << who.name;
  auto admin = kOwner;
  admin.roles = {"admin"};
  EXPECT_FALSE(may(c, {}, admin));
}

TEST(LifeTest, ABrokenGlassRunsAtOnceAndIsLookedAtByAnother) {
  const auto c = chain();
  EXPECT_FALSE(may(c, {}, kAlice, Say::BreakGlass));
  EXPECT_TRUE(may(c, {}, kManager, Say::BreakGlass));
  auto none = c;
  none.hold.break_glass.clear();
  EXPECT_FALSE(may(none, {}, kManager, Say::BreakGlass));
  const std::vector<Vote> broken{{"max", Say::BreakGlass}};
  EXPECT_EQ(outcome(c.hold, broken), State::Approved);
  EXPECT_TRUE(wants_review(broken));
  EXPECT_FALSE(may(c, broken, kManager, Say::Review)) << "who broke it";
  EXPECT_TRUE(may(c, broken, kAlice, Say::Review));
  EXPECT_FALSE(wants_review({{"max", Say::BreakGlass}, {"alice", Say::Review}}));
  EXPECT_FALSE(may(c, {}, kAlice, Say::Review)) << "nothing to look at";
}

TEST(LifeTest, NamesGoBothWays) {
  for (const auto s : {State::Pending, State::Approved, State::Denied, State::Expired,
                       State::Cancelled, State::Consumed})
    EXPECT_EQ(state_of(name_of(s)), s);
  for (const auto s : {Say::Approve, Say::Deny, Say::Propose, Say::BreakGlass, Say::Review})
    EXPECT_EQ(say_of(name_of(s)), s);
  EXPECT_FALSE(state_of("done"));
}

// Random people, chains and clocks: what is approved was approved by as many
// distinct people as its steps ask for, each of a group that its step or a due
// escalation names, unless the glass was broken by one who may.
TEST(LifeTest, WhateverIsSaidAQuorumIsDistinctPeopleOfTheRightGroups) {
  std::mt19937 random(20261124);
  const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  const std::vector<std::string> groups{"a", "b", "c", ""};
  int approved = 0, broken = 0, denied = 0;
  for (int round = 0; round < 20'000; ++round) {
    Case c{"devin", "p0", {}};
    c.hold.approvers.clear();
    for (std::size_t i = 0; i <= pick(3); ++i)
      c.hold.approvers.push_back({groups[pick(4)], static_cast<std::uint32_t>(1 + pick(2))});
    for (std::size_t i = 0; i < pick(3); ++i)
      c.hold.escalate.push_back({std::chrono::minutes(1 + pick(9)), groups[pick(3)], ""});
    if (pick(4) == 0) c.hold.break_glass = groups[pick(3)];
    std::vector<Person> people;
    for (int i = 0; i < 6; ++i) {
      std::vector<std::string> mine;
      for (std::size_t g = 0; g < 3; ++g)
        if (pick(2) == 0) mine.push_back(groups[g]);
      people.push_back(person("p" + std::to_string(i), mine));
    }
    std::vector<Vote> votes;
    std::vector<std::vector<std::string>> allowed;  // who decided, at each approval
    auto state = State::Pending;
    std::chrono::milliseconds waited{0};
    for (int i = 0; i < 12 && state == State::Pending; ++i) {
      waited += std::chrono::minutes(pick(3));
      const auto& who = people[pick(6)];
      const Say say = pick(8) == 0 ? Say::BreakGlass : pick(12) == 0 ? Say::Deny : Say::Approve;
      if (objection(c, state, votes, who, say, waited)) continue;
      EXPECT_NE(who.name, "p0");
      if (say == Say::Approve) {
        const auto step = standing(c.hold, votes).step;
        bool right = c.hold.approvers[step].group.empty();
        for (const auto& g : who.groups) {
          right |= g == c.hold.approvers[step].group;
          for (const auto& e : c.hold.escalate) right |= g == e.group && e.after <= waited;
        }
        EXPECT_TRUE(right);
      }
      votes.push_back({who.name, say});
      state = outcome(c.hold, votes);
    }
    std::set<std::string> names;
    for (const auto& v : votes) EXPECT_TRUE(names.insert(v.who).second) << "twice";
    if (state == State::Denied) ++denied;
    if (state != State::Approved) continue;
    const bool glass = votes.back().say == Say::BreakGlass;
    if (glass)
      EXPECT_FALSE(c.hold.break_glass.empty());
    else
      EXPECT_EQ(votes.size(), c.hold.approvals());
    ++(glass ? broken : approved);
  }
  EXPECT_GT(approved, 500);
  EXPECT_GT(broken, 100);
  EXPECT_GT(denied, 500);
}

}  // namespace
}  // namespace hitl::approval
