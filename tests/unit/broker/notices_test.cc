// SPDX-License-Identifier: Apache-2.0
#include "broker/notices.h"

#include <gtest/gtest.h>

namespace hitl::broker {
namespace {

using namespace std::chrono_literals;
constexpr const char* kId = "K7Q2ABCDEFGHIJKLMNOPQRSTUV";

TEST(NoticesTest, TheWordsThatProgramsRead) {
  const Notices n;
  EXPECT_EQ(n.held(kId, "deletes files: /srv/old", "prod writes", 100s),
            "hitl: held for approval #K7Q2ABCD (deletes files: /srv/old; rule \"prod writes\"). "
            "Waiting up to 100 s. If this is cut off, run the SAME command again later: the "
            "decision is kept.");
  EXPECT_EQ(n.waiting(kId, 40s, 1, 2), "hitl: waiting #K7Q2ABCD (40 s, 1 of 2 approvals)");
  EXPECT_EQ(n.denied_by_operator(kId, "use the blue/green script"),
            "hitl-result: denied id=K7Q2ABCD by=operator reason=\"use the blue/green script\"");
  EXPECT_EQ(n.denied_by_policy(kId, "never a disk", "ask \"storage\""),
            "hitl-result: denied id=K7Q2ABCD by=policy rule=\"never a disk\" "
            "reason=\"ask \\\"storage\\\"\"");
  EXPECT_EQ(n.not_yet(kId, 30s), "hitl-result: held id=K7Q2ABCD retry-after=30");
  EXPECT_EQ(n.expired(kId), "hitl-result: expired id=K7Q2ABCD retry-after=0");
  EXPECT_EQ(n.cancelled(kId), "hitl-result: cancelled id=K7Q2ABCD");
  EXPECT_EQ(n.error("", "target-unreachable", "10.0.0.5:22: refused"),
            "hitl-result: error code=target-unreachable reason=\"10.0.0.5:22: refused\"");
}

TEST(NoticesTest, JsonForThoseWhoWishIt) {
  const Notices n(notice_style("json"));
  EXPECT_EQ(n.waiting(kId, 40s, 1, 2),
            R"(hitl: {"event":"waiting","id":"K7Q2ABCD","waited":40,"approvals":1,)"
            R"("approvals_needed":2})");
  EXPECT_EQ(n.denied_by_operator(kId, "a\"b"),
            R"(hitl: {"event":"denied","id":"K7Q2ABCD","by":"operator","reason":"a\"b"})");
}

TEST(NoticesTest, NothingForThoseWhoWishNothing) {
  const Notices n(notice_style("off"));
  EXPECT_EQ(n.held(kId, "s", "r", 1s) + n.expired(kId) + n.error("", "c", "r"), "");
}

// Rule 11: reasons and rules come from people and files, summaries from agents.
TEST(NoticesTest, NoByteSteersATerminal) {
  const std::string evil = "\x1b]52;c;aGk=\x07\r\n\xE2\x80\xAE\xff";
  for (const auto* style : {"text", "json"}) {
    const Notices n(notice_style(style));
    for (const auto& line : {n.held(kId, evil, evil, 1s), n.approved(kId, evil), n.remark(evil),
                             n.denied_by_policy(kId, evil, evil), n.denied_by_operator(kId, evil),
                             n.error(kId, "code", evil)}) {
      EXPECT_FALSE(line.empty());
      for (const char c : line) EXPECT_TRUE(c >= 0x20 && c < 0x7f) << line;
    }
  }
}

TEST(NoticesTest, ALineFitsInAMessage) {
  const Notices n(notice_style("json"));
  EXPECT_LT(n.denied_by_policy(kId, std::string(9'000, '"'), std::string(9'000, '\\')).size(),
            4'096u);
  for (const auto* style : {"text", "json"})
    for (const char c : {'"', '\x01'})
      EXPECT_LT(Notices(notice_style(style))
                    .proposal(kId, std::string(4'096, c), std::string(65'536, c))
                    .size(),
                4'096u);
}

}  // namespace
}  // namespace hitl::broker
