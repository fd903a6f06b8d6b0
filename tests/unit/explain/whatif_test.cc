// SPDX-License-Identifier: Apache-2.0
#include "explain/whatif.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/check.h"

namespace hitl::explain {
namespace {

using nlohmann::json;

constexpr WallMs kNow = 1'795'420'800'000;

constexpr const char* kNew =
    "[[deny]]\nname='etc'\npaths=['/etc/**']\n"
    "[[rule]]\nname='looks'\naction='allow'\neffects=['read']\nagents=['group:agents']\n"
    "[[rule]]\nname='scratch'\naction='allow'\neffects=['write','read']\npaths=['/scratch/**']\n";

class WhatIfTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string folder = testing::TempDir() + "whatif.XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    work_ = folder;
    auto opened = store::Store::open(work_ + "/db", store::Store::Mode::ReadWrite);
    ASSERT_TRUE(opened) << opened.error().what;
    store_ = *std::move(opened);
    config::Agent devin;
    devin.groups = {"agents"};
    config_.agents["devin"] = devin;
    config_.targets["db1"] = {};
  }
  void TearDown() override { std::filesystem::remove_all(work_); }

  judge::Judge judge(const std::string& policy) {
    std::ofstream(work_ + "/policy.toml") << policy;
    auto judge = judge::Judge::load(work_ + "/policy.toml", {HITL_SOURCE_DIR "/etc/catalog.d"});
    if (!judge) ADD_FAILURE() << judge.error().what;
    return *std::move(judge);
  }

  void sure(const Status& s) { HITL_CHECK(s.has_value()); }

  void session(const std::string& id, const std::string& agent = "devin") {
    store::SessionRow s;
    s.id = id, s.agent = agent, s.target = "db1", s.started_at = kNow, s.state = "open";
    sure(store_->add_session(s));
  }

  // As the broker would have recorded it under the shipped policy.
  store::CommandRow& command(const std::string& session, const std::string& text,
                             const std::string& decision, WallMs at = kNow) {
    static const auto shipped =
        judge::Judge::load(HITL_SOURCE_DIR "/etc/policy.toml", {HITL_SOURCE_DIR "/etc/catalog.d"});
    judge::Question q;
    q.agent = "devin";
    q.command = RawText(text);
    const auto j = shipped->judge(q);
    row_ = {};
    row_.id = "C" + std::to_string(++count_), row_.session = session, row_.submitted_at = at;
    row_.submitted = text, row_.opaque_reason = j.opaque_reason, row_.effects = j.effects;
    if (j.canonical) row_.canonical = j.canonical->bytes();
    row_.decision = decision, row_.rule = "old", row_.policy_sha256 = std::string(64, 'a');
    row_.input_role = "none", row_.state = "ended";
    return row_;
  }
  void add() { sure(store_->add_command(row_)); }

  WhatIf result(WallMs since = 0) {
    sure(store_->commit(true));
    auto r = what_if(judge(kNew), config_, *store_, since);
    if (!r) ADD_FAILURE() << r.error().what;
    return *std::move(r);
  }

  std::string work_;
  std::unique_ptr<store::Store> store_;
  config::BastionConfig config_;
  store::CommandRow row_;
  int count_ = 0;
};

