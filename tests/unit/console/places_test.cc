// SPDX-License-Identifier: Apache-2.0
// The other screens than the queue, and the queue when it is long.
#include <gtest/gtest.h>

#include "console/update.h"
#include "support/sample_sessions.h"
#include "unit/console/screen_model.h"

namespace hitl::console {
namespace {

using testing::sample_request;
using testing::sample_requests;
using Code = tui::Key::Code;

class PlacesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    s.sessions = testing::sample_sessions(ScreenModel::kWall);
    s.grants = testing::sample_grants(ScreenModel::kWall);
    s.start(sample_requests(ScreenModel::kWall));
  }
  void answer(std::string_view text) {
    s.type(text);
    s.press(Code::Enter);
  }
  void flood(int count) {
    for (int i = 0; i < count; ++i) {
      auto r = sample_request("F" + std::to_string(100 + i), "rm -r /srv/" + std::to_string(i));
      r.effects = {{"delete", 0, 2, "rm"}};
      r.summary = "deletes files";
      s.known.push_back(r);
    }
    s.tell(operators::Welcome{.operator_name = "alice", .roles = {"operator"}});
    s.list();
    s.paint();
    s.wait(500);
  }
  ScreenModel s;
};

TEST_F(PlacesTest, TabGoesThroughAllScreensAndBack) {
  for (const char* name : {" · sessions", " · grants", " · history", " · reviews"}) {
    s.press(Code::Tab);
    EXPECT_TRUE(s.shows(name)) << name;
  }
  s.press(Code::Tab);
  EXPECT_EQ(s.model.place, Place::Queue);
}

TEST_F(PlacesTest, AFloodIsOneLineThatUnfolds) {
  flood(300);
  EXPECT_TRUE(s.shows("+ 302"));
  EXPECT_FALSE(s.shows("F100"));
  s.type("<j");
  EXPECT_TRUE(s.shows("devin has 302 requests that wait."));
  s.type("ad");
  EXPECT_TRUE(s.decides.empty());
  EXPECT_FALSE(s.model.prompt);
  s.press(Code::Enter);
  EXPECT_TRUE(s.shows("- 302"));
  s.type("j");
  EXPECT_FALSE(s.model.painted.id.empty());
  s.press(Code::Escape);
  s.type("k");
  s.press(Code::Enter);
  EXPECT_TRUE(s.shows("+ 302"));
}

TEST_F(PlacesTest, TheAgentOfAFloodIsPausedAsAWhole) {
  flood(20);
  s.type("<jP");
  answer("too much at once");
  ASSERT_EQ(s.controls.size(), 1u);
  EXPECT_EQ(s.controls[0].agent, "devin");
  EXPECT_EQ(s.controls[0].session, "");
  EXPECT_EQ(s.controls[0].action, operators::Action::Pause);
}

TEST_F(PlacesTest, WhatIsUnderTheCursorStaysInSightWhenAFloodComes) {
  s.type("j");
  const auto selected = s.model.queue.selected;
  flood(20);
  EXPECT_EQ(s.model.queue.selected, selected);
  EXPECT_EQ(s.model.painted.id, selected);
}

TEST_F(PlacesTest, AFilterHasAllItsWordsInAnyField) {
  s.type("/CODEX script");
  EXPECT_TRUE(s.shows("▶ ZZ77AB2C"));
  EXPECT_FALSE(s.shows("K7Q2MNBV"));
  EXPECT_TRUE(s.shows("4 waiting"));
  s.type(" nothing");
  EXPECT_TRUE(s.shows("None of 4 has these words"));
  s.type("a");
  s.press(Code::Escape);
  EXPECT_TRUE(s.shows("K7Q2MNBV"));
  EXPECT_TRUE(s.decides.empty());
}

TEST_F(PlacesTest, AFilterThatMovesTheCursorLetsTheKeysRest) {
  answer("/script");
  EXPECT_EQ(s.model.queue.selected, s.known[3].id);
  EXPECT_GT(s.model.dead_until, s.now.steady);
}

TEST_F(PlacesTest, ASessionIsPausedResumedAndKilledWithAReason) {
  s.type("S");
  s.wait(500);
  s.type("R");
  EXPECT_FALSE(s.model.prompt);
  s.type("P");
  answer("");
  EXPECT_TRUE(s.controls.empty());
  answer("let me see");
  ASSERT_EQ(s.controls.size(), 1u);
  EXPECT_EQ(s.controls[0].session, s.sessions[0].id);
  EXPECT_EQ(s.controls[0].reason, "let me see");
  s.type("jR");
  answer("");
  ASSERT_EQ(s.controls.size(), 2u);
  EXPECT_EQ(s.controls[1].action, operators::Action::Resume);
  s.type("K");
  answer("odd");
  ASSERT_EQ(s.controls.size(), 2u);
  answer("yes");
  ASSERT_EQ(s.controls.size(), 3u);
  EXPECT_EQ(s.controls[2].action, operators::Action::Kill);
  EXPECT_EQ(s.controls[2].reason, "odd");
}

