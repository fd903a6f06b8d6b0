// SPDX-License-Identifier: Apache-2.0
#include "record/cast.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hitl::record {
namespace {

TEST(CastTest, HeaderIsOneLineOfVersionTwo) {
  const auto line =
      cast_header({.width = 100, .height = 30, .timestamp = 1'700'000'000, .title = "a\x1b]0;x"});
  EXPECT_EQ(line,
            "{\"version\":2,\"width\":100,\"height\":30,\"timestamp\":1700000000,"
            "\"title\":\"a\\\\x1b]0;x\"}\n");
}

TEST(CastTest, EventsAreNumbersCodesAndText) {
  EXPECT_EQ(cast_event(1'000'042, 'o', "a\"\r\n\x1b[m"),
            "[1.000042, \"o\", \"a\\\"\\r\\n\\u001b[m\"]\n");
}

TEST(CastWriterTest, BothOutputsAreOneAndCutCharactersWait) {
  CastWriter w;
  EXPECT_EQ(w.feed({"C1", 5, 'o', "x\xe6"}), "[0.000005, \"o\", \"x\"]\n");
  EXPECT_EQ(w.feed({"C1", 6, 'e', "err\n"}), "[0.000006, \"o\", \"err\\r\\n\"]\n");
  EXPECT_EQ(w.feed({"C1", 7, 'o', "\xbc"}), "");
  EXPECT_EQ(w.feed({"C1", 8, 'o', "\xa2"}), "[0.000008, \"o\", \"漢\"]\n");
  EXPECT_EQ(w.feed({"C2", 9, 'o', "\xf0\x9f"}), "");
  EXPECT_EQ(w.feed({"", 3, 'm', "held"}), "[0.000009, \"m\", \"held\"]\n");
  EXPECT_EQ(w.finish(), "[0.000009, \"o\", \"\uFFFD\uFFFD\"]\n");
}

TEST(CastWriterTest, ACommandWithATerminalKeepsItsLineFeeds) {
  CastWriter w;
  EXPECT_EQ(w.feed({"C1", 1, 'r', "100x30"}), "[0.000001, \"r\", \"100x30\"]\n");
  EXPECT_EQ(w.feed({"C1", 2, 'o', "a\n"}), "[0.000002, \"o\", \"a\\n\"]\n");
  EXPECT_EQ(w.feed({"C2", 3, 'o', "a\n"}), "[0.000003, \"o\", \"a\\r\\n\"]\n");
}

}  // namespace
}  // namespace hitl::record
