// SPDX-License-Identifier: Apache-2.0
#include "console/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/sample_requests.h"

namespace hitl::console {
namespace {

using nlohmann::json;
using testing::sample_request;

TEST(JsonTest, ARequestIsOneLineWithTheFieldsThatOthersRelyOn) {
  auto r = sample_request("K7Q2MNBV", "rm -r /srv/old");
  r.effects = {{"delete", 0, 14, "removes /srv/old"}, {"delete", 3, 5, "recursively"}};
  const auto line = json_line(r, false);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto j = json::parse(line);
  for (const char* field : {"id", "digest", "agent", "target", "account", "command", "canonical",
                            "opaque", "effects", "reasons", "rule", "requested_at", "expires_at",
                            "approvals_needed", "approvals_have", "session", "state"})
    EXPECT_TRUE(j.contains(field)) << field;
  EXPECT_EQ(j["digest"].get<std::string>().size(), 64u);
  EXPECT_EQ(j["effects"], json({"delete"}));
  EXPECT_EQ(j["reasons"], json({"removes /srv/old", "recursively"}));
  EXPECT_EQ(j["requested_at"], "2026-09-21T14:13:20.000Z");
  EXPECT_FALSE(j.contains("command_base64"));
  EXPECT_FALSE(j.contains("environment"));
}

TEST(JsonTest, WhatWasNotUnderstoodHasNoCanonicalText) {
  auto r = sample_request("K7Q2MNBV", "`");
  r.opaque = true;
  r.opaque_reason = "an open backquote";
  const auto j = json::parse(json_line(r, false));
  EXPECT_TRUE(j["canonical"].is_null());
  EXPECT_EQ(j["opaque"], true);
  EXPECT_EQ(j["reasons"], json({"an open backquote"}));
}

TEST(JsonTest, BytesThatAreNotUtf8AreReplacedAndGivenExactlyBeside) {
  const auto r = sample_request("K7Q2MNBV", "cat \xFF\x1b[2J\u202e");
  const auto line = json_line(r, true);
  for (const char c : line) EXPECT_TRUE((c >= 0x20 && c < 0x7F) || c == '\n') << int(c);
  const auto j = json::parse(line);
  EXPECT_EQ(j["command"], "cat \uFFFD\x1b[2J\u202e");
  EXPECT_EQ(j["command_base64"], "Y2F0IP8bWzJK4oCu");
}

TEST(JsonTest, ShowAddsWhatListLeavesOut) {
  auto r = testing::sample_requests(0)[1];
  const auto j = json::parse(json_line(r, true));
  EXPECT_EQ(j["environment"], json({"LANG=C.UTF-8"}));
  EXPECT_EQ(j["decisions"][0]["operator"], "bob");
  EXPECT_EQ(j["findings"][1]["begin"], 26);
}

TEST(JsonTest, AnEventIsOneLine) {
  const auto line = json_line(operators::Event{
      .event = "held", .id = "K7Q2", .agent = "devin", .target = "db1", .at = 1, .text = "a\nb"});
  EXPECT_EQ(line,
            "{\"event\":\"held\",\"id\":\"K7Q2\",\"agent\":\"devin\",\"target\":\"db1\","
            "\"at\":\"1970-01-01T00:00:00.001Z\",\"text\":\"a\\nb\"}\n");
}

}  // namespace
}  // namespace hitl::console
