// SPDX-License-Identifier: Apache-2.0
#include "console/table.h"

#include <gtest/gtest.h>

#include "console/phrase.h"
#include "support/sample_requests.h"

namespace hitl::console {
namespace {

TEST(TableTest, ColumnsLineUpWhateverTheNames) {
  auto all = testing::sample_requests(1'790'000'260'000);
  all[1].target = "a-target-with-a-name-of-many-letters";
  all[2].agent = "\x1b]0;x\x07";
  std::string out;
  for (const auto& row : request_table(all, 1'790'000'260'000, false)) out += row.str() + "\n";
  EXPECT_EQ(out, R"(ID        AGENT         TARGET                AGE     LEFT    WHAT
K7Q2MNBV  devin         db1                   4m20s   15m40s  deletes files: /srv/old
M3XYZ2LK  devin         a-target-with-a-nam…  3m25s   16m35s  restarts a service: nginx
QW5ER6TY  \x1b]0;x\x07  db1                   2m30s   17m30s  not understood
ZZ77AB2C  codex         db1                   1m35s   18m25s  runs a script of 44 lines
)");
}

TEST(TableTest, SpansOfTimeAreShort) {
  EXPECT_EQ(span_text(-5), "0s");
  EXPECT_EQ(span_text(59'999), "59s");
  EXPECT_EQ(span_text(130'000), "2m10s");
  EXPECT_EQ(span_text(3 * 3'600'000 + 5 * 60'000), "3h05m");
  EXPECT_EQ(span_text(std::int64_t{12} * 86'400'000), "12d");
}

TEST(TableTest, AnEventIsOneLineWhateverItsText) {
  const auto row = event_row({.event = "held",
                              .id = "K7Q2MNBVAAAA",
                              .agent = "devin",
                              .target = "db1",
                              .at = 1'790'000'000'000,
                              .text = "a\nb\x1b"});
  EXPECT_EQ(row.str(), "2026-09-21T14:13:20Z  held       K7Q2MNBV  devin → db1  a\\nb\\x1b");
}

}  // namespace
}  // namespace hitl::console
