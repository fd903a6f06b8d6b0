// SPDX-License-Identifier: Apache-2.0
#include "proto/environment.h"

#include <gtest/gtest.h>

#include <string>

#include "hitl/limits.h"

namespace hitl::proto {
namespace {

TEST(EnvironmentTest, OnlyItsOwnNames) {
  for (const auto* name : {"LC_HITL_WAIT", "LC_X", "LC_9_", "LANG", "LC_ALL", "TERM"})
    EXPECT_TRUE(may_set(name, "")) << name;
  for (const auto* name : {"", "PATH", "LD_PRELOAD", "BASH_ENV", "LC_", "LC_a", "lc_X",
                           "LC_X=", "LC_X\n", "LANGUAGE", "TERMINFO", "GIT_PAGER", "xLC_X"})
    EXPECT_FALSE(may_set(name, "")) << name;
  EXPECT_TRUE(may_set("LC_" + std::string(kMaxName - 3, 'X'), ""));
  EXPECT_FALSE(may_set("LC_" + std::string(kMaxName - 2, 'X'), ""));
  EXPECT_FALSE(may_set("LC_X", std::string(kMaxEnvValue + 1, 'x')));
}

// A letter's second byte may be a backslash in SJIS, BIG5 and GBK, and those are
// what "zh_TW" and the like mean where no character set is named.
TEST(EnvironmentTest, LocalesAreInUtf8) {
  for (const auto* value :
       {"", "C", "POSIX", "C.UTF-8", "C.utf8", "de_AT.UTF-8@euro", "zh_TW.UTF-8"}) {
    EXPECT_TRUE(may_set("LC_ALL", value)) << value;
    EXPECT_TRUE(may_set("LANG", value)) << value;
  }
  for (const auto* value :
       {"zh_TW", "zh_TW.BIG5", "ja_JP.SJIS", "zh_CN.GBK", "de_DE", "de_DE.UTF-8.SJIS", "../x.UTF-8",
        "/tmp/x.UTF-8", "C.UTF-8@", "C.UTF-8@x@y", "C.UTF-8 ", "zh_TW@x.UTF-8"})
    EXPECT_EQ(may_set("LC_CTYPE", value), std::string(value) == "C.UTF-8@") << value;
  EXPECT_TRUE(may_set("LC_X", "anything: \x83\\"));
}

TEST(EnvironmentTest, TerminalsAreNoPaths) {
  EXPECT_TRUE(may_set("TERM", "xterm-256color"));
  EXPECT_TRUE(may_set("TERM", "screen.xterm+x_1"));
  for (const auto* value : {"../x", "/tmp/x", "x y", "x\x1b"}) EXPECT_FALSE(may_set("TERM", value));
}

}  // namespace
}  // namespace hitl::proto
