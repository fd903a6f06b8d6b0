// SPDX-License-Identifier: Apache-2.0
#include "console/detail.h"

#include <gtest/gtest.h>

#include "console/effect_marks.h"
#include "support/sample_sessions.h"

namespace hitl::console {
namespace {

using testing::sample_request;
using testing::sample_requests;

constexpr WallMs kNow = 1'790'000'260'000;

std::string text(const Detail& d) {
  std::string out;
  for (const auto& l : d.lines) out += l.str() + "\n";
  return out;
}

std::string judged(const Detail& d) {
  std::string out;
  for (std::size_t i = 0; i < d.judged; ++i) out += d.lines[i].str() + "\n";
  return out;
}

bool has(const std::string& all, std::string_view part) {
  return all.find(part) != std::string::npos;
}

TEST(DetailTest, ARequestReadsFromWhatRunsToWhatIsForTheRecord) {
  const auto r = sample_requests(1'790'000'260'000)[0];
  EXPECT_EQ(text(describe(r, 68, kNow)), R"( devin asks to run this on db1 as deploy

 │ rm -r /srv/old

 Effects     delete       rm -r removes /srv/old and all below it
 Environment LANG=C.UTF-8

 Rule        prod writes
 Needs       1 approval from oncall, 0 so far

 ┌─ the agent's own words, which nobody checked ──────────────────┐
 │ The release of last week is no longer served; frees 40 GB.     │
 └────────────────────────────────────────────────────────────────┘

 Request     K7Q2MNBVAAAAAAAAAAAAAAAAAA
 Session     5ZKQ7OMWX2QJ3V4T6YLR2NAPBE
 Asked       2026-09-21T14:13:20Z, expires 2026-09-21T14:33:20Z
 Digest      1111111111111111111111111111111111111111111111114b3751
             324d4e4256
)");
}

TEST(DetailTest, WhatTheAgentSentIsShownWhereItDiffers) {
  const auto r = sample_requests(0)[1];
  const auto narrow = text(describe(r, 80, kNow));
  EXPECT_TRUE(has(narrow, " Would run\n │ systemctl restart nginx\n │ tail -n 5 "));
  EXPECT_TRUE(has(narrow, " As the agent sent it\n │ systemctl   restart nginx;tail"));
  EXPECT_TRUE(has(text(describe(r, 120, kNow)), "│ systemctl restart nginx                 "));
}

TEST(DetailTest, WhatWasNotUnderstoodSaysSoAndIsShownEscaped) {
  const auto all = text(describe(sample_requests(0)[2], 80, kNow));
  EXPECT_TRUE(has(all, "NOTHING IN IT WAS UNDERSTOOD: a control byte"));
  EXPECT_TRUE(has(all, "\\x1b[2JU+202E/etc"));
  EXPECT_TRUE(has(all, "│ Please press a. \\x1b[31m"));
  EXPECT_EQ(all.find('\x1b'), std::string::npos);
}

TEST(DetailTest, LettersOutsideAsciiAreMarked) {
  const auto d = describe(sample_request("K7Q2MNBV", "rm p\u0430ss"), 80, kNow);
  EXPECT_TRUE(has(text(d), "holds letters outside ASCII"));
  EXPECT_EQ(caution(sample_request("K7Q2MNBV", "rm p\u0430ss")), "");
}

TEST(DetailTest, AWrappedLineIsToldFromTwoLines) {
  const auto one = judged(describe(sample_request("K7Q2MNBV", std::string(50, 'a')), 44, kNow));
  const auto two = judged(describe(
      sample_request("K7Q2MNBV", std::string(40, 'a') + "\n" + std::string(10, 'a')), 44, kNow));
  EXPECT_TRUE(has(one, "\n ┊ aaa"));
  EXPECT_FALSE(has(two, "┊"));
}

TEST(DetailTest, WhatIsJudgedIsAllBeforeTheRule) {
  const auto r = sample_requests(0)[3];
  const auto part = judged(describe(r, 80, kNow));
  EXPECT_TRUE(has(part, "python3 -"));
  EXPECT_TRUE(has(part, "print('step 44')"));
  EXPECT_TRUE(has(part, "LANG=C.UTF-8"));
  EXPECT_FALSE(has(part, "Rule"));
}

TEST(DetailTest, OneKeyIsNotEnoughForWhatCannotBeReadPlainly) {
  EXPECT_EQ(caution(sample_requests(0)[0]), "");
  EXPECT_EQ(caution(sample_requests(0)[2]), "nothing in it was understood");
  auto script = sample_requests(0)[3];
  EXPECT_EQ(caution(script), "");
  script.input_head += "\tindented with a tab\n";
  script.input_size = script.input_head.size();
  EXPECT_EQ(caution(script), "");
  script.input_size += 1;
  EXPECT_EQ(caution(script), "its input is longer than what is shown");
  EXPECT_TRUE(has(judged(describe(script, 80, kNow)), "only the first "));
  EXPECT_EQ(caution(sample_request("K7Q2MNBV", "echo \u200b")), "it holds hidden characters");
}

TEST(DetailTest, WhoIsStillNeededAndWhatComesIsTold) {
  auto r = testing::sample_with_a_past(sample_request("K7Q2MNBV", "rm -r /srv/old"));
  r.objection = "alice owns the agent";
  const auto all = text(describe(r, 80, r.requested_at + 60'000));
  EXPECT_TRUE(has(all, "Needs       3 approvals, 1 so far; now from dba\n"));
  EXPECT_TRUE(has(all, "✓ 1. 1 of 1 from oncall\n"));
  EXPECT_TRUE(has(all, "▸ 2. 0 of 2 from dba: asked now\n"));
  EXPECT_TRUE(has(all, "approved by bob: fine"));
  EXPECT_TRUE(has(all, "Escalates   asks managers too, in 9m00s\n"));
  EXPECT_TRUE(has(all, "tells pager too, in 14m00s\n"));
  EXPECT_TRUE(has(all, "You         may not approve it: alice owns the agent"));
  EXPECT_TRUE(has(all, "Break glass one of sre may run it at once"));
  EXPECT_TRUE(has(all, "would also have allowed: rm -r /srv/older\n"));
  EXPECT_TRUE(has(all, "1m30s ago   done, reads  df -h /srv\n"));
  EXPECT_TRUE(has(all, "24h01m ago  denied by carol  rm -r /srv/older\n"));
  r.escalated = 1;
  EXPECT_FALSE(has(text(describe(r, 80, kNow)), "asks managers"));
}

TEST(DetailTest, WhereItWouldRunIsJudged) {
  auto r = sample_request("K7Q2MNBV", "rm -r old");
  r.kind = "line-pty";
  r.cwd = "/srv";
  EXPECT_TRUE(
      has(judged(describe(r, 80, kNow)), " in /srv, as a line of a session with a terminal\n"));
}

TEST(DetailTest, TheWordsThatRaiseAnEffectAreMarkedInBothTexts) {
  auto r = sample_request("K7Q2MNBV", "ls; rm -r /srv/old");
  r.canonical = "'ls'\n'rm' '-r' '/srv/old'";
  r.effects = {{"read", 0, 2, "ls looks"}, {"delete", 4, 18, "rm removes"}};
  const auto raw = marks_of_command(r);
  EXPECT_EQ(raw[0], tui::Style::Plain);
  EXPECT_EQ(raw[4], tui::Style::Danger);
  const auto canonical = marks_of_canonical(r);
  EXPECT_EQ(canonical[1], tui::Style::Plain);
  EXPECT_EQ(canonical[r.canonical.find("rm")], tui::Style::Danger);
  EXPECT_EQ(canonical[r.canonical.find("/srv")], tui::Style::Danger);
  EXPECT_TRUE(has(text(describe(r, 80, kNow)), "rm removes  by: rm -r /srv/old\n"));
}

TEST(DetailTest, ARangeThatCutsALetterOrLiesOutsideDoesNotChangeTheText) {
  auto r = sample_request("K7Q2MNBV", "rm \u4e2d");
  r.effects = {{"delete", 0, 4, "rm"}, {"write", 4, 4'000'000'000, "x"}};
  EXPECT_TRUE(has(text(describe(r, 80, kNow)), "│ rm \u4e2d\n"));
}

}  // namespace
}  // namespace hitl::console
