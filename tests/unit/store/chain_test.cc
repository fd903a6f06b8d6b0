// SPDX-License-Identifier: Apache-2.0
// What is written is in the chain, whoever wrote it and in whatever release.
#include "store/chain.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "store/ledger.h"
#include "support/sample_store.h"

namespace hitl::store {
namespace {

class ChainTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string folder = ::testing::TempDir() + "hitl-chain-XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    path_ = folder_ + "/hitl.db";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Store> open() {
    auto opened = Store::open(path_, Store::Mode::ReadWrite);
    EXPECT_TRUE(opened) << opened.error().what;
    return opened ? std::move(*opened) : nullptr;
  }
  std::unique_ptr<Ledger> ledger() {
    auto opened = Ledger::open(path_);
    EXPECT_TRUE(opened) << opened.error().what;
    return opened ? std::move(*opened) : nullptr;
  }
  std::vector<AuditRow> chain() {
    auto rows = ledger()->audit(0, 1'000);
    EXPECT_TRUE(rows);
    return rows ? std::move(*rows) : std::vector<AuditRow>();
  }
  void sql(const std::string& text) {
    sqlite3* raw = nullptr;
    sqlite3_open(path_.c_str(), &raw);
    const Database db(raw);
    ASSERT_EQ(sqlite3_exec(raw, text.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(raw);
    ::chmod(path_.c_str(), 0600);
  }
  std::vector<std::string> answers(const std::string& text) {
    sqlite3* raw = nullptr;
    sqlite3_open(path_.c_str(), &raw);
    const Database db(raw);
    std::vector<std::string> out;
    const auto add = [](void* to, int n, char** values, char**) {
      std::string line;
      for (int i = 0; i < n; ++i)
        line += std::string(i > 0 ? "|" : "") + (values[i] == nullptr ? "" : values[i]);
      static_cast<std::vector<std::string>*>(to)->push_back(line);
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(raw, text.c_str(), add, &out, nullptr), SQLITE_OK)
        << sqlite3_errmsg(raw);
    return out;
  }
  // The chain is whole, and says of each row what the row is, and of no other.
  void expect_whole() {
    auto l = ledger();
    std::map<std::pair<std::string, std::int64_t>, AuditRow> newest;
    ChainHead head;
    for (auto& r : chain()) {
      EXPECT_EQ(r.sequence, head.sequence + 1);
      EXPECT_EQ(r.previous, head.hash);
      EXPECT_EQ(r.hash, hash_of(r)) << r.sequence;
      head = {r.sequence, r.hash};
      newest[{r.table, r.row}] = r;
    }
    for (const auto& table : audited_tables()) {
      const auto rows = l->rows(table, 0, 1'000);
      ASSERT_TRUE(rows);
      for (const auto& row : *rows) {
        SCOPED_TRACE(std::string(table.table) + " " + std::to_string(row.row));
        const auto at = newest.extract(std::pair(std::string(table.table), row.row));
        ASSERT_FALSE(at.empty());
        EXPECT_EQ(at.mapped().content, row.sha256);
        EXPECT_EQ(at.mapped().session, row.session);
      }
    }
    for (const auto& [place, r] : newest) EXPECT_TRUE(r.content.empty()) << place.first;
  }
  static void ok(const Status& s) { ASSERT_TRUE(s) << s.error().what; }

  std::string folder_, path_;
};

TEST_F(ChainTest, EveryTableIsCoveredAndHasRowsThatKeepTheirNumbers) {
  open();
  std::set<std::string> covered{"audit"};
  for (const auto& t : audited_tables()) covered.insert(t.table);
  std::set<std::string> there;
  for (const auto& t :
       answers("SELECT name FROM sqlite_schema WHERE type='table' AND name NOT LIKE 'sqlite%' "
               // Full text repeats what other tables have.
               "AND name NOT LIKE 'search%'"))
    there.insert(t);
  EXPECT_EQ(there, covered);
  for (const auto& t : audited_tables())
    EXPECT_EQ(answers("SELECT count(*) FROM pragma_table_info('" + std::string(t.table) +
                      "') WHERE name='row' AND type='INTEGER' AND pk=1"),
              std::vector<std::string>{"1"})
        << t.table;
}

TEST_F(ChainTest, WhatATurnWritesIsInItOncePerRow) {
  {
    auto s = open();
    testing::fill_sample_store(*s);
    PauseRow pause{"agent devin", "alice", "look", 1};
    ok(s->add_pause(pause));
    ok(s->commit(true));
    pause.reason = "look again";
    ok(s->add_pause(pause));
    ok(s->commit(true));
    ok(s->remove_pause("agent devin"));
    ok(s->commit(false));
    ok(s->add_pause(pause));
    ok(s->remove_pause("agent devin"));
    ok(s->commit(true));
    EXPECT_EQ(s->chain_head().sequence, static_cast<std::int64_t>(chain().size()));
  }
  expect_whole();
  std::vector<std::string> of_pauses;
  for (const auto& r : chain())
    if (r.table == "pauses") of_pauses.push_back(r.operation);
  EXPECT_EQ(of_pauses, (std::vector<std::string>{"insert", "update", "delete"}))
      << "what came and went within a turn never was";
}

TEST_F(ChainTest, WhatIsRolledBackIsNotInIt) {
  auto s = open();
  testing::fill_sample_store(*s);
  const auto before = s->chain_head().sequence;
  ok(s->end_session(testing::kSessionTwo, 5, "closed"));
  s->rollback();
  EXPECT_FALSE(s->end_session("NOSUCH", 5, "closed"));
  EXPECT_FALSE(s->commit(true));
  EXPECT_EQ(s->chain_head().sequence, before);
  ok(s->end_session(testing::kSessionTwo, 5, "closed"));
  ok(s->commit(true));
  EXPECT_EQ(s->chain_head().sequence, before + 1);
  expect_whole();
}

TEST_F(ChainTest, ItGoesOnWhereItEnded) {
  testing::fill_sample_store(*open());
  const auto before = chain().size();
  auto s = open();
  EXPECT_EQ(s->chain_head().sequence, static_cast<std::int64_t>(before));
  ok(s->end_session(testing::kSessionTwo, 5, "closed"));
  ok(s->commit(true));
  EXPECT_EQ(chain().size(), before + 1);
  expect_whole();
}

// Two that write at once would fork it.
TEST_F(ChainTest, ASecondWriterFails) {
  auto one = open();
  testing::fill_sample_store(*one);
  const auto refused = Store::open(path_, Store::Mode::ReadWrite);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::Denied);
  std::filesystem::remove(path_ + "-lock");  // whoever passes it by
  auto two = open();
  ok(one->end_session(testing::kSessionTwo, 5, "closed"));
  ok(one->commit(true));
  ok(two->end_session(testing::kSessionTwo, 6, "closed"));
  EXPECT_FALSE(two->commit(true));
  expect_whole();
}

class OldSchema : public ChainTest, public ::testing::WithParamInterface<int> {};

// Each schema that was ever released, with rows in all of its tables.
TEST_P(OldSchema, BecomesAStoreWithAWholeChain) {
  std::ifstream file(std::string(HITL_SOURCE_DIR) + "/tests/unit/store/schemas/" +
                     std::to_string(GetParam()) + ".sql");
  ASSERT_TRUE(file);
  sql(std::string(std::istreambuf_iterator<char>(file), {}));
  EXPECT_FALSE(Ledger::open(path_)) << "it has no chain yet";
  auto s = open();
  ASSERT_TRUE(s);
  expect_whole();
  EXPECT_TRUE(ledger()->structure_faults()->empty());
  for (const auto& r : chain()) EXPECT_EQ(r.operation, "migrate");
  EXPECT_EQ(s->session("SESSIONONE")->commands, 1u);
  EXPECT_EQ(s->request("REQUEST2")->state, "consumed");
  EXPECT_EQ(s->decisions("REQUEST2AAAAAAAAAAAAAAAAAA")->front().say, "approve");
  EXPECT_EQ(s->events("SESSIONONEAAAAAAAAAAAAAAAA")->next()->size(), 3u);
  ok(s->end_session("SESSIONONEAAAAAAAAAAAAAAAA", 5, "closed"));
  ok(s->commit(true));
  s.reset();
  open();
  expect_whole();
}

INSTANTIATE_TEST_SUITE_P(Schemas, OldSchema, ::testing::Range(1, 3));

}  // namespace
}  // namespace hitl::store