TEST_F(PlacesTest, KeysRestWhenAnotherSessionComesUnderTheCursor) {
  s.type("S");
  s.wait(500);
  s.sessions.erase(s.sessions.begin());
  s.tell(operators::SessionList{.sessions = s.sessions});
  s.paint();
  s.type("K");
  EXPECT_FALSE(s.model.prompt);
  EXPECT_EQ(s.status(), " the list just moved: look again");
  s.wait(500);
  s.type("K");
  EXPECT_TRUE(s.model.prompt);
}

TEST_F(PlacesTest, AGrantIsTakenBackAfterAYes) {
  s.type("G");
  EXPECT_TRUE(s.shows("systemctl restart {unit}"));
  s.wait(500);
  s.type("x");
  answer("yes");
  ASSERT_EQ(s.revokes.size(), 1u);
  EXPECT_EQ(s.revokes[0].id, s.grants[0].id);
}

TEST_F(PlacesTest, ASessionIsLookedAtOnceAndItsBytesAreCells) {
  s.type("S");
  s.press(Code::Enter);
  const auto tag = s.tag_of_look;
  s.tell(operators::Output{.tag = tag, .code = 'o', .bytes = ""});
  s.tell(operators::Output{.tag = tag, .code = 'r', .bytes = "40x10"});
  s.tell(operators::Output{
      .tag = tag, .code = 'o', .bytes = "\x1b]0;owned\a\x1b[3;5Hhere\x1b[6n \xe2\x80\xaex"});
  EXPECT_TRUE(s.shows("    here"));
  EXPECT_FALSE(s.shows("owned"));
  EXPECT_EQ(s.screen().find('\x1b'), std::string::npos);
  EXPECT_EQ(s.screen().find("\xe2\x80\xae"), std::string::npos);
  s.type("q");
  s.press(Code::Enter);
  EXPECT_EQ(s.tag_of_look, tag);
  EXPECT_TRUE(s.shows("here"));
  s.tell(operators::Output{.tag = tag, .code = 'x', .bytes = ""});
  EXPECT_TRUE(s.shows("the session has ended"));
}

TEST_F(PlacesTest, ASessionWithoutTerminalIsLinesOfEscapedText) {
  s.type("S");
  s.press(Code::Enter);
  const auto say = [&](char code, const std::string& bytes) {
    s.tell(operators::Output{.tag = s.tag_of_look, .code = code, .bytes = bytes});
  };
  say('o', "one\ntw");
  say('o', "o\r\n");
  say('e', "oops \x07");
  EXPECT_TRUE(s.shows("\none\ntwo\noops \\x07\n"));
}

TEST_F(PlacesTest, ARefusedLookGoesBackAndSaysWhy) {
  s.type("S");
  s.press(Code::Enter);
  s.tell(operators::Refused{.tag = s.tag_of_look, .text = "alice may not look at sessions"});
  EXPECT_EQ(s.model.place, Place::Sessions);
  EXPECT_TRUE(s.shows("refused: alice may not look at sessions"));
}

TEST_F(PlacesTest, TheHistoryIsNewestFirstAndDecidesNothingThatIsDecided) {
  s.known[0].state = "denied";
  s.type("H");
  EXPECT_EQ(s.model.history.requests.front().id, s.known[3].id);
  s.type(">");
  s.wait(500);
  EXPECT_EQ(s.model.painted.id, s.known[0].id);
  s.type("d");
  EXPECT_FALSE(s.model.prompt);
  EXPECT_EQ(s.status(), " it is decided: denied");
}

TEST_F(PlacesTest, EveryKeyOfTheHelpIsReached) {
  s.type("?");
  for (int i = 0; i < 5; ++i) s.type(" ");
  EXPECT_TRUE(s.shows("send it; leave everything as it is"));
  s.type("q");
  EXPECT_FALSE(s.model.help);
  EXPECT_FALSE(s.quit);
}

TEST_F(PlacesTest, ALostBrokerEmptiesNothingButWhatWasLive) {
  s.type("S");
  s.press(Code::Enter);
  s.put(LinkDown{"gone"});
  EXPECT_TRUE(s.model.live.empty());
  const auto before = s.tag_of_look;
  s.tell(operators::Welcome{.operator_name = "alice", .roles = {"operator"}});
  EXPECT_GT(s.tag_of_look, before);
}

TEST_F(PlacesTest, NothingIsDrawnOutsideOnAnyScreen) {
  for (const char* keys : {"S", "G", "H", "V", "?"}) {
    s.type(keys);
    for (int width = 1; width < 170; width += 13)
      for (int height = 1; height < 50; height += 5) {
        s.put(Resized{{width, height}});
        s.paint();
      }
    s.type("q");
  }
}

}  // namespace
}  // namespace hitl::console
