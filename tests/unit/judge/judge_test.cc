// SPDX-License-Identifier: Apache-2.0
#include "judge/judge.h"

#include <algorithm>

#include "unit/judge/shipped.h"

namespace hitl::judge {
namespace {

TEST(JudgeTest, ALookIsAllowedAndItsCanonicalTextIsWhatRuns) {
  const auto j = judged("ls  -l \"/srv\" | head -3");
  EXPECT_EQ(j.verdict, Verdict::Allow);
  EXPECT_EQ(j.rule, "look around");
  ASSERT_TRUE(j.canonical);
  EXPECT_EQ(j.canonical->bytes(), "'ls' '-l' '/srv' | 'head' '-3'");
  ASSERT_EQ(j.commands.size(), 2u);
  EXPECT_EQ(j.commands[0].argv, (std::vector<std::string>{"ls", "-l", "/srv"}));
  EXPECT_EQ(j.summary, "only looks");
  EXPECT_TRUE(j.reasons.empty());
}

TEST(JudgeTest, AHoldSaysWhyAndWhoDecides) {
  const auto j = judged("rm -r /srv/old");
  EXPECT_EQ(j.verdict, Verdict::Hold);
  EXPECT_EQ(j.rule, "ask first");
  EXPECT_EQ(j.hold.approvers[0].group, "oncall");
  EXPECT_EQ(j.summary, "removes /srv/old");
  ASSERT_EQ(j.findings.size(), 1u);
  EXPECT_EQ(j.findings[0].effect, "delete");
  EXPECT_EQ(j.findings[0].begin, 6u);
  EXPECT_EQ(j.findings[0].end, 14u);
}

// SECURITY: rules 4 and 45.
TEST(JudgeTest, WhatIsNotUnderstoodIsHeldAndSaysThatDenialsWereNotChecked) {
  for (const char* line : {"echo 'x", "a[$(id)]=1", "ls \x01", "ls\r", "ls \xff", "((x))"}) {
    const auto j = judged(line);
    EXPECT_EQ(j.verdict, Verdict::Hold) << line;
    EXPECT_FALSE(j.canonical) << line;
    EXPECT_FALSE(j.opaque_reason.empty()) << line;
    EXPECT_EQ(j.effects, std::vector<std::string>{"unknown"}) << line;
    EXPECT_EQ(j.reasons.back(), "deny rules could not be checked") << line;
    EXPECT_EQ(j.input, InputRole::Script) << line;
  }
}

TEST(JudgeTest, BlankTextIsHeld) {
  for (const char* line : {"", " ", "# only a comment"})
    EXPECT_EQ(judged(line).verdict, Verdict::Hold) << line;
}

TEST(JudgeTest, ACommandHasOnlyTheEffectsThatItHas) {
  EXPECT_EQ(judged("touch x").effects, std::vector<std::string>{"write"});
  EXPECT_EQ(judged("rm x").effects, std::vector<std::string>{"delete"});
  EXPECT_EQ(judged("ls; rm x").effects, (std::vector<std::string>{"delete", "read"}));
  EXPECT_EQ(judged("true").effects, std::vector<std::string>{"read"});
}

TEST(JudgeTest, AStrangerMayNotEvenLook) {
  Question q;
  q.agent = "stranger";
  q.command = RawText("ls");
  EXPECT_EQ(shipped().judge(q).verdict, Verdict::Hold);
}

TEST(JudgeTest, TheCatastrophicIsDeniedHoweverItIsWrapped) {
  for (const char* line : {"rm -rf /",
                           "rm -rf /*",
                           "rm -r -f -- //",
                           "sudo rm -rf /",
                           "env X=1 nice rm -rf /",
                           "cd / && rm -rf .",
                           "x=/; rm -rf $x",
                           "rm -rf ~",
                           "rm -rf $HOME",
                           "rm -rf \"$HOME\"/*",
                           "sh -c 'rm -rf /etc'",
                           "f() { rm -rf /usr; }",
                           "ls $(rm -rf /)",
                           "find / -delete",
                           "find / | xargs rm -rf",
                           "echo / | xargs rm -r",
                           "chmod -R 777 /",
                           "chown -R x /*",
                           "mv /usr /x",
                           "rm -rf /etc/../usr",
                           "mkfs.ext4 /dev/sdb1",
                           "echo x > /dev/sda",
                           "dd of=/dev/nvme0n1",
                           "wipefs -a /dev/sdb",
                           "cat x | tee /dev/vda",
                           "cp x /dev/sda && ls || shred /dev/sda",
                           "reboot",
                           "sudo shutdown -h now",
                           "systemctl --force reboot",
                           "f() { f | f & }; f",
                           "kill -9 -1",
                           "echo c > /proc/sysrq-trigger",
                           "truncate -s0 /etc/passwd",
                           "rm -rf /e*",
                           "ls; ls; ls && (halt)"})
    EXPECT_EQ(judged(line).verdict, Verdict::Deny) << line;
}

TEST(JudgeTest, OrdinaryRemovalsAreNotDenied) {
  for (const char* line :
       {"rm -rf /srv/app/old", "rm x", "rm -rf $X", "find . -name '*.o' -delete",
        "find /tmp -mtime +3 -exec rm {} +", "rm -f \"$f\"", "chmod -R g+w /srv/app", "mv a /etc",
        "cat list | xargs rm", "dd of=/srv/img", "kill -9 1234"})
    EXPECT_EQ(judged(line).verdict, Verdict::Hold) << line;
}

TEST(JudgeTest, TheVersionChangesWithAnyByte) {
  EXPECT_EQ(shipped().version().size(), 64u);
  const auto other =
      Judge::load(HITL_SOURCE_DIR "/etc/policy.toml", {HITL_SOURCE_DIR "/tests/unit/judge"});
  ASSERT_TRUE(other) << other.error().what;
  EXPECT_NE(other->version(), shipped().version());
}

TEST(JudgeTest, AnEmptyCatalogueAllowsNothing) {
  const auto empty =
      Judge::load(HITL_SOURCE_DIR "/etc/policy.toml", {HITL_SOURCE_DIR "/tests/unit/judge"});
  ASSERT_TRUE(empty);
  Question q;
  q.groups = {"agents"};
  q.command = RawText("ls");
  EXPECT_EQ(empty->judge(q).verdict, Verdict::Hold);
}

TEST(JudgeTest, FaultsOfBothFilesComeTogether) {
  const auto none = Judge::load("/nonexistent", {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Errc::NotFound);
}

// SECURITY: rule 26.
TEST(JudgeTest, TheEnvironmentIsTheAgentsThenOursWhichItCannotSet) {
  Question q;
  q.groups = {"agents"};
  q.command = RawText("git log");
  q.environment = {{"LANG", "C"}, {"PAGER", "evil"}, {"LC_HITL_WAIT", "5"}, {"LESSSECURE", ""}};
  const auto j = shipped().judge(q);
  ASSERT_FALSE(j.environment.empty());
  EXPECT_EQ(j.environment[0], (std::pair<std::string, std::string>{"LANG", "C"}));
  std::size_t pagers = 0;
  for (const auto& [name, value] : j.environment) {
    EXPECT_NE(value, "evil");
    EXPECT_FALSE(name.starts_with("LC_HITL_"));
    if (name == "PAGER" || name == "GIT_PAGER" || name == "SYSTEMD_PAGER" || name == "MANPAGER") {
      EXPECT_EQ(value, "cat");
      ++pagers;
    }
  }
  EXPECT_EQ(pagers, 4u);
}

// SECURITY: rule 27.  What people approve may need its hooks.
TEST(JudgeTest, OnlyALookRunsWithoutWhatHomesAndRepositoriesConfigure) {
  const auto pinned = [](const Judgement& j) {
    return std::ranges::any_of(j.environment,
                               [](const auto& e) { return e.first == "GIT_CONFIG_COUNT"; });
  };
  for (const char* line : {"git status", "ls", "sh -c 'git status'"})
    EXPECT_TRUE(pinned(judged(line))) << line;
  for (const char* line :
       {"git commit -m x", "git status; rm x", "echo 'x", "reboot", "pip install x"})
    EXPECT_FALSE(pinned(judged(line))) << line;
  Question q;
  q.groups = {"agents"};
  q.command = RawText("git status");
  q.environment = {{"GIT_CONFIG_COUNT", "0"}};
  for (const auto& [name, value] : shipped().judge(q).environment)
    EXPECT_TRUE(name != "GIT_CONFIG_COUNT" || value != "0");
}

// SECURITY: rule 26.
TEST(JudgeTest, InputIsGrantedByWhatReadsIt) {
  const std::pair<const char*, InputRole> cases[] = {{"ls", InputRole::None},
                                                     {"cat", InputRole::Data},
                                                     {"cat x", InputRole::None},
                                                     {"cat x -", InputRole::Data},
                                                     {"grep x", InputRole::Data},
                                                     {"grep x y", InputRole::None},
                                                     {"git log", InputRole::None},
                                                     {"sort | head", InputRole::Data},
                                                     {"ls | cat", InputRole::None},
                                                     {"cat < /srv/x", InputRole::None},
                                                     {"{ cat; } < /srv/x", InputRole::None},
                                                     {"cat &", InputRole::None},
                                                     {"bash", InputRole::Script},
                                                     {"sh -s", InputRole::Script},
                                                     {"read x", InputRole::Data},
                                                     {"sh -c 'cat'", InputRole::Data},
                                                     {"echo $(cat)", InputRole::Data},
                                                     {"less x", InputRole::None},
                                                     {"frobnicate", InputRole::Script},
                                                     {"./x", InputRole::Script},
                                                     {"python3 x.py", InputRole::Script},
                                                     {"ls; python3 -", InputRole::Script},
                                                     {"rm x", InputRole::None},
                                                     {"cat $X", InputRole::Data}};
  for (const auto& [line, want] : cases) EXPECT_EQ(judged(line).input, want) << line;
}

// SECURITY: rule 27.
TEST(JudgeTest, WhatARepositoryConfiguresIsSwitchedOffInTheCanonicalText) {
  const auto j = judged("git diff HEAD");
  ASSERT_TRUE(j.canonical);
  EXPECT_EQ(j.canonical->bytes(),
            "'git' '--no-pager' '-c' 'core.fsmonitor=false' '-c' 'core.hooksPath=/dev/null' "
            "'-c' 'gpg.program=false' '-c' 'gpg.openpgp.program=false' "
            "'-c' 'gpg.x509.program=false' '-c' 'gpg.ssh.program=false' "
            "'-c' 'safe.bareRepository=explicit' '-c' 'log.showSignature=false' "
            "'-c' 'format.pretty=medium' '-c' 'diff.submodule=short' "
            "'-c' 'status.submoduleSummary=false' 'diff' '--no-ext-diff' '--no-textconv' 'HEAD'");
  EXPECT_EQ(judged("man ls").canonical->bytes(), "'man' '-C' '/dev/null' 'ls'");
}

TEST(JudgeTest, JudgingACanonicalTextChangesNothing) {
  for (const char* line : {"git log | head", "sh -c 'git status; man x'", "nice git -C /srv/x show",
                           "find . -exec git log {} +", "env LANG=C git diff",
                           "f() { git log; }; f", "bash -c \"sh -c 'git log'\"", "rm x; git log",
                           "git log -- $X", "rpm -qa", "watch 'ls  -l'", "mysql -e 'select 1'"}) {
    const auto once = judged(line);
    ASSERT_TRUE(once.canonical) << line;
    const auto twice = judged(once.canonical->bytes());
    ASSERT_TRUE(twice.canonical) << line;
    EXPECT_EQ(once.canonical->bytes(), twice.canonical->bytes());
    EXPECT_EQ(once.verdict, twice.verdict) << line;
    EXPECT_EQ(once.effects, twice.effects) << line;
  }
}

}  // namespace
}  // namespace hitl::judge
