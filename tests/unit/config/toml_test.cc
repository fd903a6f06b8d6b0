// SPDX-License-Identifier: Apache-2.0
#include "config/toml.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>

namespace hitl::config {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;

File parsed(std::string text) { return File::parse(std::move(text), "policy.toml"); }

TEST(TomlTest, ReadsEachKindOfValue) {
  auto file = parsed(
      "name = 'x'\nlist = ['a', 'b']\nempty = []\ncount = 3\non = true\nwait = '100s'\n"
      "mode = 'wait'\n[keys]\nhost = 'h'\n[[rule]]\nname = 'one'\n[[rule]]\nname = 'two'\n");
  auto root = file.root();
  EXPECT_EQ(root.string("name"), "x");
  EXPECT_EQ(root.strings("list"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(root.strings("empty"), std::vector<std::string>{});
  EXPECT_EQ(root.integer("count", 1, 3), 3);
  EXPECT_EQ(root.boolean("on"), true);
  EXPECT_EQ(root.duration("wait"), 100s);
  EXPECT_EQ(root.word("mode", {"wait", "return"}), "wait");
  auto keys = root.table("keys");
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->string("host"), "h");
  auto rules = root.tables("rule");
  ASSERT_EQ(rules.size(), 2u);
  EXPECT_EQ(rules[1].string("name"), "two");
  EXPECT_EQ(rules[1].place(), "policy.toml:12");
  root.done();
  keys->done();
  EXPECT_TRUE(file.faults().empty());
}

TEST(TomlTest, WhatIsAbsentIsNothingAndNoFault) {
  auto file = parsed("");
  auto root = file.root();
  EXPECT_FALSE(root.has("x"));
  EXPECT_FALSE(root.string("x"));
  EXPECT_FALSE(root.strings("x"));
  EXPECT_FALSE(root.integer("x", 0, 1));
  EXPECT_FALSE(root.boolean("x"));
  EXPECT_FALSE(root.duration("x"));
  EXPECT_FALSE(root.word("x", {"a"}));
  EXPECT_FALSE(root.table("x"));
  EXPECT_TRUE(root.tables("x").empty());
  EXPECT_TRUE(root.named("x").empty());
  root.done();
  EXPECT_TRUE(file.faults().empty());
}

TEST(TomlTest, Durations) {
  const std::pair<const char*, std::optional<std::chrono::milliseconds>> cases[] = {
      {"250ms", 250ms},      {"0s", 0ms},
      {"15m", 15min},        {"2h", 120min},
      {"1d", 24 * 60min},    {"", std::nullopt},
      {"s", std::nullopt},   {"1", std::nullopt},
      {"-1s", std::nullopt}, {"1.5s", std::nullopt},
      {" 1s", std::nullopt}, {"1s ", std::nullopt},
      {"1w", std::nullopt},  {"9999999999d", std::nullopt},
  };
  for (const auto& [text, want] : cases) {
    SCOPED_TRACE(text);
    auto file = parsed("wait = '" + std::string(text) + "'");
    EXPECT_EQ(file.root().duration("wait"), want);
    EXPECT_EQ(file.faults().empty(), want.has_value());
  }
}

TEST(TomlTest, NamedTablesComeInTheOrderOfTheFile) {
  auto file = parsed("[agents.zoe]\nx = 1\n[other]\n[agents.adam]\nx = 2\n");
  auto root = file.root();
  auto agents = root.named("agents");
  ASSERT_EQ(agents.size(), 2u);
  EXPECT_EQ(agents[0].first, "zoe");
  EXPECT_EQ(agents[1].first, "adam");
  EXPECT_EQ(agents[1].second.integer("x", 0, 9), 2);
}

TEST(TomlTest, AFaultHasItsPlaceTheLineAndACaret) {
  struct Case {
    const char* text;
    void (*ask)(Table&);
    const char* want;
  };
  const Case cases[] = {
      {"x = 1\n", [](Table& t) { t.string("x"); },
       "policy.toml:1:5: 'x' must be a string, not an integer\nx = 1\n    ^"},
      {"x = 'a'\n", [](Table& t) { t.strings("x"); },
       "policy.toml:1:5: 'x' must be an array of strings, not a string\nx = 'a'\n    ^"},
      {"x = ['a', 2]\n", [](Table& t) { t.strings("x"); },
       "policy.toml:1:11: 'x' must be an array of strings, not an integer\n"
       "x = ['a', 2]\n          ^"},
      {"\n\nx = 9\n", [](Table& t) { t.integer("x", 1, 8); },
       "policy.toml:3:5: 'x' must be from 1 to 8\nx = 9\n    ^"},
      {"x = 'soon'\n", [](Table& t) { t.duration("x"); },
       "policy.toml:1:5: 'soon' is no duration (write 250ms, 100s, 15m, 2h or 1d)\n"
       "x = 'soon'\n    ^"},
      {"action = 'alow'\n",
       [](Table& t) {
         t.word("action", {"allow", "hold"});
       },
       "policy.toml:1:10: 'alow' is none of 'allow', 'hold' (did you mean 'allow'?)\naction = "
       "'alow'\n         ^"},
      {"a = 1\n[t]\n", [](Table& t) { t.boolean("a"), t.table("t")->fault("x", "x is missing"); },
       "policy.toml:1:5: 'a' must be true or false, not an integer\na = 1\n    ^"},
      {"[t]\n", [](Table& t) { t.table("t")->fault("x", "x is missing"); },
       "policy.toml:1:1: x is missing\n[t]\n^"},
      {"x = ['\xc3\xa9', 'b']\n", [](Table& t) { t.fault("x", 1, "no such group"); },
       "policy.toml:1:11: no such group\nx = ['\xc3\xa9', 'b']\n          ^"},
      {"[[x]]\n[y]\nx = 1\n", [](Table& t) { t.table("x"); },
       "policy.toml:1:1: 'x' must be a table, not an array\n[[x]]\n^"},
      {"a.x = 1\n", [](Table& t) { t.named("a"); },
       "policy.toml:1:7: 'x' must be a table, not an integer\na.x = 1\n      ^"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    auto file = parsed(c.text);
    auto root = file.root();
    c.ask(root);
    ASSERT_FALSE(file.faults().empty());
    EXPECT_EQ(file.faults()[0], c.want);
  }
}

TEST(TomlTest, AnUnknownKeyIsAFaultWithASuggestion) {
  struct Case {
    const char* text;
    const char* want;
  };
  const Case cases[] = {
      {"targts = []",
       "policy.toml:1:1: unknown key 'targts' (did you mean 'targets'?)\n"
       "targts = []\n^"},
      {"agetns = 1",
       "policy.toml:1:1: unknown key 'agetns' (did you mean 'agents'?)\n"
       "agetns = 1\n^"},
      {"colour = 1", "policy.toml:1:1: unknown key 'colour'\ncolour = 1\n^"},
      {"agents = []\nagent = 1", "policy.toml:2:1: unknown key 'agent'\nagent = 1\n^"},
      {"\"a\\u001bb\" = 1", "policy.toml:1:1: unknown key 'a\\x1bb'\n\"a\\u001bb\" = 1\n^"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    auto file = parsed(c.text);
    auto root = file.root();
    root.strings("targets");
    root.strings("agents");
    root.done();
    ASSERT_EQ(file.faults().size(), 1u);
    EXPECT_EQ(file.faults()[0], c.want);
  }
}

TEST(TomlTest, FaultsStandInTheOrderOfTheFile) {
  auto file = parsed("a = 1\nb = 1\nc = 1\n");
  auto root = file.root();
  root.string("c");
  root.string("a");
  root.done();
  ASSERT_EQ(file.faults().size(), 3u);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_TRUE(file.faults()[i].starts_with("policy.toml:" + std::to_string(i + 1) + ":"));
}

TEST(TomlTest, WhatIsNoTomlIsOneFaultAndAnEmptyRoot) {
  for (const char* text : {"x = ", "x = 1\nx = 2\n", "[a\n", "x = '\xff'", "x = '\x1b'", "= 1"}) {
    SCOPED_TRACE(text);
    auto file = parsed(text);
    auto root = file.root();
    EXPECT_FALSE(root.has("x"));
    root.done();
    ASSERT_EQ(file.faults().size(), 1u);
    EXPECT_TRUE(file.faults()[0].starts_with("policy.toml:"));
    EXPECT_EQ(file.faults()[0].find('\x1b'), std::string::npos);
  }
}

TEST(TomlTest, FilesThatCannotBeReadAreErrors) {
  const auto missing = File::read("/nonexistent/policy.toml");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Errc::NotFound);
  const auto folder = File::read("/");
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, Errc::System);
}

TEST(TomlTest, AFileIsReadWhole) {
  char path[] = "/tmp/hitl-toml-XXXXXX";
  const int fd = ::mkstemp(path);
  ASSERT_NE(fd, -1);
  ::close(fd);
  std::ofstream(path) << "x = '" << std::string(200'000, 'y') << "'\n";
  auto file = File::read(path);
  ::unlink(path);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->root().string("x")->size(), 200'000u);
  EXPECT_EQ(file->name(), path);
}

TEST(TomlTest, ATableOutlivesTheMoveOfItsFile) {
  auto file = parsed("x = 1\n");
  auto root = file.root();
  const File moved = std::move(file);
  EXPECT_EQ(root.integer("x", 0, 1), 1);
}

}  // namespace
}  // namespace hitl::config
