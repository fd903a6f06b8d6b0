// SPDX-License-Identifier: Apache-2.0
#include "console/detail.h"

#include <gtest/gtest.h>

#include "support/sample_requests.h"

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

}  // namespace
}  // namespace hitl::console
