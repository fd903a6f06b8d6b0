// SPDX-License-Identifier: Apache-2.0
// What may be approved together: the shapes that lines have, and the lines that
// have none (rule 12).
#include "judge/shape.h"

#include <gtest/gtest.h>

#include "judge/judge.h"

namespace hitl::judge {
namespace {

class ShapeTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto j = Judge::load(HITL_SOURCE_DIR "/etc/policy.toml", {HITL_SOURCE_DIR "/etc/catalog.d"});
    ASSERT_TRUE(j) << j.error().what;
    judge_ = new Judge(std::move(*j));
  }
  static void TearDownTestSuite() {
    delete judge_;
    judge_ = nullptr;
  }
  static std::string shape(const std::string& line, bool terminal = false) {
    Question q;
    q.agent = "devin";
    q.groups = {"agents"};
    q.target = "db1";
    q.command = RawText(line);
    q.terminal = terminal;
    return judge_->judge(q).shape;
  }
  static Judge* judge_;
};
Judge* ShapeTest::judge_ = nullptr;

TEST_F(ShapeTest, FilesOfOneFolderAreAlike) {
  EXPECT_EQ(shape("touch -c /srv/app/a"), "'touch' '-c' '/srv/app/'* [write]");
  EXPECT_EQ(shape("touch   -c  '/srv/app/b c'"), shape("touch -c /srv/app/a"));
  EXPECT_EQ(shape("touch -c /srv/app/a /srv/app/b"), shape("touch -c /srv/app/a"));
}

TEST_F(ShapeTest, WhatDiffersInAnythingElseIsNot) {
  const auto one = shape("touch -c /srv/app/a");
  for (const char* line :
       {"touch /srv/app/a", "touch -a /srv/app/a", "touch -c /srv/other/a", "touch -c /srv/app/x/a",
        "touch -c /srv/app/../etc/a", "touch -c /srv/app/..", "touch -c /srv/app",
        "touch -c /srv/app/a /etc/b", "touch -c a", "tee /srv/app/a", "touch -c -- /srv/app/a",
        "touch -c -r /etc/passwd /srv/app/a"})
    EXPECT_NE(shape(line), one) << line;
}

// With all that is in it: what lies beside it was not looked at.
TEST_F(ShapeTest, WhatIsTouchedAsAWholeIsGrantedAsItStands) {
  EXPECT_NE(shape("rm -rf /srv/app/a"), "");
  EXPECT_NE(shape("rm -rf /srv/app/b"), shape("rm -rf /srv/app/a"));
  EXPECT_NE(shape("rm -f /srv/app/b"), shape("rm -f /srv/app/a"));
}

TEST_F(ShapeTest, WhatRunsAnythingHasNone) {
  for (const char* line :
       {"sh -c 'rm /srv/app/a'", "sudo rm /srv/app/a", "env rm /srv/app/a", "xargs rm",
        "find /srv -name x -exec rm {} +", "python3 /srv/app/a.py", "./deploy.sh", "ssh db2 ls",
        "nosuchprogram /srv/app/a", "cat /etc/shadow", "useradd x", "crontab /srv/app/a"})
    EXPECT_EQ(shape(line), "") << line;
}

TEST_F(ShapeTest, WhatIsMoreThanOnePlainCommandHasNone) {
  for (const char* line :
       {"rm /srv/app/a; ls", "rm /srv/app/a && ls", "rm /srv/app/a | cat", "rm /srv/app/a &",
        "rm /srv/app/*", "rm $x", "x=1 rm /srv/app/a", "rm /srv/app/a > /srv/app/b",
        "for f in /srv/app/a; do rm $f; done", "rm $(ls)", "(rm /srv/app/a)", "!", ""})
    EXPECT_EQ(shape(line), "") << line;
}

TEST_F(ShapeTest, WhatKeysAreTypedIntoHasNone) { EXPECT_EQ(shape("less /srv/app/a", true), ""); }

}  // namespace
}  // namespace hitl::judge
