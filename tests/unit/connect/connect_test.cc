// SPDX-License-Identifier: Apache-2.0
#include "connect/connect.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

namespace hitl::connect {
namespace {

TEST(ConnectTest, ArgumentsAreReadWhole) {
  const auto w = wanted_from({"--host", "h", "--timeout-ms", "500", "--port", "22"});
  ASSERT_TRUE(w);
  EXPECT_EQ(w->host, "h");
  EXPECT_EQ(w->port, 22);
  EXPECT_EQ(w->timeout.count(), 500);
  for (const std::vector<std::string>& bad : std::vector<std::vector<std::string>>{
           {},
           {"--host", "h"},
           {"--host", "h", "--port", "0", "--timeout-ms", "5"},
           {"--host", "h", "--port", "65536", "--timeout-ms", "5"},
           {"--host", "h", "--port", "22x", "--timeout-ms", "5"},
           {"--host", "", "--port", "22", "--timeout-ms", "5"},
           {"--host", "h", "--port", "22", "--timeout-ms", "5", "--host"}})
    EXPECT_FALSE(wanted_from(bad));
}

// A listener on a port that the kernel chose.
std::pair<Fd, std::uint16_t> listener() {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t n = sizeof a;
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&a), n), 0);
  EXPECT_EQ(::listen(fd.get(), 1), 0);
  EXPECT_EQ(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&a), &n), 0);
  return {std::move(fd), ntohs(a.sin_port)};
}

TEST(ConnectTest, EachAddressOfANameIsTried) {
  const auto [fd, port] = listener();  // on 127.0.0.1 only; localhost may be ::1 first
  const auto got = connect_to({"localhost", port, std::chrono::milliseconds(2'000)});
  ASSERT_TRUE(got) << got.error().what;
}

TEST(ConnectTest, AClosedPortIsSaid) {
  std::uint16_t port = 0;
  { port = listener().second; }
  const auto got = connect_to({"127.0.0.1", port, std::chrono::milliseconds(2'000)});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().what, "Connection refused");
}

TEST(ConnectTest, AnUnknownNameIsSaid) {
  const auto got = connect_to({"no-such-host.invalid", 22, std::chrono::milliseconds(2'000)});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().what.rfind("name cannot be resolved: ", 0), 0u) << got.error().what;
}

}  // namespace
}  // namespace hitl::connect
