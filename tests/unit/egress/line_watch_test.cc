// SPDX-License-Identifier: Apache-2.0
#include "egress/line_watch.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace hitl::egress {
namespace {

const std::string kNonce(32, 'a');
const std::string kMark = '\036' + kNonce + '\036';

std::string status(const std::string& unread = "", const std::string& nonce = kNonce) {
  return nonce + '\0' + "3" + '\0' + "/srv" + '\0' + "himBs" + '\0' + unread + '\0';
}

// "out:", "end", "prompt:" of all pieces; neighbours of one kind joined.
std::string shown(const std::vector<LineWatch::Piece>& pieces) {
  std::string out;
  for (const auto& p : pieces) {
    if (p.kind == LineWatch::Kind::Output) out += (p.is_stderr ? "2" : "") + p.bytes;
    if (p.kind == LineWatch::Kind::LineEnd) out += "<END>";
    if (p.kind == LineWatch::Kind::PromptEnd) out += "<PROMPT>";
  }
  return out;
}

TEST(LineWatchTest, StatusAndMarkComeInAnyOrderAndAnyPieces) {
  const std::string output = "some output\r\n" + kMark + "$ \036";
  const std::string record = status("typed");
  std::mt19937 random(1);
  for (int round = 0; round < 2'000; ++round) {
    LineWatch w(true);
    ASSERT_TRUE(w.begin(kNonce));
    std::string all;
    std::size_t o = 0, s = 0;
    while (o < output.size() || s < record.size()) {
      const std::size_t n = 1 + random() % 9;
      if (s == record.size() || (o < output.size() && random() % 2 == 0)) {
        w.on_output(false, std::string_view(output).substr(o, n));
        o = std::min(o + n, output.size());
      } else {
        w.on_status(std::string_view(record).substr(s, n));
        s = std::min(s + n, record.size());
      }
      all += shown(w.take());
    }
    ASSERT_EQ(all, "some output\r\n<END>$ <PROMPT>") << round;
    EXPECT_EQ(w.status().status, 3);
    EXPECT_EQ(w.status().cwd, "/srv");
    EXPECT_EQ(w.status().unread, "typed");
    EXPECT_FALSE(w.running());
  }
}

TEST(LineWatchTest, WithoutATerminalBothStreamsEnd) {
  LineWatch w(false);
  ASSERT_TRUE(w.begin(kNonce));
  w.on_status(kNonce + '\0' + "0" + '\0' + "/" + '\0' + "h" + '\0');
  w.on_output(false, "a" + kMark);
  EXPECT_TRUE(w.running());
  w.on_output(true, "b" + kMark);
  EXPECT_FALSE(w.running());
  EXPECT_EQ(shown(w.take()), "a2b<END>");
  w.on_output(false, "later");
  EXPECT_EQ(shown(w.take()), "later");
}

// Rule: what a command prints decides nothing.
TEST(LineWatchTest, AForgedMarkEndsNoLine) {
  LineWatch w(true);
  ASSERT_TRUE(w.begin(kNonce));
  w.on_output(false, "x" + kMark + "forged prompt");
  EXPECT_TRUE(w.running());
  w.on_output(false, "y" + kMark);
  w.on_status(status());
  EXPECT_EQ(shown(w.take()), "x" + kMark + "forged prompty<END>");
}

TEST(LineWatchTest, AForgedMarkIsNotWaitedForWithoutEnd) {
  LineWatch w(true);
  ASSERT_TRUE(w.begin(kNonce));
  w.on_output(false, kMark + std::string(LineWatch::kMaxHeld, 'z'));
  EXPECT_EQ(shown(w.take()), kMark + std::string(LineWatch::kMaxHeld, 'z'));
}

TEST(LineWatchTest, AStatusOfAnotherLineIsNone) {
  LineWatch w(true);
  ASSERT_TRUE(w.begin(kNonce));
  w.on_output(false, kMark);
  w.on_status(status("", std::string(32, 'b')));
  EXPECT_TRUE(w.running());
  w.on_status("rubbish" + status());
  EXPECT_FALSE(w.running());
}

// A ^C before would cut the line that the shell is reading.
TEST(LineWatchTest, InputIsTheLinesFromItsStartToItsEnd) {
  LineWatch w(true);
  ASSERT_TRUE(w.begin(kNonce));
  EXPECT_FALSE(w.takes_input());
  w.on_status(std::string(32, 'b') + '\0' + "run" + '\0');
  EXPECT_FALSE(w.takes_input());
  w.on_status(kNonce + '\0' + "run" + '\0');
  EXPECT_TRUE(w.takes_input());
  w.on_status(status());
  EXPECT_FALSE(w.takes_input());
  EXPECT_TRUE(w.running());
}

TEST(LineWatchTest, OnlyOneLineRuns) {
  LineWatch w(true);
  ASSERT_TRUE(w.begin(kNonce));
  EXPECT_FALSE(w.begin(std::string(32, 'b')));
}

TEST(LineWatchTest, WhatNeverEndsIsBounded) {
  LineWatch w(true);
  ASSERT_TRUE(w.begin(kNonce));
  for (int i = 0; i < 100; ++i) w.on_status(std::string(64 * 1024, '\0'));
  w.on_status(status());
  w.on_output(false, kMark + std::string(LineWatch::kMaxPrompt + 1, 'p'));
  const auto all = shown(w.take());
  EXPECT_TRUE(all.ends_with("<PROMPT>"));
  EXPECT_TRUE(all.starts_with("<END>p"));
}

TEST(LineWatchTest, WhatIsHeldComesOutWhenTheShellEnds) {
  LineWatch w(true);
  ASSERT_TRUE(w.begin(kNonce));
  w.on_output(false, "bye\036aaa");
  EXPECT_EQ(shown(w.take()), "bye");
  EXPECT_EQ(shown(w.take_rest()), "\036aaa");
}

}  // namespace
}  // namespace hitl::egress
