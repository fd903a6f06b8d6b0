// SPDX-License-Identifier: Apache-2.0
#include "broker/pace.h"

#include <gtest/gtest.h>

namespace hitl::broker {
namespace {

using namespace std::chrono_literals;

TEST(PaceTest, SoManyAtOnceAndThenSoManyASecond) {
  Pace pace(3, 2);
  BootClock::time_point now(1h);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(pace.take(now));
  EXPECT_FALSE(pace.take(now));
  now += 400ms;
  EXPECT_FALSE(pace.take(now));
  now += 200ms;
  EXPECT_TRUE(pace.take(now));
  EXPECT_FALSE(pace.take(now));
  now += 1h;
  int n = 0;
  while (pace.take(now)) ++n;
  EXPECT_EQ(n, 3) << "a pause saves up no more than the burst";
}

}  // namespace
}  // namespace hitl::broker
