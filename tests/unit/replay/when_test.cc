// SPDX-License-Identifier: Apache-2.0
#include "replay/when.h"

#include <gtest/gtest.h>

namespace hitl::replay {
namespace {

TEST(WhenTest, PlacesInARecordingAreSecondsOrClockLike) {
  EXPECT_EQ(parse_offset("12.5"), 12'500'000);
  EXPECT_EQ(parse_offset("90"), 90'000'000);
  EXPECT_EQ(parse_offset("1:30"), 90'000'000);
  EXPECT_EQ(parse_offset("1:02:03.25"), 3'723'250'000);
  for (const char* other : {"", "approved", "1:", ":1", "1.2.3", "1:2:3:4", "-1", "1.", "12s"})
    EXPECT_FALSE(parse_offset(other)) << other;
  EXPECT_EQ(offset_text(90'999'999), "1:30");
  EXPECT_EQ(offset_text(3'723'000'000), "1:02:03");
}

}  // namespace
}  // namespace hitl::replay