TEST_F(WhatIfTest, ListsWhatWouldBeDecidedOtherwiseAndHowOften) {
  session("S1");
  session("S2");
  command("S1", "ls /srv", "allow"), add();
  for (const char* s : {"S1", "S2", "S2"})
    command(s, "touch /scratch/x", "hold", kNow + count_), add();
  command("S1", "touch /srv/x", "hold"), add();
  command("S1", "cat /etc/hosts", "allow"), add();
  command("S1", "echo 'x", "hold"), add();
  const auto r = result();
  EXPECT_EQ(r.commands, 7u);
  EXPECT_EQ(r.changed, 4u);
  EXPECT_EQ(r.uncertain, 0u);
  ASSERT_EQ(r.changes.size(), 2u);
  const auto& scratch = r.changes[0];
  EXPECT_EQ(scratch.command, "touch /scratch/x");
  EXPECT_EQ(scratch.count, 3u);
  EXPECT_EQ(scratch.was, "hold");
  EXPECT_EQ(scratch.now, Verdict::Allow);
  EXPECT_EQ(scratch.now_rule, "scratch");
  EXPECT_EQ(scratch.last_at, kNow + 3);
  EXPECT_EQ(r.changes[1].command, "cat /etc/hosts");
  EXPECT_EQ(r.changes[1].now, Verdict::Deny);

  std::ostringstream out;
  print(r, true, out);
  std::istringstream lines(out.str());
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  const auto o = json::parse(line);
  EXPECT_EQ(o["agent"], "devin");
  EXPECT_EQ(o["was"], "hold");
  EXPECT_EQ(o["was_rule"], "old");
  EXPECT_EQ(o["now"], "allow");
  EXPECT_EQ(o["now_rule"], "scratch");
  EXPECT_EQ(o["count"], 3);
  EXPECT_EQ(o["uncertain"], false);
  std::ostringstream text;
  print(r, false, text);
  EXPECT_NE(text.str().find("3x  hold -> allow  devin on db1  \"old\" -> \"scratch\""),
            std::string::npos)
      << text.str();
  EXPECT_NE(text.str().find("7 commands, 4 would be decided otherwise\n"), std::string::npos);
}

TEST_F(WhatIfTest, OnlyWhatWasAskedSince) {
  session("S1");
  command("S1", "touch /scratch/x", "hold", kNow), add();
  command("S1", "touch /scratch/y", "hold", kNow + 10), add();
  const auto r = result(kNow + 5);
  EXPECT_EQ(r.commands, 1u);
  ASSERT_EQ(r.changes.size(), 1u);
  EXPECT_EQ(r.changes[0].command, "touch /scratch/y");
}

TEST_F(WhatIfTest, WhatTheRecordCannotTellIsUncertain) {
  session("S1");
  session("S2", "gone");
  // Classified otherwise then.
  command("S1", "touch /scratch/a", "hold").effects = {"write", "unknown"}, add();
  command("S2", "touch /scratch/b", "hold"), add();  // an agent that is no more
  command("S1", "", "allow").submitted = "(a shell)";
  row_.canonical.reset(), row_.effects.clear(), row_.rule = "shell session";
  row_.started_at = kNow;
  add();
  command("S1", "touch x", "allow"), add();             // from which folder?
  command("S1", "touch /scratch/c", "hold"), add();     // whichever
  command("S1", "", "deny").policy_sha256 = "", add();  // never judged
  const auto r = result();
  EXPECT_EQ(r.commands, 5u);
  EXPECT_EQ(r.uncertain, 3u);
  for (const auto& c : r.changes)
    EXPECT_EQ(c.uncertain, c.command != "touch /scratch/c") << c.command;
  EXPECT_EQ(r.changes.size(), 4u);
}

TEST_F(WhatIfTest, ASessionsLinesKnowItsVariables) {
  session("S1");
  command("S1", "", "allow").submitted = "(a shell)";
  row_.canonical.reset(), row_.effects.clear(), row_.started_at = kNow;
  add();
  command("S1", "d=/scratch", "allow").started_at = kNow, row_.exit_status = 0, add();
  command("S1", "touch /scratch/x", "hold").submitted = "touch $d/x";
  row_.canonical = "'touch' '/scratch''/x'";
  add();
  const auto r = result();
  ASSERT_EQ(r.changes.size(), 1u);
  EXPECT_EQ(r.changes[0].command, "touch $d/x");
  EXPECT_EQ(r.changes[0].now, Verdict::Allow);
}

}  // namespace
}  // namespace hitl::explain
