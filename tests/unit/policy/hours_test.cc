// SPDX-License-Identifier: Apache-2.0
#include "policy/hours.h"

#include <gtest/gtest.h>

namespace hitl::policy {
namespace {

std::size_t at(std::size_t day, std::size_t hour, std::size_t minute = 0) {
  return day * kMinutesADay + hour * 60 + minute;
}

TEST(HoursTest, BeginIsPartOfThemAndEndIsNot) {
  const auto h = hours_of("mon-fri 08:00-18:00");
  ASSERT_TRUE(h);
  EXPECT_EQ(h->count(), 5 * 10 * 60u);
  EXPECT_TRUE(h->test(at(0, 8)));
  EXPECT_TRUE(h->test(at(4, 17, 59)));
  EXPECT_FALSE(h->test(at(0, 7, 59)));
  EXPECT_FALSE(h->test(at(4, 18)));
  EXPECT_FALSE(h->test(at(5, 12)));
}

TEST(HoursTest, GoOverMidnightAndOverSunday) {
  const auto night = hours_of("sun 22:00-06:00");
  ASSERT_TRUE(night);
  EXPECT_EQ(night->count(), 8 * 60u);
  EXPECT_TRUE(night->test(at(6, 23)));
  EXPECT_TRUE(night->test(at(0, 5, 59)));
  EXPECT_FALSE(night->test(at(0, 6)));
  EXPECT_FALSE(night->test(at(6, 5)));
  EXPECT_EQ(hours_of("fri-mon")->count(), 4 * kMinutesADay);
  EXPECT_EQ(hours_of("sat,sun,mon 00:00-24:00")->count(), 3 * kMinutesADay);
  EXPECT_EQ(hours_of("09:30-09:31")->count(), 7u);
}

TEST(HoursTest, AnythingElseIsRefused) {
  for (const char* text : {"",
                           " ",
                           "mon ",
                           "monday",
                           "mon-",
                           "-fri",
                           "mon,,tue",
                           "mon,",
                           "Mon 08:00-18:00",
                           "mon 8:00-18:00",
                           "mon 08:00",
                           "mon 08:00-",
                           "mon 08:60-09:00",
                           "mon 08:00-24:01",
                           "mon 24:00-08:00",
                           "mon 08:00-08:00",
                           "mon  08:00-18:00",
                           "08:00-18:00 mon",
                           "mon 08:00-18:00 ",
                           "mon 08:00-18:00-19:00",
                           "mon 0a:00-18:00",
                           "mon\t08:00-18:00"})
    EXPECT_FALSE(hours_of(text)) << "'" << text << "'";
}

}  // namespace
}  // namespace hitl::policy
