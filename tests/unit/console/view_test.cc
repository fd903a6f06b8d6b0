// SPDX-License-Identifier: Apache-2.0
#include "console/view.h"

#include <gtest/gtest.h>

#include "unit/console/screen_model.h"

namespace hitl::console {
namespace {

using testing::sample_request;
using testing::sample_requests;

TEST(ViewTest, TheQueueAndTheSelectedRequestFillTheScreen) {
  ScreenModel s;
  s.start(sample_requests(ScreenModel::kWall));
  s.type("j");
  EXPECT_EQ(s.screen(),
            R"( hitl-console · alice                                  4 waiting · 14:17:40 UTC
  ID        AGENT  TARGET  AGE     LEFT    WHAT
  QW5ER6TY  codex  db1     2m30s   17m30s  not understood
▶ K7Q2MNBV  devin  db1     4m20s   15m40s  deletes files: /srv/old
  ZZ77AB2C  codex  db1     1m35s   18m25s  runs a script of 44 lines
  M3XYZ2LK  devin  web2    3m25s   16m35s  restarts a service: nginx
── K7Q2MNBV · 2 of 4 ────────────────────────── 0 of 1 approval · 15m40s left ──
 devin asks to run this on db1 as deploy

 │ rm -r /srv/old

 Effects     delete       rm -r removes /srv/old and all below it
 Environment LANG=C.UTF-8

 Rule        prod writes
 Needs       1 approval from oncall, 0 so far

 ┌─ the agent's own words, which nobody checked ──────────────────────────────┐
 │ The release of last week is no longer served; frees 40 GB.                 │
 └────────────────────────────────────────────────────────────────────────────┘

─────────────────────────────────────────────────── 4 more lines below: Space ──

 a approve  r with reason  d deny  p propose  q quit  ? help  Tab screens
)");
}

TEST(ViewTest, AnEmptyQueueSaysSo) {
  ScreenModel s;
  s.start({});
  EXPECT_TRUE(s.shows("Nothing waits for a decision."));
  EXPECT_TRUE(s.model.painted.id.empty());
}

TEST(ViewTest, WithoutBrokerItSaysSoAndWhy) {
  ScreenModel s;
  s.put(LinkDown{"/run/hitl/operator.sock: No such file"});
  EXPECT_TRUE(s.shows("NO BROKER"));
  EXPECT_TRUE(s.shows("no broker, trying again: /run/hitl/operator.sock: No such file"));
}

TEST(ViewTest, NothingIsDrawnOutsideWhateverTheSize) {
  ScreenModel s;
  s.start(sample_requests(ScreenModel::kWall));
  for (int width = 1; width < 170; width += 7)
    for (int height = 1; height < 50; height += 3) {
      s.put(Resized{{width, height}});
      for (std::size_t i = 0; i < 4; ++i) {
        s.press(tui::Key::Code::Down);
        const auto painted = view(s.model).painted;
        EXPECT_LE(painted.end - painted.first, std::max(height, 1));
      }
      s.type("<");
    }
}

TEST(ViewTest, ALongQueueIsShownAroundTheCursor) {
  ScreenModel s;
  std::vector<operators::RequestView> many;
  for (int i = 0; i < 500; ++i)
    many.push_back(sample_request("F" + std::to_string(10'000 + i), "x"));
  s.start(many);
  EXPECT_TRUE(s.shows("▶ + 500"));
  EXPECT_TRUE(s.shows("500 requests; first: x"));
  s.press(tui::Key::Code::Enter);
  s.type(">");
  EXPECT_TRUE(s.shows("▶ F10499"));
  EXPECT_TRUE(s.shows("496 above, 0 below"));
}

TEST(ViewTest, APromptKeepsItsEndInSight) {
  ScreenModel s;
  s.start(sample_requests(ScreenModel::kWall));
  s.type("jd" + std::string(200, 'x') + "the end");
  EXPECT_TRUE(s.status().starts_with(" Deny K7Q2MNBV because: xxx"));
  EXPECT_TRUE(s.status().ends_with("the end"));
  EXPECT_TRUE(view(s.model).surface.cursor);
}

TEST(ViewTest, TheApproveKeyIsShownDeadUntilAllWasRead) {
  ScreenModel s;
  s.start({sample_request("LONG2222", std::string(3'000, 'x'))});
  EXPECT_EQ(view(s.model).surface.cell(1, 23).style, tui::Style::Dim);
  EXPECT_EQ(s.status(), " approve: read on to its end first (Space)");
  for (int i = 0; i < 9; ++i) s.type(" ");
  EXPECT_EQ(view(s.model).surface.cell(1, 23).style, tui::Style::Strong);
  EXPECT_EQ(s.status(), "");
}

}  // namespace
}  // namespace hitl::console
