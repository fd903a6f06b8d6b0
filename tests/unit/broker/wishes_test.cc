// SPDX-License-Identifier: Apache-2.0
#include "broker/wishes.h"

#include <gtest/gtest.h>

namespace hitl::broker {
namespace {

using namespace std::chrono_literals;

Wishes wishes(std::vector<ingress::EnvVar> environment, std::string_view command = "ls") {
  return take_wishes(environment, command);
}

TEST(WishesTest, AreTakenOutOfTheEnvironment) {
  std::vector<ingress::EnvVar> e = {
      {"LANG", "C"}, {"LC_HITL_WAIT", "5"}, {"LC_HITL_NOTICES", "json"}, {"LC_HITL_ODD", "x"}};
  const auto w = take_wishes(e, "ls");
  EXPECT_EQ(w.wait, 5s);
  EXPECT_EQ(w.notices, NoticeStyle::Json);
  ASSERT_EQ(e.size(), 1u);
  EXPECT_EQ(e[0].name, "LANG");
}

TEST(WishesTest, WhatCannotBeReadIsNoWish) {
  for (const auto* text : {"", "-1", "5s", " 5", "4294967296", "1e3"})
    EXPECT_FALSE(wishes({{"LC_HITL_WAIT", text}}).wait) << text;
  EXPECT_EQ(wishes({{"LC_HITL_WAIT", "999999"}}).wait, 3600s) << "there is an end";
  EXPECT_EQ(wishes({{"LC_HITL_NOTICES", "loud"}}).notices, NoticeStyle::Text);
}

TEST(WishesTest, AReasonMayStandInACommentAtTheEnd) {
  EXPECT_EQ(wishes({}, "rm x # hitl: ticket 42").reason, "ticket 42");
  EXPECT_EQ(wishes({}, "rm x\n# hitl: ticket 42\n").reason, "ticket 42");
  EXPECT_EQ(wishes({}, "rm x#hitl: no").reason, "");
  EXPECT_EQ(wishes({}, "rm x").reason, "");
  EXPECT_EQ(wishes({{"LC_HITL_REASON", "first"}}, "rm x # hitl: second").reason, "first");
}

}  // namespace
}  // namespace hitl::broker
