// SPDX-License-Identifier: Apache-2.0
#include "notify/event_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "proto/notify_codec.h"

namespace hitl::notify {
namespace {

Happened sample() {
  return {
      "",        "held",           "K7Q2",        "devin",  "db1", 1'000, "deletes files: /srv/old",
      "pending", "rm -r /srv/old", "prod writes", "oncall", 9'000};
}

TEST(EventJsonTest, SaysWhatHappenedInOneLine) {
  const auto j = nlohmann::json::parse(to_json(sample()));
  EXPECT_EQ(j["event"], "held");
  EXPECT_EQ(j["command"], "rm -r /srv/old");
  EXPECT_EQ(j["expires_at"], "1970-01-01T00:00:09.000Z");
}

TEST(EventJsonTest, NothingOfAnAgentBreaksOutOfIt) {
  auto e = sample();
  e.command = "rm\n\x1b[2J\xff\"}\u202e";
  e.text = "a\nb";
  const auto text = to_json(e);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  const auto j = nlohmann::json::parse(text);
  EXPECT_NE(j["command"].get<std::string>().find("\\x1b"), std::string::npos);
}

TEST(NotifyCodecTest, ComesBackAsItWas) {
  const auto e = sample();
  const auto back = decode(encode(e));
  ASSERT_TRUE(back);
  EXPECT_EQ(to_json(*back), to_json(e));
  EXPECT_FALSE(decode("x"));
}

}  // namespace
}  // namespace hitl::notify
