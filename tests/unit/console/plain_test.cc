// SPDX-License-Identifier: Apache-2.0
#include "console/plain.h"

#include <gtest/gtest.h>

#include "unit/console/screen_model.h"

namespace hitl::console {
namespace {

using testing::sample_requests;

class PlainTest : public ::testing::Test {
 protected:
  void SetUp() override {
    s.start(sample_requests(ScreenModel::kWall));
    for (const auto& r : s.known) s.tell(operators::Request{.request = r});
    news();
  }
  std::string text(const std::vector<tui::Text>& lines) {
    std::string out;
    for (const auto& l : lines) out += l.str() + "\n";
    return out;
  }
  std::string news() {
    auto reply = talk.news();
    keep(reply);
    return text(reply.lines);
  }
  void keep(const Conversation::Reply& reply) {
    for (const auto& a : reply.actions)
      if (const auto* d = std::get_if<operators::Decide>(&a)) decides.push_back(*d);
  }
  // What a command says; a decision that it makes is kept.
  std::string say(std::string_view line) {
    auto reply = talk.command(line);
    keep(reply);
    return text(reply.lines);
  }
  ScreenModel s;
  Conversation talk{s.model};
  std::vector<operators::Decide> decides;
};

TEST_F(PlainTest, NewRequestsAreToldWithTheirNumbers) {
  EXPECT_EQ(news(), "");
  s.known.push_back(testing::sample_request("NEW22222", "true"));
  s.tell(operators::Request{.request = s.known.back()});
  EXPECT_TRUE(news().starts_with("New request 5. devin on db1: true; 1 approval from oncall"));
}

TEST_F(PlainTest, WhatWasNotShownIsShownAndNotApproved) {
  const auto shown = say("approve 2");
  EXPECT_NE(shown.find("rm -r /srv/old"), std::string::npos);
  EXPECT_NE(shown.find("Read it, then say approve again."), std::string::npos);
  EXPECT_TRUE(decides.empty());
  say("approve 2 looks right");
  ASSERT_EQ(decides.size(), 1u);
  EXPECT_EQ(decides[0].id, s.known[0].id);
  EXPECT_EQ(decides[0].reason, "looks right");
}

TEST_F(PlainTest, ACommandWaitsForWhatIsNotThereYet) {
  s.model.whole.clear();
  EXPECT_EQ(say("deny 4 not today"), "");
  EXPECT_EQ(news(), "");
  s.tell(operators::Request{.request = s.known[1]});
  news();
  ASSERT_EQ(decides.size(), 1u);
  EXPECT_EQ(decides[0].id, s.known[1].id);
  s.model.whole.clear();
  EXPECT_EQ(say("approve 2"), "");
  s.tell(operators::Request{.request = s.known[0]});
  EXPECT_NE(news().find("Read it, then say approve again."), std::string::npos);
  EXPECT_EQ(decides.size(), 1u);
}

TEST_F(PlainTest, AChangedRequestIsShownAgain) {
  say("show 2");
  s.known[0].digest[3] ^= 1;
  s.tell(operators::Request{.request = s.known[0]});
  say("approve 2");
  EXPECT_TRUE(decides.empty());
}

TEST_F(PlainTest, WhatWasNotUnderstoodNeedsAYes) {
  say("show 1");
  EXPECT_EQ(say("approve 1"), "Though nothing in it was understood: say approve 1 yes.\n");
  EXPECT_TRUE(decides.empty());
  say("approve 1 yes");
  EXPECT_EQ(decides.size(), 1u);
}

TEST_F(PlainTest, ADenialNeedsAReason) {
  say("deny 2");
  EXPECT_TRUE(decides.empty());
  say("deny 2 not today");
  ASSERT_EQ(decides.size(), 1u);
  EXPECT_EQ(decides[0].say, operators::Say::Deny);
  EXPECT_EQ(decides[0].reason, "not today");
}

TEST_F(PlainTest, WhatEndedIsToldAndCannotBeDecided) {
  s.known[0].state = "expired";
  s.tell(operators::Request{.request = s.known[0]});
  EXPECT_EQ(news(), "K7Q2MNBV (deletes files: /srv/old) was expired\n");
  EXPECT_EQ(say("deny 2 no"), "It does not wait any more.\n");
}

TEST_F(PlainTest, NothingThatSteersATerminalIsPrinted) {
  const auto all = say("show 1") + say("list") + say("help") + say("\x1b[2J");
  EXPECT_EQ(all.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace hitl::console
