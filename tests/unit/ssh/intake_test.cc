// SPDX-License-Identifier: Apache-2.0
#include "ssh/intake.h"

#include <gtest/gtest.h>

namespace hitl::ssh {
namespace {

const std::string kBytes(100, 'x');

TEST(IntakeTest, HeldBytesStayInTheLibrary) {
  Intake in(false, 1'000);
  EXPECT_EQ(in.offer(kBytes.data(), 100), 0u);
  EXPECT_EQ(in.kept(), 100u);
  EXPECT_TRUE(in.anything_came());
  EXPECT_TRUE(in.empty());
  EXPECT_FALSE(in.drained());
}

TEST(IntakeTest, WhatIsFullTakesNoMore) {
  Intake in(false, 150);
  in.set_mode(Intake::Mode::Buffer);
  EXPECT_EQ(in.offer(kBytes.data(), 100), 100u);
  EXPECT_EQ(in.offer(kBytes.data(), 100), 100u);  // all or nothing
  EXPECT_EQ(in.offer(kBytes.data(), 100), 0u);
  EXPECT_EQ(in.take().size(), 200u);
  EXPECT_FALSE(in.drained());  // the library has the rest
}

TEST(IntakeTest, WhatIsDiscardedIsTaken) {
  Intake in(false, 10);
  in.set_mode(Intake::Mode::Discard);
  EXPECT_EQ(in.offer(kBytes.data(), 100), 100u);
  EXPECT_TRUE(in.drained());
}

TEST(IntakeTest, AnIgnoredWindowIsNoticed) {
  Intake in(false, 10);
  EXPECT_EQ(in.offer(kBytes.data(), 1'280'000), 0u);
  EXPECT_FALSE(in.overrun());
  EXPECT_EQ(in.offer(kBytes.data(), 4'000'001), 0u);
  EXPECT_TRUE(in.overrun());
}

}  // namespace
}  // namespace hitl::ssh
