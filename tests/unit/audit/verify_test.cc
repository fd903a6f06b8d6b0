// SPDX-License-Identifier: Apache-2.0
#include "audit/verify.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "audit/checkpoint.h"
#include "audit/tombstone.h"
#include "audit/vote.h"
#include "support/sample_store.h"

namespace hitl::audit {
namespace {

class VerifyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string folder = ::testing::TempDir() + "hitl-audit-XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    path_ = folder_ + "/hitl.db";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<store::Store> open() {
    auto opened = store::Store::open(path_, store::Store::Mode::ReadWrite);
    EXPECT_TRUE(opened) << opened.error().what;
    return opened ? std::move(*opened) : nullptr;
  }
  store::CheckpointRow checkpoint(store::Store& s, const std::string& reason) {
    const auto head = s.chain_head();
    store::CheckpointRow c{
        head.sequence, head.hash, *s.configuration_in_force(), 1, reason, "", ""};
    sign(c, key_);
    EXPECT_TRUE(s.add_checkpoint(c));
    EXPECT_TRUE(s.commit(true));
    return c;
  }
  void sql(const std::string& text) {
    auto db = store::open_database(path_, store::Store::Mode::ReadWrite);
    ASSERT_TRUE(db);
    ASSERT_EQ(sqlite3_exec(db->get(), ("PRAGMA foreign_keys=OFF;" + text).c_str(), nullptr, nullptr,
                           nullptr),
              SQLITE_OK)
        << sqlite3_errmsg(db->get());
  }
  Findings look(const std::optional<std::string>& file = std::nullopt) {
    auto ledger = store::Ledger::open(path_);
    EXPECT_TRUE(ledger) << ledger.error().what;
    auto found = verify(**ledger, key_.public_key(), file);
    EXPECT_TRUE(found) << found.error().what;
    return std::move(*found);
  }

  std::string folder_, path_;
  const crypto::Ed25519Key key_ = crypto::Ed25519Key::generate();
};

TEST_F(VerifyTest, AStoreAsItWasWrittenHasNoFault) {
  auto s = open();
  checkpoint(*s, "genesis");
  testing::fill_sample_store(*s);
  checkpoint(*s, "interval");
  const auto found = look();
  EXPECT_TRUE(found.faults.empty()) << found.faults.front().what;
  EXPECT_EQ(found.checkpoints, 2u);
  EXPECT_EQ(found.signed_to, found.chain - 1);
}

TEST_F(VerifyTest, TheFirstBadRowIsNamed) {
  {
    auto s = open();
    testing::fill_sample_store(*s);
    checkpoint(*s, "genesis");
  }
  sql("UPDATE commands SET exit_status=0 WHERE row=2");
  const auto found = look();
  ASSERT_EQ(found.faults.size(), 1u);
  EXPECT_EQ(found.faults[0].table, "commands");
  EXPECT_EQ(found.faults[0].row, 2);
  EXPECT_NE(found.faults[0].what.find("CMDTWO22"), std::string::npos) << found.faults[0].what;
}

TEST_F(VerifyTest, AStoreOfAnEarlierReleaseBeginsWithASignedGenesis) {
  std::ifstream file(HITL_SOURCE_DIR "/tests/unit/store/schemas/2.sql");
  ASSERT_TRUE(file);
  { std::ofstream(path_).close(); }
  ::chmod(path_.c_str(), 0600);
  sql(std::string(std::istreambuf_iterator<char>(file), {}));
  {
    auto s = open();
    checkpoint(*s, "genesis");
  }
  auto found = look();
  EXPECT_TRUE(found.faults.empty()) << found.faults.front().what;
  EXPECT_EQ(found.signed_to, 10) << "each row that was there";
  sql("UPDATE decisions SET operator_name='bob'");
  found = look();
  ASSERT_FALSE(found.faults.empty());
  EXPECT_EQ(found.faults[0].table, "decisions");
}

TEST_F(VerifyTest, AnOlderCopyIsFoundByTheFile) {
  auto s = open();
  testing::fill_sample_store(*s);
  auto file = line_of(checkpoint(*s, "genesis")) + "\n";
  EXPECT_TRUE(look(file).faults.empty());
  s.reset();
  std::filesystem::copy(path_, folder_ + "/old.db");
  s = open();
  EXPECT_TRUE(s->end_session(testing::kSessionTwo, 5, "closed"));
  EXPECT_TRUE(s->commit(true));
  file += line_of(checkpoint(*s, "interval")) + "\n";
  EXPECT_TRUE(look(file).faults.empty());
  EXPECT_TRUE(look(file + "checkpoint seq").faults.empty())
      << "what a crash has cut off is no line";
  EXPECT_EQ(look(file + "checkpoint seq\n").faults.size(), 1u);
  s.reset();
  std::filesystem::remove(path_);
  std::filesystem::rename(folder_ + "/old.db", path_);
  EXPECT_TRUE(look().faults.empty()) << "by itself it looks as it should";
  EXPECT_EQ(look(file).faults.size(), 1u);
}

