// SPDX-License-Identifier: Apache-2.0
#include "egress/keeper.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "hitl/stream_protocol.h"
#include "proto/session_codec.h"
#include "sys/unix_socket.h"

namespace hitl::egress {
namespace {

const std::string kNonce(32, 'a');

class KeeperTest : public testing::Test {
 protected:
  void SetUp() override {
    auto pair = sys::socket_pair();
    ASSERT_TRUE(pair);
    far_ = std::move(pair->second);
    channel_.emplace(
        loop_, std::move(pair->first), [](std::string_view) { return Status(Ok{}); },
        [](const Error&) {});
    link_.emplace(*channel_);
    keeper_.emplace(*link_, 7);
  }

  void open() {
    keeper_->hear("READY");
    keeper_->opens(true);
  }
  Status line(std::uint32_t number, InputRole role, const std::string& nonce = kNonce) {
    Line l;
    l.control = 7;
    l.number = number;
    l.input = role;
    l.nonce = nonce;
    l.text = "text\n";
    return keeper_->line(std::move(l));
  }
  void runs(const std::string& nonce = kNonce) { keeper_->hear(nonce + '\0' + "run" + '\0'); }
  void ends(const std::string& unread = "", const std::string& nonce = kNonce) {
    keeper_->hear(nonce + '\0' + "0" + '\0' + "/" + '\0' + "h" + '\0' + unread + '\0');
    keeper_->watch()->on_output(false, '\036' + nonce + '\036');
  }
  stream::LineEnd end_of_line(std::size_t unsent = 0) {
    const auto frame = proto::decode<stream::LineEnd>(keeper_->end_of_line(unsent, {}));
    return frame ? *frame : stream::LineEnd{0, 0, 0};
  }

  sys::EventLoop loop_;
  Fd far_;
  std::optional<sys::FrameChannel> channel_;
  std::optional<BrokerLink> link_;
  std::optional<Keeper> keeper_;
};

TEST_F(KeeperTest, ALineWaitsForTheFoldersGreeting) {
  EXPECT_FALSE(line(1, InputRole::None));
  keeper_->opens(true);
  EXPECT_FALSE(line(1, InputRole::None));
  keeper_->hear("REA");
  EXPECT_FALSE(line(1, InputRole::None));
  keeper_->hear("DY");
  EXPECT_TRUE(line(1, InputRole::None));
}

TEST_F(KeeperTest, AnotherGreetingIsNone) {
  keeper_->opens(true);
  keeper_->hear("XREADY");
  keeper_->hear("READY");
  EXPECT_FALSE(line(1, InputRole::None));
}

TEST_F(KeeperTest, OneLineAtATime) {
  open();
  ASSERT_TRUE(line(1, InputRole::None));
  EXPECT_FALSE(line(2, InputRole::None, std::string(32, 'b')));
}

TEST_F(KeeperTest, WhatIsTypedGoesInOnlyWhileItsLineRuns) {
  open();
  ASSERT_TRUE(line(1, InputRole::Data));
  keeper_->offer(1, "abc");
  EXPECT_EQ(keeper_->admit(), "");  // the shell is still reading it
  runs();
  EXPECT_EQ(keeper_->admit(), "abc");
  keeper_->offer(1, "d");
  ends();
  EXPECT_EQ(keeper_->admit(), "");  // it has ended
  keeper_->offer(1, "e");
  EXPECT_EQ(keeper_->waiting(), 1u);  // what is for a line that is over is not kept
}

TEST_F(KeeperTest, OfWhatWasGrantedNothingOnlyTheKeysGoIn) {
  open();
  ASSERT_TRUE(line(1, InputRole::None));
  runs();
  keeper_->offer(1, "touch x\r\x03y\x1az\x1c\x04");
  EXPECT_EQ(keeper_->admit(), "\x03\x1a\x1c");
}

TEST_F(KeeperTest, TheOpeningTakesNoInput) {
  open();
  ASSERT_TRUE(line(0, InputRole::None));
  keeper_->offer(0, "\x03");
  runs();
  EXPECT_EQ(keeper_->admit(), "");
}

TEST_F(KeeperTest, KeysThatComeBeforeTheirLineWaitForIt) {
  open();
  ASSERT_TRUE(line(1, InputRole::Raw));
  runs();
  keeper_->offer(2, "early");
  EXPECT_EQ(keeper_->admit(), "");
  ends();
  end_of_line();
  const std::string next(32, 'b');
  ASSERT_TRUE(line(2, InputRole::Raw, next));
  runs(next);
  EXPECT_EQ(keeper_->admit(), "early");
}

TEST_F(KeeperTest, ButNotForAnotherOne) {
  open();
  ASSERT_TRUE(line(1, InputRole::Raw));
  keeper_->offer(3, "for the third");
  runs();
  ends();
  end_of_line();
  const std::string next(32, 'b');
  ASSERT_TRUE(line(2, InputRole::Raw, next));
  runs(next);
  EXPECT_EQ(keeper_->admit(), "");
}

// Rule 32: the target could say anything.
TEST_F(KeeperTest, OnlyWhatWentInComesBack) {
  struct Case {
    const char *typed, *unread;
    std::uint32_t back;
  };
  for (const Case& c : {Case{"one\rtwo", "two", 3}, Case{"one\rtwo", "one\ntwo", 7},
                        Case{"one\rtwo", "touch x", 0}, Case{"one\rtwo", "one\r", 0},
                        Case{"one", "x-one", 0}, Case{"", "touch x\n", 0}, Case{"one", "", 0}}) {
    SetUp();
    open();
    ASSERT_TRUE(line(1, InputRole::Raw));
    runs();
    keeper_->offer(1, c.typed);
    keeper_->admit();
    ends(c.unread);
    const auto end = end_of_line();
    EXPECT_EQ(end.unread, c.back) << c.typed << " / " << c.unread;
    EXPECT_EQ(end.accepted, std::string_view(c.typed).size());
  }
}

TEST_F(KeeperTest, WhatHasNotLeftWasNotAccepted) {
  open();
  ASSERT_TRUE(line(1, InputRole::Raw));
  runs();
  keeper_->offer(1, "abcdef");
  keeper_->admit();
  ends("cd");
  const auto end = end_of_line(2);
  EXPECT_EQ(end.accepted, 4u);
  EXPECT_EQ(end.unread, 2u);
}

}  // namespace
}  // namespace hitl::egress
