// SPDX-License-Identifier: Apache-2.0
// What more can be said about a request than yes and no.
#include <gtest/gtest.h>

#include "console/update.h"
#include "support/sample_sessions.h"
#include "unit/console/screen_model.h"

namespace hitl::console {
namespace {

using operators::Say;
using testing::sample_request;
using testing::sample_with_a_past;
using Code = tui::Key::Code;

class DecisionsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto r = sample_with_a_past(sample_request("K7Q2MNBV", "rm -r /srv/old"));
    r.effects = {{"delete", 0, 14, "rm -r removes"}};
    s.start({r});
  }
  void change(const operators::RequestView& r) {
    s.known[0] = r;
    operators::Event e;
    e.event = "held";
    e.id = r.id;
    s.tell(e);
    s.paint();
    s.wait(500);
  }
  // A line and Enter.
  void answer(std::string_view text) {
    s.type(text);
    s.press(Code::Enter);
  }
  ScreenModel s;
};

TEST_F(DecisionsTest, AProposalStartsFromTheCommandAndNeedsAReason) {
  s.type("p");
  EXPECT_EQ(s.model.prompt->text, "rm -r /srv/old");
  answer("/tmp");
  answer("");
  EXPECT_TRUE(s.decides.empty());
  EXPECT_TRUE(s.shows("a proposal needs a reason"));
  EXPECT_TRUE(s.shows("rm -r /srv/old/tmp"));
  answer("that is enough");
  ASSERT_EQ(s.decides.size(), 1u);
  EXPECT_EQ(s.decides[0].say, Say::Propose);
  EXPECT_EQ(s.decides[0].proposal, "rm -r /srv/old/tmp");
  EXPECT_EQ(s.decides[0].reason, "that is enough");
}

TEST_F(DecisionsTest, AGrantIsForATimeThatIsPickedAndConfirmed) {
  s.type("g2s");
  s.press(Code::Enter);
  EXPECT_TRUE(s.shows("For 15m00s, in this session only, nobody is asked about: rm -r"));
  EXPECT_TRUE(s.shows("would also have allowed:"));
  EXPECT_TRUE(s.shows("rm -r /srv/oldest"));
  answer("y");
  EXPECT_TRUE(s.decides.empty());
  answer("es");
  ASSERT_EQ(s.decides.size(), 1u);
  EXPECT_EQ(s.decides[0].say, Say::Approve);
  EXPECT_EQ(s.decides[0].grant_ms, 15u * 60'000);
  EXPECT_TRUE(s.decides[0].grant_session);
}

TEST_F(DecisionsTest, TheLongestGrantIsTheRules) {
  s.type("g");
  s.press(Code::Up);
  s.press(Code::Enter);
  answer("yes");
  ASSERT_EQ(s.decides.size(), 1u);
  EXPECT_EQ(s.decides[0].grant_ms, 30u * 60'000);
  EXPECT_FALSE(s.decides[0].grant_session);
}

TEST_F(DecisionsTest, ThereIsNoGrantWithoutARuleOrAShape) {
  auto r = s.known[0];
  r.shape.clear();
  change(r);
  s.type("g");
  EXPECT_FALSE(s.model.prompt);
  EXPECT_EQ(s.keys().find("for a time"), std::string::npos);
  r = sample_with_a_past(r);
  r.hold.grants = std::chrono::milliseconds(0);
  change(r);
  s.type("g");
  EXPECT_FALSE(s.model.prompt);
}

TEST_F(DecisionsTest, TheGlassIsBrokenByAMemberWithAReasonAndAWholeWord) {
  s.type("B");
  answer("");
  EXPECT_TRUE(s.shows("a broken glass needs a reason"));
  answer("the site is down");
  answer("yes");
  ASSERT_EQ(s.decides.size(), 1u);
  EXPECT_EQ(s.decides[0].say, Say::BreakGlass);
  EXPECT_EQ(s.decides[0].reason, "the site is down");
}

TEST_F(DecisionsTest, OthersCannotBreakTheGlass) {
  s.model.groups = {"oncall"};
  s.type("B");
  EXPECT_FALSE(s.model.prompt);
  EXPECT_EQ(s.status(), " only sre may break the glass here");
  EXPECT_EQ(s.keys().find("break glass"), std::string::npos);
}

TEST_F(DecisionsTest, WhoMayNotApproveMayStillDeny) {
  auto r = s.known[0];
  r.objection = "alice owns the agent devin and cannot decide for it";
  change(r);
  s.type("a");
  EXPECT_EQ(s.status(), " approve: alice owns the agent devin and cannot decide for it");
  EXPECT_TRUE(s.decides.empty());
  s.type("d");
  EXPECT_TRUE(s.model.prompt);
}

TEST_F(DecisionsTest, AReasonIsPickedByItsDigitOrTheArrows) {
  s.type("d3");
  EXPECT_EQ(s.model.prompt->text, "read only, please: look first");
  s.press(Code::Down);
  EXPECT_EQ(s.model.prompt->text, "this is not part of your task");
  s.press({.code = Code::Control, .text = 'u'});
  s.type(" 2 hosts");
  EXPECT_EQ(s.model.prompt->text, " 2 hosts");
  s.press({.code = Code::Control, .text = 'u'});
  answer("use blue/green");
  s.tell(operators::Refused{.tag = s.last_tag, .text = "no"});
  s.wait(500);
  s.type("d1");
  EXPECT_EQ(s.model.prompt->text, "use blue/green");
}

TEST_F(DecisionsTest, NewDecisionsRestWhileTheListMoves) {
  s.model.dead_until = s.now.steady + 500;
  for (const char* key : {"p", "g", "B", "r", "d"}) {
    s.type(key);
    EXPECT_FALSE(s.model.prompt) << key;
  }
}

TEST_F(DecisionsTest, ABrokenGlassIsLookedAtInTheReviews) {
  s.known.push_back(testing::sample_review(ScreenModel::kWall));
  s.tell(operators::Welcome{.operator_name = "alice", .roles = {"operator"}});
  s.list();
  s.paint();
  EXPECT_TRUE(s.shows("1 to review (V)"));
  s.type("v");
  EXPECT_FALSE(s.model.prompt);
  s.type("V");
  s.wait(500);
  s.type("v");
  answer("all well");
  ASSERT_EQ(s.decides.size(), 1u);
  EXPECT_EQ(s.decides[0].say, Say::Review);
  EXPECT_EQ(s.decides[0].id, s.known[1].id);
}

}  // namespace
}  // namespace hitl::console