TEST_F(VerifyTest, ATombstoneStandsForItsRowsAndNoOthers) {
  auto s = open();
  testing::fill_sample_store(*s);
  auto t = *s->remains(testing::kSessionOne);
  t.rule = "old", t.at = 7;
  EXPECT_EQ(t.rows, "sessions 1, requests 1, commands 3, decisions 1, chunks 1");
  sign(t, key_);
  ASSERT_TRUE(s->bury(t));
  checkpoint(*s, "genesis");
  EXPECT_FALSE(s->session(testing::kSessionOne));
  EXPECT_TRUE(s->session(testing::kSessionTwo));
  auto found = look();
  EXPECT_TRUE(found.faults.empty()) << found.faults.front().what;
  EXPECT_EQ(found.tombstones, 1u);

  // One whose signature is right, and which says less than went.
  auto two = *s->remains(testing::kSessionTwo);
  two.rows = "sessions 2";
  sign(two, key_);
  ASSERT_TRUE(s->bury(two));
  found = look();
  ASSERT_EQ(found.faults.size(), 1u);
  EXPECT_EQ(found.faults[0].table, "tombstones");
}

TEST_F(VerifyTest, WhatKeepsASessionKeepsIt) {
  auto s = open();
  testing::fill_sample_store(*s);
  const auto ended = [&](WallMs before = testing::kBegan + 1'000'000) {
    std::string out;
    const auto rows = s->ended(before, testing::kBegan, 0, 10);
    EXPECT_TRUE(rows);
    for (const auto& e : *rows) out += e.id + " " + e.outcome;
    return out;
  };
  const auto sure = [&](const Status& done) {
    ASSERT_TRUE(done) << done.error().what;
    ASSERT_TRUE(s->commit(true));
  };
  const auto it = testing::kSessionOne + " denied";  // the other one is open
  EXPECT_EQ(ended(), it);
  EXPECT_EQ(ended(testing::kBegan), "");
  sure(s->add_hold({testing::kSessionOne, "case", "max", 1, "", {}}));
  EXPECT_EQ(ended(), "");
  sure(s->release_hold(testing::kSessionOne, "max", 2));
  EXPECT_EQ(ended(), it);
  EXPECT_EQ(s->release_hold(testing::kSessionOne, "max", 2).error().code, Errc::NotFound);
  auto r = *s->request("REQUEST2");
  r.state = "approved";
  sure(s->update_request(r));
  EXPECT_EQ(ended(), "");
  r.state = "consumed";
  r.review = "wanted";
  sure(s->update_request(r));
  EXPECT_EQ(ended(), "");
  r.review = "done";
  sure(s->update_request(r));
  store::GrantRow g;
  g.id = "G", g.request = r.id, g.expires_at = testing::kBegan + 1;
  sure(s->add_grant(g));
  EXPECT_EQ(ended(), "") << "a grant is in force";
  g.ended_at = 1;
  sure(s->update_grant(g));
  EXPECT_EQ(ended(), it);
  auto c = testing::sample::command("OTHERS22", "ls");
  c.session = testing::kSessionTwo, c.request = r.id;
  sure(s->add_command(c));
  EXPECT_EQ(ended(), "") << "another session ran by its approval";
}

TEST(CheckpointTest, ALineComesBack) {
  const auto key = crypto::Ed25519Key::generate();
  store::CheckpointRow c{42, std::string(32, '\x7f'), std::string(32, 'c'), 99, "stop", "", ""};
  sign(c, key);
  const auto back = parse_line(line_of(c));
  ASSERT_TRUE(back);
  EXPECT_EQ(statement_of(*back), statement_of(c));
  EXPECT_TRUE(is_signed(*back, key.public_key()));
  EXPECT_FALSE(is_signed(*back, crypto::Ed25519Key::generate().public_key()));
  const auto line = line_of(c);
  for (std::size_t i = 0; i < line.size(); ++i) {
    auto bent = line;
    bent[i] = bent[i] == '1' ? '2' : '1';
    const auto other = parse_line(bent);
    EXPECT_TRUE(!other || !is_signed(*other, key.public_key())) << bent;
    const auto cut = parse_line(std::string_view(line).substr(0, i));
    EXPECT_TRUE(!cut || !is_signed(*cut, key.public_key())) << i;
  }
}

TEST(VoteTest, ASignatureThatIsNoneIsFound) {
  store::DecisionRow d;
  d.signature = "-----BEGIN SSH SIGNATURE-----\n";
  EXPECT_FALSE(check_vote(d, nullptr));
}

}  // namespace
}  // namespace hitl::audit
