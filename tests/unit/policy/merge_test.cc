// SPDX-License-Identifier: Apache-2.0
#include "policy/merge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace hitl::policy {
namespace {

using std::chrono::minutes;

Hold of(std::vector<Step> steps, std::vector<Escalation> escalate = {}) {
  Hold h;
  h.approvers = std::move(steps);
  h.escalate = std::move(escalate);
  return h;
}

TEST(MergeTest, EveryStepOfEachChainIsInTheOther) {
  struct Case {
    std::vector<Step> a, b, want;
  };
  const Case cases[] = {
      {{{"oncall", 1}}, {{"oncall", 2}}, {{"oncall", 2}}},
      {{{"oncall", 1}}, {{"leads", 1}}, {{"oncall", 1}, {"leads", 1}}},
      {{{"oncall", 2}}, {{"leads", 1}, {"oncall", 1}}, {{"leads", 1}, {"oncall", 2}}},
      {{{"a", 1}, {"b", 1}}, {{"b", 1}, {"a", 1}}, {{"a", 1}, {"b", 1}, {"a", 1}}},
      {{{"a", 1}, {"b", 1}, {"c", 1}}, {{"a", 2}, {"c", 1}}, {{"a", 2}, {"b", 1}, {"c", 1}}},
      // Anyone is also somebody of a group.
      {{{"", 1}}, {{"oncall", 1}}, {{"oncall", 1}}},
      {{{"oncall", 1}}, {{"", 3}}, {{"oncall", 1}, {"", 2}}},
      {{{"", 2}}, {{"", 1}}, {{"", 2}}},
      {{{"a", 1}, {"", 1}}, {{"", 3}}, {{"a", 1}, {"", 2}}},
  };
  for (const auto& c : cases) EXPECT_EQ(both(of(c.a), of(c.b)).approvers, c.want) << c.a[0].group;
}

TEST(MergeTest, TimesProofsAndDemandsAreTheStricter) {
  Hold a, b;
  a.expires = minutes(5), b.expires = minutes(9);
  a.grants = minutes(30), b.grants = minutes(10);
  a.wait = false;
  b.justification = true;
  b.opaque_may_be_approved = false;
  a.proof = Proof::Signature;
  for (const auto& h : {both(a, b), both(b, a)}) {
    EXPECT_EQ(h.expires, minutes(5));
    EXPECT_EQ(h.grants, minutes(10));
    EXPECT_FALSE(h.wait);
    EXPECT_TRUE(h.justification);
    EXPECT_FALSE(h.opaque_may_be_approved);
    EXPECT_EQ(h.proof, Proof::Signature);
  }
  b.grants = minutes(0);
  EXPECT_EQ(both(a, b).grants, minutes(0));
}

// Who may decide on a command is what its own rule says, whatever stands beside it.
TEST(MergeTest, AGroupMayDecideOnlyWhereBothLetIt) {
  const Escalation leads{minutes(5), "leads", ""}, later{minutes(9), "leads", ""},
      pager{minutes(7), "", "pager"}, mail{minutes(3), "", "mail"};
  const auto oncall = of({{"oncall", 1}}, {leads, pager});
  using List = std::vector<Escalation>;
  EXPECT_EQ(both(oncall, of({{"security", 1}})).escalate, List{pager});
  EXPECT_EQ(both(oncall, of({{"security", 1}}, {later})).escalate, (List{pager, later}));
  EXPECT_EQ(both(oncall, of({{"leads", 2}})).escalate, (List{leads, pager}));
  EXPECT_EQ(both(oncall, of({{"", 2}}, {mail})).escalate, (List{mail, leads, pager}));
  EXPECT_EQ(both(oncall, of({{"leads", 1}, {"security", 1}})).escalate, List{pager});
  EXPECT_EQ(both(oncall, oncall).escalate, oncall.escalate);
}

Hold any_hold(std::mt19937& random) {
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const char* groups[] = {"", "a", "b", "c"};
  Hold h;
  h.approvers.clear();
  for (int i = 1 + pick(3); i > 0; --i)
    h.approvers.push_back({groups[pick(4)], static_cast<std::uint32_t>(1 + pick(3))});
  for (int i = 1; i < 4; ++i)
    if (pick(3) == 0) h.escalate.push_back({minutes(1 + pick(9)), groups[i], ""});
  if (pick(2) == 0) h.escalate.push_back({minutes(1 + pick(9)), "", "pager"});
  std::ranges::stable_sort(h.escalate, {}, &Escalation::after);
  h.expires = minutes(10 + pick(9));
  h.grants = minutes(pick(3));
  h.wait = pick(2) == 0, h.justification = pick(2) == 0, h.opaque_may_be_approved = pick(2) == 0;
  h.proof = static_cast<Proof>(pick(3));
  return h;
}

// Distinct people who give all that `chain` asks for, in its order, were asked for.
bool meets(const std::vector<Step>& chain, const Hold& want) {
  if (want.approvers.size() == 1 && want.approvers[0].group.empty()) {
    std::uint32_t people = 0;
    for (const auto& s : chain) people += s.count;
    return people >= want.approvers[0].count;
  }
  std::size_t i = 0;
  for (const auto& s : chain)
    if (i < want.approvers.size() && s.group == want.approvers[i].group &&
        s.count >= want.approvers[i].count)
      ++i;
  return i == want.approvers.size();
}

bool lets(const Hold& h, const std::string& group, std::chrono::milliseconds at) {
  return std::ranges::all_of(h.approvers,
                             [&](const Step& s) { return s.group.empty() || s.group == group; }) ||
         std::ranges::any_of(h.escalate, [&](const Escalation& e) {
           return e.group == group && !group.empty() && e.after <= at;
         });
}

TEST(MergeTest, WhatMeetsTheWholeMeetsEachPart) {
  std::mt19937 random(6);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<Hold> parts;
    for (int i = 0; i < 2 + round % 3; ++i) parts.push_back(any_hold(random));
    Hold all = parts[0];
    for (std::size_t i = 1; i < parts.size(); ++i) all = both(all, parts[i]);
    for (const auto& part : parts) {
      ASSERT_TRUE(meets(all.approvers, part));
      ASSERT_GE(all.approvals(), part.approvals());
      ASSERT_LE(all.expires, part.expires);
      ASSERT_LE(all.grants, part.grants);
      ASSERT_GE(all.proof, part.proof);
      ASSERT_TRUE(!all.wait || part.wait);
      ASSERT_TRUE(all.justification || !part.justification);
      ASSERT_TRUE(!all.opaque_may_be_approved || part.opaque_may_be_approved);
      for (const auto& e : all.escalate)
        if (!e.group.empty()) {
          ASSERT_TRUE(lets(part, e.group, e.after)) << e.group;
        }
    }
    ASSERT_EQ(both(all, all), all);
  }
}

}  // namespace
}  // namespace hitl::policy
