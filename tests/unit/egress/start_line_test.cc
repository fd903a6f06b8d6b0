// SPDX-License-Identifier: Apache-2.0
#include "egress/start_line.h"

#include <gtest/gtest.h>

namespace hitl::egress {
namespace {

const std::string kNonce = "0123456789abcdef0123456789abcdef";

std::string line(const std::string& numbers) { return "\036hitl " + kNonce + " " + numbers + "\n"; }

TEST(StartLineTest, WhereTheBytesAreCutDoesNotShow) {
  const auto all = "stty: no tty\n" + line("4711 272442") + "first\n";
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    SCOPED_TRACE(cut);
    StartLine s(kNonce);
    std::string rest;
    if (s.feed(all.substr(0, cut))) {
      rest = s.rest() + all.substr(cut);
    } else {
      ASSERT_TRUE(s.feed(all.substr(cut)));
      rest = s.rest();
    }
    EXPECT_EQ(s.process_group(), 4711u);
    EXPECT_EQ(s.start_time(), "272442");
    EXPECT_EQ(s.noise(), "stty: no tty\n");
    EXPECT_EQ(rest, "first\n");
  }
}

TEST(StartLineTest, ATargetMayHaveNoStartTime) {
  StartLine s(kNonce);
  ASSERT_TRUE(s.feed(line("2 -")));
  EXPECT_EQ(s.process_group(), 2u);
  EXPECT_EQ(s.start_time(), "");
}

TEST(StartLineTest, OtherLinesAreNoise) {
  for (const auto& bytes :
       {line("1 5"), line("0 5"), line("-7 5"), line("7"), line("7 x"), line("7  5"),
        line("99999999999999999999 5"), line("7 " + std::string(60, '5')),
        std::string("\036hitl ffffffffffffffffffffffffffffffff 7 5\n"), std::string("7 5\n"),
        "\036hitl " + kNonce + " 7 5", std::string()}) {
    SCOPED_TRACE(bytes);
    StartLine s(kNonce);
    EXPECT_FALSE(s.feed(bytes));
    EXPECT_EQ(s.noise(), bytes);
    EXPECT_TRUE(s.feed("\n" + line("7 5")) && s.process_group() == 7);
  }
}

TEST(StartLineTest, TheFirstOneCounts) {
  StartLine s(kNonce);
  ASSERT_TRUE(s.feed(line("7 5") + line("8 6")));
  EXPECT_EQ(s.process_group(), 7u);
  EXPECT_EQ(s.rest(), line("8 6"));
}

TEST(StartLineTest, MuchNoiseIsCut) {
  StartLine s(kNonce);
  for (int i = 0; i < 1'000; ++i) EXPECT_FALSE(s.feed(std::string(1'000, 'x')));
  EXPECT_EQ(s.noise(), std::string(StartLine::kMaxNoise, 'x'));
  ASSERT_TRUE(s.feed(line("7 5")));
  EXPECT_EQ(s.noise(), std::string(StartLine::kMaxNoise, 'x'));
}

}  // namespace
}  // namespace hitl::egress
