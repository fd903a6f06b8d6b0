// SPDX-License-Identifier: Apache-2.0
#include "console/update.h"

#include <gtest/gtest.h>

#include "unit/console/screen_model.h"

namespace hitl::console {
namespace {

using testing::sample_request;
using testing::sample_requests;
using Code = tui::Key::Code;

class UpdateTest : public ::testing::Test {
 protected:
  // The cursor is on known[0], which is the second by urgency: what was not
  // understood, known[2], is above it; known[3] and known[1] are below.
  void start() {
    s.start(sample_requests(ScreenModel::kWall));
    s.type("j");
  }
  // The broker says that this happened, after `change` of what it knows.
  void event(const std::string& name, std::size_t which) {
    operators::Event e;
    e.event = name;
    e.id = s.known[which].id;
    s.tell(e);
  }
  void settle(std::size_t which, const std::string& state) {
    s.known[which].state = state;
    event(state, which);
  }
  ScreenModel s;
};

TEST_F(UpdateTest, TheApproveKeyDecidesOnWhatIsPaintedUnderItsDigest) {
  start();
  s.type("a");
  ASSERT_EQ(s.decides.size(), 1u);
  EXPECT_EQ(s.decides[0].id, s.known[0].id);
  EXPECT_EQ(s.decides[0].digest, s.known[0].digest);
  EXPECT_EQ(s.decides[0].say, operators::Say::Approve);
  s.type("a");  // it is on its way: once is enough
  EXPECT_EQ(s.decides.size(), 1u);
}

TEST_F(UpdateTest, AKeyActsOnNothingThatIsNotYetPainted) {
  start();
  s.known[0].digest[5] ^= 1;
  event("held", 0);
  s.put(tui::Key{.text = 'a'});
  EXPECT_TRUE(s.decides.empty());
  EXPECT_EQ(s.status(), " the list just moved: look again");
}

TEST_F(UpdateTest, AChangedDigestMustBeReadAgain) {
  start();
  s.known[0].input_head = std::string(400, '\n');
  s.known[0].input_size = 400;
  s.known[0].input_sha256 = std::string(32, 'x');
  s.known[0].digest[5] ^= 1;
  event("held", 0);
  s.paint();
  s.type("a");
  EXPECT_TRUE(s.decides.empty());
}

TEST_F(UpdateTest, KeysAreDeadForHalfASecondAfterTheListMovedUnderTheCursor) {
  start();
  settle(0, "expired");
  s.paint();
  EXPECT_EQ(s.model.queue.selected, s.known[3].id);
  s.type("a");
  EXPECT_TRUE(s.decides.empty());
  s.wait(499);
  s.type("d");
  EXPECT_FALSE(s.model.prompt);
  s.wait(1);
  for (int i = 0; i < 8; ++i) s.type(" ");
  s.type("a");
  ASSERT_EQ(s.decides.size(), 1u);
  EXPECT_EQ(s.decides[0].id, s.known[3].id);
}

TEST_F(UpdateTest, ARowThatMovesUpTakesTheCursorAlong) {
  start();
  s.type("jj");
  const auto selected = s.model.queue.selected;
  settle(0, "denied");
  EXPECT_EQ(s.model.queue.selected, selected);
  EXPECT_EQ(selected_row(s.model.queue), 2);
  EXPECT_GT(s.model.dead_until, s.now.steady);
}

TEST_F(UpdateTest, ANewRequestComesLastAndMovesNothing) {
  start();
  auto r = sample_request("NEW22222", "true");
  r.requested_at = ScreenModel::kWall;
  s.known.push_back(r);
  event("held", 4);
  EXPECT_EQ(s.model.queue.requests.back().id, r.id);
  EXPECT_EQ(s.model.dead_until, 0);
}

TEST_F(UpdateTest, TheBellRingsForANewRequestAndOnceForAFlood) {
  s.start({});
  s.known.push_back(sample_request("NEW22222", "true"));
  event("held", 0);
  EXPECT_EQ(s.bells, 1);
  EXPECT_EQ(s.rang, "devin waits for a decision: true");
  EXPECT_EQ(s.model.queue.selected, s.known[0].id);
  for (std::size_t i = 1; i < 5; ++i) {
    s.known.push_back(sample_request("MORE222" + std::to_string(i), "true"));
    event("held", i);
  }
  EXPECT_EQ(s.bells, 1);
  s.wait(3'000);
  EXPECT_EQ(s.bells, 2);
  EXPECT_EQ(s.rang, "4 new requests wait for a decision");
  s.model.quiet = true;
  s.known.push_back(sample_request("NEW33333", "true"));
  event("held", 5);
  s.wait(3'000);
  EXPECT_EQ(s.bells, 2);
}

TEST_F(UpdateTest, ALongTextIsReadToItsEndBeforeTheApproveKeyLives) {
  auto r = sample_request("LONG2222", "");
  for (int i = 0; i < 60; ++i) r.command += "echo " + std::to_string(i) + "\n";
  r.canonical = r.command;
  s.start({r});
  s.type("a");
  EXPECT_TRUE(s.decides.empty());
  s.press(Code::End);  // over the middle of it
  s.type("a");
  EXPECT_TRUE(s.decides.empty());
  s.press(Code::Home);
  for (int i = 0; i < 8; ++i) s.press(Code::PageDown);
  s.type("a");
  EXPECT_EQ(s.decides.size(), 1u);
}

TEST_F(UpdateTest, AnotherWidthOfTheScreenBeginsTheReadingAnew) {
  auto r = sample_request("LONG2222", std::string(3'000, 'x'));
  s.start({r});
  s.press(Code::PageDown);
  s.put(Resized{{60, 24}});
  s.paint();
  s.press(Code::End);
  s.type("a");
  EXPECT_TRUE(s.decides.empty());
}

TEST_F(UpdateTest, ADenialNeedsAReason) {
  start();
  s.type("d");
  ASSERT_TRUE(s.model.prompt);
  s.type("  ");
  s.press(Code::Enter);
  EXPECT_TRUE(s.decides.empty());
  s.type("not todaz");
  s.press(Code::Backspace);
  s.type("y");
  s.press(Code::Enter);
  ASSERT_EQ(s.decides.size(), 1u);
  EXPECT_EQ(s.decides[0].say, operators::Say::Deny);
  EXPECT_EQ(s.decides[0].reason, "  not today");
  EXPECT_FALSE(s.model.prompt);
}

TEST_F(UpdateTest, ADenialNeedsNoReadingToTheEnd) {
  s.start({sample_request("LONG2222", std::string(9'000, 'x'))});
  s.type("dno");
  s.press(Code::Enter);
  EXPECT_EQ(s.decides.size(), 1u);
}

TEST_F(UpdateTest, WhatWasNotUnderstoodIsApprovedByAWholeWord) {
  start();
  s.type("k");
  for (int i = 0; i < 3; ++i) s.press(Code::PageDown);
  s.type("a");
  ASSERT_TRUE(s.model.prompt);
  s.type("y");
  s.press(Code::Enter);
  EXPECT_TRUE(s.decides.empty());
  s.type("es");
  s.press(Code::Enter);
  EXPECT_EQ(s.decides.size(), 1u);
}

TEST_F(UpdateTest, WhatIsTypedForARequestThatEndedIsNoCommandForTheNext) {
  start();
  s.type("d");
  settle(0, "cancelled");
  s.paint();
  s.wait(1'000);
  s.type("a sad day");
  s.press(Code::Enter);
  EXPECT_TRUE(s.decides.empty());
  EXPECT_FALSE(s.model.prompt);
}

TEST_F(UpdateTest, PastedTextIsNoCommand) {
  start();
  s.press({.text = 'a', .pasted = true});
  EXPECT_TRUE(s.decides.empty());
  s.type("d");
  for (const char c : {'a', 'b'}) s.press({.text = static_cast<char32_t>(c), .pasted = true});
  s.press({.code = Code::Enter, .pasted = true});
  EXPECT_EQ(s.model.prompt->text, "ab ");
}

TEST_F(UpdateTest, WithoutBrokerNothingIsDecidedAndTheListIsFetchedAnewLater) {
  start();
  s.put(LinkDown{"gone"});
  s.paint();
  s.type("ad");
  EXPECT_TRUE(s.decides.empty());
  EXPECT_FALSE(s.model.prompt);
  s.known.erase(s.known.begin());
  s.tell(operators::Welcome{.operator_name = "alice", .roles = {}});
  s.list();
  s.paint();
  EXPECT_EQ(s.model.queue.requests.size(), 3u);
  EXPECT_TRUE(s.shows("connected again"));
}

TEST_F(UpdateTest, ARefusalIsShownWithItsReasonAndKeysLiveAgain) {
  start();
  s.type("a");
  s.tell(operators::Refused{
      .tag = s.last_tag, .why = operators::Why::NotAllowed, .text = "alice owns devin"});
  s.paint();
  EXPECT_EQ(s.status(), " refused: alice owns devin");
  s.type("a");
  EXPECT_EQ(s.decides.size(), 2u);
}

TEST_F(UpdateTest, AnApprovalOfSeveralLeavesTheRequestInTheQueue) {
  start();
  s.known[0].approvals_needed = 2;
  s.known[0].approvals_have = 1;
  s.type("a");
  s.tell(operators::Decided{.request = s.known[0]});
  EXPECT_EQ(s.model.queue.requests.size(), 4u);
  EXPECT_TRUE(s.shows("it needs 2 approvals from oncall, 1 so far"));
}

TEST_F(UpdateTest, QuitKeysQuit) {
  start();
  s.press({.code = Code::Control, .text = 'c'});
  EXPECT_TRUE(s.quit);
}

}  // namespace
}  // namespace hitl::console
