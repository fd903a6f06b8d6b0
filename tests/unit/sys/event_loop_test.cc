// SPDX-License-Identifier: Apache-2.0
#include "sys/event_loop.h"

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "sys/unix_socket.h"

namespace hitl::sys {
namespace {

// A watcher that ends in its own call, and another of a new descriptor that has
// got the old one's number meanwhile: an egress that is lost and its successor.
TEST(EventLoopTest, ANumberThatIsUsedAgainIsWatched) {
  EventLoop loop;
  auto old = socket_pair();
  const int number = old->first.get();
  std::pair<Fd, Fd> fresh;
  EventLoop::Watcher first, second;
  bool seen = false;
  first = loop.watch(number, EPOLLIN, [&](std::uint32_t) {
    first = {};
    old->first.reset();
    fresh = std::move(*socket_pair());
    second = loop.watch(fresh.first.get(), EPOLLIN, [&](std::uint32_t) { seen = true; });
  });
  ASSERT_EQ(::write(old->second.get(), "x", 1), 1);
  loop.run_once(std::chrono::milliseconds(0));
  ASSERT_EQ(fresh.first.get(), number);
  ASSERT_EQ(::write(fresh.second.get(), "x", 1), 1);
  loop.run_once(std::chrono::milliseconds(0));
  EXPECT_TRUE(seen);
}

}  // namespace
}  // namespace hitl::sys
