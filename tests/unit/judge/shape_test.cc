// SPDX-License-Identifier: Apache-2.0
// What may be approved together: the shapes that lines have, and the lines that
// have none (rule 12).
#include "judge/shape.h"

#include <gtest/gtest.h>

#include "judge/judge.h"
#include "shell/memory.h"

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

// A folder is no file of itself, and a file has one name.
TEST_F(ShapeTest, OnlyAFileByItsOneNameIsOneOfItsFolder) {
  const auto one = shape("touch /srv/app/a");
  for (const char* word : {"/srv/app/", "/srv/app/.", "/srv/app/..", "/srv/app/x/../../y",
                           "/srv/app/./y", "/srv//app/y", "/srv/app//y"})
    EXPECT_NE(shape(std::string("touch ") + word), one) << word;
}

TEST_F(ShapeTest, OneShapeIsOneFolder) {
  const auto at = [](const char* line, const char* cwd) {
    Question q;
    q.agent = "devin";
    q.target = "db1";
    q.cwd = cwd;
    q.command = RawText(line);
    return judge_->judge(q).shape;
  };
  for (const char* line : {"rm a", "rm -rf ./data", "touch x"})
    EXPECT_NE(at(line, "/srv/scratch"), at(line, "/srv/prod")) << line;
}

TEST_F(ShapeTest, WhatANameOfTheSessionStandsForIsNotInTheLine) {
  const auto after = [](const char* definition, const char* line, const char* cwd) {
    shell::Memory memory;
    Question q;
    q.agent = "devin";
    q.target = "db1";
    q.cwd = cwd;
    q.session = &memory;
    q.command = RawText(definition);
    memory.learn(*judge_->judge(q).tree, true);
    q.command = RawText(line);
    return judge_->judge(q).shape;
  };
  EXPECT_EQ(after("f() { cat /srv/a/x > /srv/b/y; }", "f", "/srv"), "");
  EXPECT_EQ(after("f() { X=1 rm /srv/a/x; }", "f", "/srv"), "");
  EXPECT_EQ(after("true", "touch /srv/a/x", ""), "") << "a folder that is not known";
}

TEST_F(ShapeTest, WhatKeysAreTypedIntoHasNone) { EXPECT_EQ(shape("less /srv/app/a", true), ""); }

}  // namespace
}  // namespace hitl::judge
