// SPDX-License-Identifier: Apache-2.0
// Lines of a session, judged by what earlier lines left in its shell.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "judge/judge.h"
#include "shell/parser.h"

namespace hitl::judge {
namespace {

class SessionJudgeTest : public testing::Test {
 protected:
  void SetUp() override {
    auto loaded =
        Judge::load(HITL_SOURCE_DIR "/etc/policy.toml", {HITL_SOURCE_DIR "/etc/catalog.d"});
    ASSERT_TRUE(loaded) << loaded.error().what;
    judge_ = std::make_unique<Judge>(std::move(*loaded));
  }

  Judgement judge(const std::string& line, bool terminal = false, const std::string& cwd = "/srv") {
    Question q;
    q.agent = "devin";
    q.groups = {"agents"};
    q.target = "db1";
    q.cwd = cwd;
    q.command = RawText(line);
    q.terminal = terminal;
    q.session = &memory_;
    return judge_->judge(q);
  }
  Verdict verdict(const std::string& line, bool terminal = false) {
    return judge(line, terminal).verdict;
  }
  // The line runs, to its end or not.
  void run(const std::string& line, bool to_its_end = true) {
    const auto j = judge(line);
    ASSERT_TRUE(j.tree) << line;
    memory_.learn(*j.tree, to_its_end);
  }

  std::unique_ptr<Judge> judge_;
  shell::Memory memory_;
};

TEST_F(SessionJudgeTest, AValueOfAnEarlierLineIsFollowedAndPrinted) {
  EXPECT_EQ(verdict("cat $f"), Verdict::Hold);
  run("f=/etc/hostname");
  const auto j = judge("cat $f");
  EXPECT_EQ(j.verdict, Verdict::Allow);
  EXPECT_EQ(j.canonical->bytes(), "'cat' '/etc/hostname'");
  run("f=/etc/shadow");
  EXPECT_EQ(verdict("cat $f"), Verdict::Hold);
}

TEST_F(SessionJudgeTest, AValueThatIsNotCertainIsForgotten) {
  for (const char* later :
       {"read f", "f=$(date)", "unset f", "for f in a b; do :; done", "true && f=/etc/shadow",
        "if true; then f=x; fi", "f+=x", "f=/etc/shadow; ls nowhere"}) {
    run("f=/etc/hostname");
    run(later);
    EXPECT_EQ(verdict("cat $f"), Verdict::Hold) << later;
  }
  run("f=/etc/hostname");
  run("f=/etc/passwd", false);
  EXPECT_EQ(verdict("cat $f"), Verdict::Hold);
}

TEST_F(SessionJudgeTest, ACallIsJudgedByItsBody) {
  EXPECT_EQ(verdict("f /etc"), Verdict::Hold);
  run("f() { ls -d $1; }");
  EXPECT_EQ(verdict("f /etc"), Verdict::Allow);
  EXPECT_EQ(judge("f /etc").canonical->bytes(), "'f' '/etc'");
  run("g() { f $1; }");
  EXPECT_EQ(verdict("g /etc"), Verdict::Allow);
  run("f() { rm -r $1; }");
  EXPECT_EQ(verdict("f /etc"), Verdict::Hold);
  EXPECT_EQ(verdict("g /etc"), Verdict::Hold);  // what it calls is another one now
  EXPECT_EQ(verdict("ls"), Verdict::Allow);
}

TEST_F(SessionJudgeTest, AFunctionThatIsNotCertainIsUnknown) {
  for (const char* later :
       {"unset -f f", "if true; then f() { ls; }; fi", "ls; f() { ls; }", "false || f() { ls; }"}) {
    run("f() { ls; }");
    ASSERT_EQ(verdict("f"), Verdict::Allow) << later;
    run(later);
    EXPECT_EQ(verdict("f"), Verdict::Hold) << later;
  }
  run("f() { ls; }");
  run("f() { id; }", false);
  EXPECT_EQ(verdict("f"), Verdict::Hold);
}

TEST_F(SessionJudgeTest, AShellThatRanUnjudgedTextIsTrustedNoMore) {
  run("source x");
  const auto j = judge("ls");
  EXPECT_EQ(j.verdict, Verdict::Hold);
  EXPECT_NE(j.summary.find("source"), std::string::npos);
}

TEST_F(SessionJudgeTest, RangesAreThoseOfTheLine) {
  run("f=/etc/shadow");
  const auto j = judge("cat $f");
  for (const auto& finding : j.findings) EXPECT_LE(finding.end, 6u);
  for (const auto& c : j.commands) EXPECT_LE(c.end, 6u);
}

TEST_F(SessionJudgeTest, TheFolderCounts) {
  EXPECT_EQ(judge("cat notes", false, "/srv").verdict, Verdict::Allow);
  EXPECT_EQ(judge("cat notes", false, "/root/.ssh").verdict, Verdict::Hold);
}

// Rule 26: no keys for what was allowed as a look.
TEST_F(SessionJudgeTest, APagerOnATerminalIsHeld) {
  for (const char* line : {"less /etc/passwd", "more x", "zless x", "cat x | less"}) {
    EXPECT_EQ(verdict(line, false), Verdict::Allow) << line;
    EXPECT_EQ(verdict(line, true), Verdict::Hold) << line;
  }
  EXPECT_EQ(verdict("cat x", true), Verdict::Allow);
}

}  // namespace
}  // namespace hitl::judge
