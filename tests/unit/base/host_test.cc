// SPDX-License-Identifier: Apache-2.0
#include "base/host.h"

#include <gtest/gtest.h>

namespace hitl {
namespace {

TEST(HostTest, AHostHasOneForm) {
  for (const auto& [text, want] : {std::pair{"Db1.Example.ORG", "db1.example.org"},
                                   {"db1.example.org.", "db1.example.org"},
                                   {"localhost", "localhost"},
                                   {"10.0.0.5", "10.0.0.5"},
                                   {"::ffff:10.0.0.5", "10.0.0.5"},
                                   {"2001:DB8:0::1", "2001:db8::1"},
                                   {"a_b-c.org", "a_b-c.org"}})
    EXPECT_EQ(known_host(text), want);
}

// Programs take these for addresses, or for more than one host.
TEST(HostTest, WhatIsInDoubtIsNotKnown) {
  for (const char* text : {"",           ".",         "127.1",        "0x7f000001", "2130706433",
                           "0177.0.0.1", "010.0.0.1", "10.0.0",       "a..b",       ".a",
                           "-x",         "a b",       "a/b",          "a@b",        "{a,b}.org",
                           "[1-2].org",  "a%00b",     "fe80::1%eth0", "a\n",        "\xd0\xb0.org",
                           "a.0x1"})
    EXPECT_EQ(known_host(text), "") << text;
  EXPECT_EQ(known_host(std::string(300, 'a')), "");
}

TEST(HostTest, OfAUrlOnlyWhatAllProgramsAgreeOn) {
  for (const auto& [url, want] : {std::pair{"https://a.example.org/x?y#z", "a.example.org"},
                                  {"http://a.example.org:8080", "a.example.org"},
                                  {"a.example.org/x", "a.example.org"},
                                  {"http://10.0.0.5/", "10.0.0.5"},
                                  {"http://[2001:db8::1]:80/", "2001:db8::1"},
                                  {"http://a.org?x", "a.org"}})
    EXPECT_EQ(host_of_url(url), want);
  for (const char* url :
       {"", "ftp://a.org/", "file:///etc/passwd", "http:///x", "http://u@a.org/", "http://a.org@b/",
        "http://a.org\\@b/", "http://a.org:x/", "http://a.org:/", "http://[a.org]/", "http://[::1",
        "http://{a,b}.org/", "http://127.1/", "http:a.org", "http://a%2eorg/", "HTTP://a.org/",
        "http://[::1]x/", "//a.org/", "gopher://a.org"})
    EXPECT_EQ(host_of_url(url), "") << url;
}

}  // namespace
}  // namespace hitl
