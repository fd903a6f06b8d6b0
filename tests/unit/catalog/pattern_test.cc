// SPDX-License-Identifier: Apache-2.0
#include "catalog/pattern.h"

#include <gtest/gtest.h>

namespace hitl::catalog {
namespace {

bool meets(std::string_view a, std::string_view b) {
  const bool ab = meet(from_notation(a), from_notation(b));
  EXPECT_EQ(ab, meet(from_notation(b), from_notation(a))) << a << " " << b;
  return ab;
}

TEST(PatternTest, TwoPatternsMeetWhereSomeTextBelongsToBoth) {
  const std::pair<const char*, const char*> pairs[] = {
      {"/etc/shadow", "/etc/shadow"},
      {"/etc/sh*", "/etc/shadow"},
      {"/e*/shadow", "/etc/s*"},
      {"/?t?/shadow", "/etc/shadow"},
      {"**/.env", "/srv/app/.env"},
      {"*", "x"},
      {"a*c", "ab*"},
      {"/home/*/.ssh/**", "/home/*/.ssh/id_*"},
      {"**", ""},
      {"a**", "a/b/c"},
      {"?", "*"},
  };
  for (const auto& [a, b] : pairs) EXPECT_TRUE(meets(a, b)) << a << " " << b;
}

TEST(PatternTest, AHoleTakesNoSlashAndNoLeadingDotUnlessItIsForAnything) {
  const std::pair<const char*, const char*> pairs[] = {
      {"/etc/*", "/etc/a/b"}, {"*", ".env"},        {"/a/*/x", "/a/.git/x"}, {"?env", ".env"},
      {"a?b", "a/b"},         {"/srv/*", "/etc/*"}, {"*.log", "*.pem"},      {"/a/**/*.go", "/b/x"},
      {"abc", "abcd"},        {"a?", "a"},
  };
  for (const auto& [a, b] : pairs) EXPECT_FALSE(meets(a, b)) << a << " " << b;
  EXPECT_FALSE(meet("\x02\x02/x", ".ssh/x"));  // also after a hole that stays empty
  EXPECT_TRUE(meet("\x03/x", ".ssh/x"));
}

TEST(PatternTest, OnePatternCoversAnotherWhereAllItsTextsBelong) {
  struct Case {
    const char *outer, *inner;
    bool want;
  };
  const Case cases[] = {
      {"/srv/**", "/srv/a/b", true}, {"/srv/**", "/srv/*", true}, {"/srv/*", "/srv/**", false},
      {"/srv/*", "/srv/a/b", false}, {"/s?v", "/srv", true},      {"/srv", "/s?v", false},
      {"/srv/**", "/etc/x", false},  {"*", "**", false},          {"**", "**", true},
      {"/srv/**", "/sr*/x", false},  {"a*c", "abc", true},        {"a*c", "ab", false},
  };
  for (const auto& c : cases)
    EXPECT_EQ(covers(from_notation(c.outer), from_notation(c.inner)), c.want)
        << c.outer << " " << c.inner;
}

TEST(PatternTest, BytesThatAreHolesOnlyWidenWhenTheyComeFromOutside) {
  const std::string odd = std::string("a") + kOne + "b";
  EXPECT_FALSE(is_known(literal(odd)));
  EXPECT_TRUE(meet(literal(odd), "a/b"));
}

TEST(PatternTest, FnmatchTakesLeadingDotsAndBrackets) {
  EXPECT_TRUE(meet(from_fnmatch("*env"), ".env"));
  EXPECT_TRUE(meet(from_fnmatch("id_rs[a]"), "id_rsa"));
  EXPECT_TRUE(meet(from_fnmatch("id_rs[!b]"), "id_rsa"));
  EXPECT_TRUE(meet(from_fnmatch("\\*"), "*"));
  EXPECT_FALSE(meet(from_fnmatch("*.log"), "x.pem"));
}

}  // namespace
}  // namespace hitl::catalog
