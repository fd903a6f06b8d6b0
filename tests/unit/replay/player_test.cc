// SPDX-License-Identifier: Apache-2.0
#include "replay/player.h"

#include <gtest/gtest.h>

namespace hitl::replay {
namespace {

store::EventRow event(std::int64_t at_us, char code, std::string data, std::string command = "C") {
  return {"S", std::move(command), at_us, code, std::move(data)};
}

TEST(PlayerTest, PausesAreAsRecordedButNotLongerThanTheLimit) {
  Player p({.speed = 2, .idle_limit_us = 1'000'000});
  EXPECT_EQ(p.next(event(400'000, 'o', "a")).wait_us, 200'000);
  EXPECT_EQ(p.next(event(9'000'000, 'o', "b")).wait_us, 500'000);
  EXPECT_EQ(p.next(event(8'000'000, 'o', "c")).wait_us, 0);  // never backwards
}

TEST(PlayerTest, WithoutLimitAPauseIsAsLongAsItWas) {
  Player p({.idle_limit_us = 0});
  EXPECT_EQ(p.next(event(90'000'000, 'o', "a")).wait_us, 90'000'000);
}

TEST(PlayerTest, WhatWasBeforeTheBeginningComesAtOnce) {
  Player p({.idle_limit_us = 0, .from_us = 5'000'000});
  EXPECT_EQ(p.next(event(4'000'000, 'o', "a")).wait_us, 0);
  EXPECT_EQ(p.next(event(5'500'000, 'o', "b")).wait_us, 500'000);
}

TEST(PlayerTest, OutputIsSafeUnlessRaw) {
  Player safe({}), raw({.raw = true});
  const auto e = event(0, 'e', "\x1b]0;t\x07x\n");
  EXPECT_EQ(safe.next(e).bytes, "x\r\n");
  EXPECT_EQ(raw.next(e).bytes, "\x1b]0;t\x07x\r\n");
}

TEST(PlayerTest, MarkersAreLinesOfTheirOwnAndEscaped) {
  Player p({});
  EXPECT_EQ(p.next(event(0, 'o', "no end")).bytes, "no end");
  EXPECT_EQ(p.next(event(61'000'000, 'm', "denied by bob: \x1b[5m")).bytes,
            "\r\n── 1:01 denied by bob: \\x1b[5m\r\n");
  EXPECT_EQ(p.next(event(61'000'000, 'm', "x")).bytes, "── 1:01 x\r\n");
  EXPECT_EQ(p.finish(), "");
}

TEST(PlayerTest, AScreenIsNotSpoiledByMarkers) {
  Player p({});
  EXPECT_EQ(p.next(event(0, 'r', "80x24")).bytes, "");
  EXPECT_EQ(p.next(event(0, 'm', "approved")).bytes, "");
  EXPECT_EQ(p.next(event(0, 'o', "a\nb")).bytes, "a\nb");
  EXPECT_EQ(p.next(event(0, 'm', "of another command", "D")).bytes,
            "\r\n── 0:00 of another command\r\n");
}

TEST(PlayerTest, InputIsNotShown) { EXPECT_EQ(Player({}).next(event(0, 'i', "y\n")).bytes, ""); }

}  // namespace
}  // namespace hitl::replay
