// SPDX-License-Identifier: Apache-2.0
#include "ingress/login.h"

#include <gtest/gtest.h>

#include "hitl/limits.h"

namespace hitl::ingress {
namespace {

using Step = Login::Step;

TEST(LoginTest, NamesAreAgentAndTarget) {
  for (const char* good : {"devin", "devin+db1", "a", "a.b_c-d+x9"})
    EXPECT_TRUE(is_user_name(good)) << good;
  for (const auto& bad :
       {std::string(), std::string("+"), std::string("a+"), std::string("+b"), std::string("a+b+c"),
        std::string("Devin"), std::string("a b"), std::string("a/b"), std::string("a\nb"),
        std::string("a\0b", 3), std::string("\xc3\xa9"), std::string(kMaxName + 1, 'a')})
    EXPECT_FALSE(is_user_name(bad)) << bad;
}

TEST(LoginTest, AVerifiedAndAcceptedKeyLogsIn) {
  Login l;
  EXPECT_EQ(l.on_other("devin", true), Step::Refuse);
  EXPECT_EQ(l.on_key("devin", true, false), Step::Ask);
  EXPECT_EQ(l.on_answer(true), Step::KeyIsGood);
  EXPECT_FALSE(l.logged_in());
  EXPECT_EQ(l.on_key("devin", true, true), Step::Ask);
  EXPECT_FALSE(l.logged_in());
  EXPECT_EQ(l.on_answer(true), Step::LoggedIn);
  EXPECT_TRUE(l.logged_in());
  EXPECT_EQ(l.user(), "devin");
}

TEST(LoginTest, AProbeIsNoLogin) {
  Login l;
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(l.on_key("devin", true, false), Step::Ask);
    EXPECT_EQ(l.on_answer(true), Step::KeyIsGood);
    EXPECT_FALSE(l.logged_in());
  }
}

// Two keys: the one that was accepted as a probe lends nothing to the other.
TEST(LoginTest, AGoodProbeDoesNotLetAnotherKeyIn) {
  Login l;
  EXPECT_EQ(l.on_key("devin", true, false), Step::Ask);
  EXPECT_EQ(l.on_answer(true), Step::KeyIsGood);
  EXPECT_EQ(l.on_key("devin", true, true), Step::Ask);
  EXPECT_EQ(l.on_answer(false), Step::Refuse);
  EXPECT_FALSE(l.logged_in());
}

TEST(LoginTest, WeakKeysAreNotAskedAbout) {
  Login l;
  EXPECT_EQ(l.on_key("devin", false, false), Step::Refuse);
  EXPECT_EQ(l.on_key("devin", false, true), Step::Refuse);
}

TEST(LoginTest, TheNameIsFrozenByTheFirstRequest) {
  Login l;
  EXPECT_EQ(l.on_other("devin", true), Step::Refuse);
  EXPECT_EQ(l.on_key("other", true, true), Step::Disconnect);
}

TEST(LoginTest, ABadNameIsRefusedLikeAnUnknownOne) {
  Login l;
  EXPECT_EQ(l.on_other("Not A Name", true), Step::Refuse);
  EXPECT_EQ(l.on_key("Not A Name", true, true), Step::Refuse);
  EXPECT_EQ(l.on_key("devin", true, true), Step::Refuse);  // too late for a good one
}

TEST(LoginTest, TriesAreCounted) {
  Login l;
  EXPECT_EQ(l.on_other("devin", true), Step::Refuse);  // the first "none" is free
  for (unsigned i = 1; i < Login::kMaxTries; ++i)
    EXPECT_EQ(l.on_other("devin", i % 2 == 0), Step::Refuse) << i;
  EXPECT_EQ(l.on_other("devin", false), Step::Disconnect);
}

TEST(LoginTest, ARefusedKeyIsATry) {
  Login l;
  for (unsigned i = 1; i < Login::kMaxTries; ++i) {
    EXPECT_EQ(l.on_key("devin", true, i % 2 == 0), Step::Ask);
    EXPECT_EQ(l.on_answer(false), Step::Refuse);
  }
  EXPECT_EQ(l.on_key("devin", true, false), Step::Ask);
  EXPECT_EQ(l.on_answer(false), Step::Disconnect);
}

TEST(LoginTest, AfterwardsRequestsAreIgnored) {
  Login l;
  EXPECT_EQ(l.on_key("devin", true, true), Step::Ask);
  EXPECT_EQ(l.on_answer(true), Step::LoggedIn);
  EXPECT_EQ(l.on_key("other", true, true), Step::Ignore);
  EXPECT_EQ(l.on_other("devin", false), Step::Ignore);
  EXPECT_EQ(l.user(), "devin");
}

}  // namespace
}  // namespace hitl::ingress
