// SPDX-License-Identifier: Apache-2.0
#include "base/when.h"

#include <gtest/gtest.h>

namespace hitl {
namespace {

TEST(WhenTest, TimesAreAgoOrUtc) {
  constexpr WallMs kNow = 1'790'000'000'000;
  const auto when = [](std::string_view s) {
    const auto t = parse_when(s, kNow);
    return t ? rfc3339(*t) : "";
  };
  EXPECT_EQ(when("0s"), "2026-09-21T14:13:20.000Z");
  EXPECT_EQ(when("90m"), "2026-09-21T12:43:20.000Z");
  EXPECT_EQ(when("3d"), "2026-09-18T14:13:20.000Z");
  EXPECT_EQ(when("2026-02-28"), "2026-02-28T00:00:00.000Z");
  EXPECT_EQ(when("2026-02-28T09:30"), "2026-02-28T09:30:00.000Z");
  EXPECT_EQ(when("2026-02-28 09:30:05Z"), "2026-02-28T09:30:05.000Z");
  EXPECT_EQ(when("2024-02-29T09:30:05.250Z"), "2024-02-29T09:30:05.250Z");
  for (const char* bad : {"", "s", "-1s", "5", "5x", "2026-02-30", "2026-2-3", "2026-02-28T25:00",
                          "2026-02-28Tx", "2026-02-28T09:30:05+02:00", "99999999999d"})
    EXPECT_EQ(when(bad), "") << bad;
}

}  // namespace
}  // namespace hitl
