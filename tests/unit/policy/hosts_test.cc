// SPDX-License-Identifier: Apache-2.0
#include "policy/hosts.h"

#include <gtest/gtest.h>

namespace hitl::policy {
namespace {

bool matches(const char* pattern, const char* host) {
  const auto p = HostPattern::parse(pattern);
  if (!p) ADD_FAILURE() << pattern << ": " << p.error().what;
  return p && p->matches(host);
}

TEST(HostPatternTest, NamesMatchNamesAndAddressesMatchAddresses) {
  EXPECT_TRUE(matches("db1.example.org", "db1.example.org"));
  EXPECT_TRUE(matches("DB1.Example.org", "db1.example.org"));
  EXPECT_TRUE(matches("*.example.org", "a.b.example.org"));
  EXPECT_TRUE(matches("10.0.0.0/8", "10.255.1.2"));
  EXPECT_TRUE(matches("10.1.2.3", "10.1.2.3"));
  EXPECT_TRUE(matches("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_TRUE(matches("192.168.128.0/17", "192.168.200.1"));
  EXPECT_TRUE(matches("::1", "::1"));
  EXPECT_TRUE(matches("0.0.0.0/0", "1.2.3.4"));
  EXPECT_TRUE(matches("*", "a.org"));
  EXPECT_TRUE(matches("*", "10.0.0.1"));
  for (const auto& [pattern, host] : {std::pair{"*.example.org", "example.org"},
                                      {"*.example.org", "notexample.org"},
                                      {"*.example.org", "example.org.evil.net"},
                                      {"example.org", "a.example.org"},
                                      {"10.0.0.0/8", "11.0.0.0"},
                                      {"10.0.0.0/8", "a.example.org"},
                                      {"192.168.128.0/17", "192.168.127.1"},
                                      {"2001:db8::/33", "2001:db8:8000::1"},
                                      {"0.0.0.0/0", "::1"},
                                      {"*", ""},
                                      {"*.example.org", ""}})
    EXPECT_FALSE(matches(pattern, host)) << pattern << " " << host;
}

TEST(HostPatternTest, AnythingElseIsRefused) {
  for (const char* text : {"", "*.", "*.*", "a.*.org", "*example.org", "10.0.0.0/33", "10.0.0/8",
                           "10.0.0.0/", "10.0.0.0/8x", "10.0.0.0/-1", "127.1", "a b", "a/8",
                           "https://a.org", "a.org:80", "user@a.org", "a..org", "-a.org", "a.org."})
    EXPECT_FALSE(HostPattern::parse(text)) << text;
}

TEST(HostPatternTest, ANameMayBeAnyAddress) {
  const auto range = *HostPattern::parse("10.0.0.0/8"), name = *HostPattern::parse("*.example.org");
  EXPECT_TRUE(range.may_be("a.org"));
  EXPECT_TRUE(range.may_be(""));
  EXPECT_TRUE(range.may_be("10.1.1.1"));
  EXPECT_FALSE(range.may_be("11.1.1.1"));
  EXPECT_TRUE(name.may_be("11.1.1.1"));
  EXPECT_FALSE(name.may_be("a.org"));
}

}  // namespace
}  // namespace hitl::policy
