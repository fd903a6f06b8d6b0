// SPDX-License-Identifier: Apache-2.0
#include "sys/frame_channel.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <vector>

#include "hitl/limits.h"
#include "sys/unix_socket.h"

namespace hitl::sys {
namespace {

class FrameChannelTest : public ::testing::Test {
 protected:
  FrameChannelTest() {
    auto pair = socket_pair();
    raw_ = std::move(pair->first);
    channel_.emplace(
        loop_, std::move(pair->second),
        [this](std::string_view f) -> Status {
          if (f == "bad") return fail(Errc::Protocol, "refused");
          got_.emplace_back(f);
          return Ok{};
        },
        [this](const Error& e) { ended_ = e.what; });
  }
  void put(std::string_view bytes) {
    ASSERT_EQ(::write(raw_.get(), bytes.data(), bytes.size()), ssize_t(bytes.size()));
  }
  void turn() { loop_.run_once(std::chrono::milliseconds(0)); }

  EventLoop loop_;
  Fd raw_;
  std::optional<FrameChannel> channel_;
  std::vector<std::string> got_;
  std::string ended_;
};

using namespace std::string_view_literals;

TEST_F(FrameChannelTest, WhereTheBytesAreCutDoesNotShow) {
  const auto bytes = "\0\0\0\2ab\0\0\0\1c"sv;
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    got_.clear();
    put(bytes.substr(0, cut));
    turn();
    put(bytes.substr(cut));
    turn();
    EXPECT_EQ(got_, (std::vector<std::string>{"ab", "c"})) << cut;
  }
}

TEST_F(FrameChannelTest, ALengthOutOfBoundsEndsIt) {
  put("\0\0\0\0"sv);
  turn();
  EXPECT_EQ(ended_, "frame of a bad length");
}

TEST_F(FrameChannelTest, AHugeLengthEndsItBeforeAnythingIsBuffered) {
  put("\xff\xff\xff\xff"sv);
  turn();
  EXPECT_EQ(ended_, "frame of a bad length");
}

TEST_F(FrameChannelTest, AFrameThatIsRefusedEndsIt) {
  put("\0\0\0\3bad\0\0\0\1x"sv);
  turn();
  EXPECT_EQ(ended_, "refused");
  EXPECT_TRUE(got_.empty());
}

TEST_F(FrameChannelTest, EndOfPeerIsTold) {
  raw_.reset();
  turn();
  EXPECT_EQ(ended_, "peer closed the connection");
}

TEST_F(FrameChannelTest, APausedReaderGetsWhatAPeerSaidBeforeItLeft) {
  turn();
  channel_->pause_reading(true);
  put("\0\0\0\1a\0\0\0\1b"sv);
  raw_.reset();
  turn();
  EXPECT_TRUE(got_.empty());
  // Nor does the loop spin: there is nothing left to wake it.
  const auto before = BootClock::now();
  loop_.run_once(std::chrono::milliseconds(20));
  EXPECT_GE(BootClock::now() - before, std::chrono::milliseconds(15));
  channel_->pause_reading(false);
  for (int i = 0; i < 3; ++i) turn();
  EXPECT_EQ(got_, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(ended_, "peer closed the connection");
}

TEST_F(FrameChannelTest, NothingIsSentBeforeFlush) {
  channel_->send("x");
  EXPECT_EQ(::recv(raw_.get(), std::array<char, 8>{}.data(), 8, MSG_DONTWAIT), -1);
  channel_->flush();
  std::array<char, 8> in{};
  EXPECT_EQ(::recv(raw_.get(), in.data(), in.size(), MSG_DONTWAIT), 5);
}

TEST_F(FrameChannelTest, ASlowReaderFillsTheQueueAndDrainsIt) {
  bool drained = false;
  channel_->on_drained([&] { drained = true; });
  const std::string big(kMaxFrame, 'x');
  channel_->send_now(big);
  EXPECT_GT(channel_->queued(), 0u);
  std::size_t total = 0;
  std::vector<char> buffer(1 << 16);
  while (total < big.size() + 4) {
    const auto n = ::recv(raw_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n > 0) total += static_cast<std::size_t>(n);
    turn();
  }
  EXPECT_TRUE(drained);
  EXPECT_EQ(channel_->queued(), 0u);
}

TEST_F(FrameChannelTest, DescriptorsArriveInOrderWithTheirFrames) {
  auto pair = socket_pair();
  std::vector<std::string> seen;
  std::optional<FrameChannel> other;
  other.emplace(
      loop_, std::move(raw_),
      [&](std::string_view) -> Status {
        const auto fd = other->take_descriptor();
        std::array<char, 8> in{};
        const auto n = fd ? ::read(fd.get(), in.data(), in.size()) : -1;
        seen.emplace_back(n > 0 ? std::string(in.data(), std::size_t(n)) : "none");
        return Ok{};
      },
      [](const Error&) {});
  for (const auto* text : {"one", "two"}) {
    int p[2];
    ASSERT_EQ(::pipe(p), 0);
    ASSERT_EQ(::write(p[1], text, 3), 3);
    ::close(p[1]);
    channel_->send("f", Fd(p[0]));
  }
  channel_->send("g");
  channel_->flush();
  turn();
  turn();
  turn();
  EXPECT_EQ(seen, (std::vector<std::string>{"one", "two", "none"}));
}

TEST(EventLoopTest, DeadlinesRunInOrderAndEndWithTheirHandle) {
  EventLoop loop;
  std::string order;
  const auto now = BootClock::now();
  auto b = loop.at(now + std::chrono::milliseconds(2), [&] { order += 'b'; });
  auto a = loop.at(now + std::chrono::milliseconds(1), [&] { order += 'a'; });
  auto c = loop.at(now + std::chrono::milliseconds(1), [&] { order += 'c'; });
  c = {};
  while (BootClock::now() < now + std::chrono::milliseconds(4))
    loop.run_once(std::chrono::milliseconds(1));
  EXPECT_EQ(order, "ab");
}

TEST(EventLoopTest, AWatcherMayEndItselfInItsCallback) {
  EventLoop loop;
  auto pair = socket_pair();
  int calls = 0;
  EventLoop::Watcher w;
  w = loop.watch(pair->first.get(), 1 /* EPOLLIN */, [&](auto) {
    ++calls;
    w = {};
  });
  ASSERT_EQ(::write(pair->second.get(), "x", 1), 1);
  loop.run_once(std::chrono::milliseconds(0));
  loop.run_once(std::chrono::milliseconds(0));
  EXPECT_EQ(calls, 1);
}

TEST_F(FrameChannelTest, WhoHasNoDescriptorToGiveEndsByGivingOne) {
  channel_->refuse_descriptors();
  auto sender = socket_pair();
  FrameChannel giver(
      loop_, std::move(raw_), [](auto) { return Ok{}; }, [](const Error&) {});
  giver.send_now("x", std::move(sender->first));
  turn();
  EXPECT_TRUE(got_.empty());
  EXPECT_NE(ended_, "");
  // nobody holds it any more
  char c = 0;
  EXPECT_EQ(::read(sender->second.get(), &c, 1), 0);
}

}  // namespace
}  // namespace hitl::sys
