// SPDX-License-Identifier: Apache-2.0
#include "store/store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/handle.h"

namespace hitl::store {
namespace {

using namespace std::string_literals;

class StoreTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string folder = testing::TempDir() + "hitl-store-XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    path_ = folder_ + "/hitl.db";
    reopen();
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  void reopen() {
    store_.reset();
    auto opened = Store::open(path_, Store::Mode::ReadWrite);
    ASSERT_TRUE(opened) << opened.error().what;
    store_ = std::move(*opened);
  }
  std::unique_ptr<Store> reader() {
    auto opened = Store::open(path_, Store::Mode::ReadOnly);
    EXPECT_TRUE(opened) << opened.error().what;
    return opened ? std::move(*opened) : nullptr;
  }
  void sql(const char* text) {
    sqlite3* raw = nullptr;
    sqlite3_open(path_.c_str(), &raw);
    const Owner<sqlite3, sqlite3_close_v2> db(raw);
    ASSERT_EQ(sqlite3_exec(raw, text, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(raw);
  }

  static SessionRow session(std::string id) {
    SessionRow r;
    r.id = std::move(id);
    r.agent = "devin";
    r.target = "db1";
    r.account = "deploy";
    r.client_addr = "10.0.0.9:4711";
    r.key_fingerprint = "SHA256:abc";
    r.started_at = 1'000;
    r.state = "open";
    return r;
  }
  static CommandRow command(std::string id, std::string in_session) {
    CommandRow r;
    r.id = std::move(id);
    r.session = std::move(in_session);
    r.submitted_at = 1'100;
    r.submitted = "rm -r \0\xff'x'"s;
    r.decision = "hold";
    r.rule = "prod writes";
    r.effects = {"delete", "read"};
    r.environment = {"LANG=C", "X=\n"s};
    r.input_role = "none";
    r.state = "held";
    return r;
  }
  static RequestRow request(std::string id, std::string in_session) {
    RequestRow r;
    r.id = std::move(id);
    r.digest = std::string(32, '\x01');
    r.session = std::move(in_session);
    r.agent = "devin";
    r.owner = "alice";
    r.target = "db1";
    r.account = "deploy";
    r.submitted = "rm  -r /srv/old";
    r.canonical = "rm -r /srv/old";
    r.summary = "deletes files: /srv/old";
    r.effects = {"delete"};
    r.effect_reasons = {"rm deletes"};
    r.effect_ranges = {"0-2"};
    r.rule = "prod writes";
    r.hold = "hold\0"s;
    r.terms = "terms\0"s;
    r.shape = "'rm' '/srv/'* [delete]";
    r.input = "echo \0"s;
    r.requested_at = 2'000;
    r.expires_at = 9'000;
    r.state = "pending";
    return r;
  }
  static std::vector<EventRow> all_events(Store& s, std::string_view id, std::int64_t from = 0) {
    std::vector<EventRow> all;
    const auto events = s.events(id, from);
    for (;;) {
      auto page = events->next();
      EXPECT_TRUE(page) << page.error().what;
      if (!page || page->empty()) return all;
      std::ranges::move(*page, std::back_inserter(all));
    }
  }
  void ok(const Status& s) { ASSERT_TRUE(s) << s.error().what; }
  void commit() { ok(store_->commit(true)); }

  std::string folder_, path_;
  std::unique_ptr<Store> store_;
};

TEST_F(StoreTest, TheFileIsForItsOwnerOnly) {
  struct stat st {};
  ASSERT_EQ(::stat(path_.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777u, 0600u);
  ok(store_->add_session(session("SAAAAAAA")));
  commit();
  ASSERT_EQ(::stat((path_ + "-wal").c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777u, 0600u);
  store_.reset();
  ASSERT_EQ(::chmod(path_.c_str(), 0644), 0);
  EXPECT_FALSE(Store::open(path_, Store::Mode::ReadWrite));
}

TEST_F(StoreTest, RowsComeBackAsTheyWereAfterReopening) {
  ok(store_->add_session(session("SAAAAAAA")));
  auto req = request("RAAAAAAA", "SAAAAAAA");
  ok(store_->add_request(req));
  auto cmd = command("CAAAAAAA", "SAAAAAAA");
  cmd.request = "RAAAAAAA";
  ok(store_->add_command(cmd));
  cmd.state = "ended";
  cmd.exit_status = 3;
  cmd.ended_at = 5'000;
  cmd.bytes_out = 7;
  cmd.bytes_err = 1;
  ok(store_->update_command(cmd));
  req.state = "approved";
  req.grant_expires_at = 8'000;
  ok(store_->update_request(req));
  ok(store_->add_decision(
      {"RAAAAAAA", "alice", "approve", "fine", req.digest, "", 0, 2'500, "", "", ""}));
  ok(store_->end_session("SAAAAAAA", 6'000, "closed"));
  commit();
  reopen();

  const auto r = store_->request("RAAAAAAA");
  ASSERT_TRUE(r) << r.error().what;
  EXPECT_EQ(r->submitted, req.submitted);
  EXPECT_EQ(r->canonical, req.canonical);
  EXPECT_EQ(r->effects, req.effects);
  EXPECT_EQ(r->effect_ranges, req.effect_ranges);
  EXPECT_EQ(r->input, req.input);
  EXPECT_EQ(r->hold, "hold\0"s);
  EXPECT_EQ(r->terms, "terms\0"s);
  EXPECT_EQ(r->state, "approved");
  EXPECT_EQ(r->grant_expires_at, 8'000);
  EXPECT_FALSE(r->decided_at);

  const auto cs = store_->commands("SAAAAAAA");
  ASSERT_TRUE(cs) << cs.error().what;
  ASSERT_EQ(cs->size(), 1u);
  EXPECT_EQ(cs->front().submitted, cmd.submitted);
  EXPECT_FALSE(cs->front().canonical);
  EXPECT_EQ(cs->front().environment, cmd.environment);
  EXPECT_EQ(cs->front().exit_status, 3);
  EXPECT_FALSE(cs->front().started_at);

  const auto ds = store_->decisions("RAAAAAAA");
  ASSERT_TRUE(ds);
  ASSERT_EQ(ds->size(), 1u);
  EXPECT_EQ(ds->front().operator_name, "alice");
  EXPECT_TRUE(ds->front().approves());

  const auto s = store_->session("saaa");
  ASSERT_TRUE(s) << s.error().what;
  EXPECT_EQ(s->session.state, "closed");
  EXPECT_EQ(s->session.ended_at, 6'000);
  EXPECT_EQ(s->commands, 1u);
  EXPECT_EQ(s->held, 1u);
  EXPECT_EQ(s->denied, 0u);
  EXPECT_EQ(s->bytes_out, 8u);
}

TEST_F(StoreTest, APrefixMustBeUniqueAndLongEnough) {
  ok(store_->add_session(session("SAAAAAAA")));
  ok(store_->add_request(request("K7Q2AAAA", "SAAAAAAA")));
  ok(store_->add_request(request("K7Q2BBBB", "SAAAAAAA")));
  commit();
  struct Case {
    const char* prefix;
    const char* want;  // null: an error
    Errc code;
  };
  const Case cases[] = {{"K7Q2AAAA", "K7Q2AAAA", {}},       {"k7q2b", "K7Q2BBBB", {}},
                        {"K7Q2", nullptr, Errc::Invalid},   {"K7Q", nullptr, Errc::Invalid},
                        {"", nullptr, Errc::Invalid},       {"K7Q3", nullptr, Errc::NotFound},
                        {"%%%%", nullptr, Errc::NotFound},  {"K7Q2AAAAA", nullptr, Errc::NotFound},
                        {"' OR 1", nullptr, Errc::NotFound}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.prefix);
    const auto got = store_->request(c.prefix);
    ASSERT_EQ(got.has_value(), c.want != nullptr);
    if (c.want != nullptr)
      EXPECT_EQ(got->id, c.want);
    else
      EXPECT_EQ(got.error().code, c.code) << got.error().what;
  }
  EXPECT_TRUE(*store_->short_id_taken("K7Q2"));
  EXPECT_FALSE(*store_->short_id_taken("K7Q3"));
}

TEST_F(StoreTest, AnOperatorDecidesOnce) {
  ok(store_->add_session(session("SAAAAAAA")));
  const auto req = request("RAAAAAAA", "SAAAAAAA");
  ok(store_->add_request(req));
  ok(store_->add_decision({"RAAAAAAA", "alice", "approve", "", req.digest, "", 0, 1, "", "", ""}));
  const auto again =
      store_->add_decision({"RAAAAAAA", "alice", "deny", "no", req.digest, "", 0, 2, "", "", ""});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::Invalid);
  ok(store_->add_decision({"RAAAAAAA", "bob", "deny", "no", req.digest, "", 0, 3, "", "", ""}));
  commit();
  EXPECT_EQ(store_->decisions("RAAAAAAA")->size(), 2u);
}

TEST_F(StoreTest, OthersSeeATurnOnlyWhole) {
  auto other = reader();
  ok(store_->add_session(session("SAAAAAAA")));
  ok(store_->add_session(session("SBBBBBBB")));
  EXPECT_TRUE(other->sessions({})->empty());
  EXPECT_EQ(store_->sessions({})->size(), 2u);
  ok(store_->commit(false));
  EXPECT_EQ(other->sessions({})->size(), 2u);

  ok(store_->add_session(session("SCCCCCCC")));
  store_->rollback();
  commit();
  EXPECT_EQ(store_->sessions({})->size(), 2u);
}

TEST_F(StoreTest, AFailedWriteTakesTheTurnWithIt) {
  ok(store_->add_session(session("SAAAAAAA")));
  EXPECT_FALSE(store_->add_session(session("SAAAAAAA")));
  EXPECT_FALSE(store_->add_session(session("SBBBBBBB")));
  EXPECT_FALSE(store_->commit(true));
  EXPECT_TRUE(store_->sessions({})->empty());
  ok(store_->add_session(session("SBBBBBBB")));
  commit();
  EXPECT_EQ(store_->sessions({})->size(), 1u);

  EXPECT_EQ(store_->end_session("SXXXXXXX", 1, "closed").error().code, Errc::NotFound);
  store_->rollback();
  EXPECT_FALSE(store_->add_command(command("CAAAAAAA", "SXXXXXXX")));
  store_->rollback();
  EXPECT_FALSE(store_->add_event({"SXXXXXXX", "", 1, 'o', "x"}));
  store_->rollback();
  EXPECT_FALSE(store_->add_event({"SBBBBBBB", "CXXXXXXX", 1, 'o', "x"}));
  store_->rollback();
}

TEST_F(StoreTest, ADatabaseOfTheFutureOrOfOthersIsRefused) {
  store_.reset();
  sql("PRAGMA user_version=999");
  for (const auto mode : {Store::Mode::ReadWrite, Store::Mode::ReadOnly}) {
    const auto opened = Store::open(path_, mode);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().what.find("newer"), std::string::npos) << opened.error().what;
  }
  std::filesystem::remove(path_);
  sql("CREATE TABLE t(x)");
  ASSERT_EQ(::chmod(path_.c_str(), 0600), 0);
  const auto opened = Store::open(path_, Store::Mode::ReadWrite);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().what.find("not a database"), std::string::npos) << opened.error().what;
  EXPECT_FALSE(Store::open(folder_ + "/none.db", Store::Mode::ReadOnly));
}

TEST_F(StoreTest, LeftoversOfADeadBrokerAreClosed) {
  ok(store_->add_session(session("SAAAAAAA")));
  ok(store_->add_request(request("RAAAAAAA", "SAAAAAAA")));
  const std::pair<const char*, const char*> states[] = {
      {"held", "cancelled"},  {"judged", "cancelled"}, {"starting", "unknown"},
      {"running", "unknown"}, {"ended", "ended"},      {"denied", "denied"}};
  for (const auto& [before, after] : states) {
    auto c = command("C"s + before, "SAAAAAAA");
    c.state = before;
    ok(store_->add_command(c));
  }
  commit();
  reopen();
  ok(store_->close_leftovers(7'000));
  commit();
  const auto cs = *store_->commands("SAAAAAAA");
  ASSERT_EQ(cs.size(), std::size(states));
  for (std::size_t i = 0; i < cs.size(); ++i) {
    SCOPED_TRACE(states[i].first);
    EXPECT_EQ(cs[i].state, states[i].second);
    EXPECT_EQ(cs[i].ended_at.has_value(), cs[i].state != states[i].first);
    EXPECT_EQ(cs[i].error.empty(), cs[i].state == states[i].first);
  }
  EXPECT_EQ(store_->session("SAAAAAAA")->session.state, "lost");
  EXPECT_EQ(store_->request("RAAAAAAA")->state, "pending") << "the question outlives the broker";
}

TEST_F(StoreTest, TheQueueIsAskedByDeadlineAgentAndDigest) {
  ok(store_->add_session(session("SAAAAAAA")));
  EXPECT_FALSE(*store_->next_due());
  auto a = request("RAAAAAAA", "SAAAAAAA");
  auto b = request("RBBBBBBB", "SAAAAAAA");
  b.expires_at = 5'000;
  b.agent = "other";
  auto c = request("RCCCCCCC", "SAAAAAAA");
  c.state = "approved";
  c.grant_expires_at = 4'000;
  ok(store_->add_request(a));
  ok(store_->add_request(b));
  ok(store_->add_request(c));
  commit();
  EXPECT_EQ(**store_->next_due(), 4'000);
  EXPECT_EQ(store_->due(3'999)->size(), 0u);
  EXPECT_EQ(store_->due(5'000)->size(), 2u);
  EXPECT_EQ(*store_->pending_of("devin"), 1u);
  EXPECT_EQ(store_->requests(false, 10)->size(), 2u);
  EXPECT_EQ(store_->requests(true, 10)->front().id, "RCCCCCCC") << "newest first";
  EXPECT_EQ(store_->requests(true, 2)->size(), 2u);
  EXPECT_EQ((*store_->newest_request(a.digest))->id, "RCCCCCCC");
  EXPECT_FALSE(*store_->newest_request(std::string(32, '\x02')));
}

TEST_F(StoreTest, EventsComeInPagesWithTheirBytes) {
  ok(store_->add_session(session("SAAAAAAA")));
  ok(store_->add_session(session("SBBBBBBB")));
  ok(store_->add_command(command("CAAAAAAA", "SAAAAAAA")));
  for (int i = 0; i < 10; ++i) {
    ok(store_->add_event({"SAAAAAAA", "CAAAAAAA", i, 'o', "\0\xff"s + std::to_string(i)}));
    ok(store_->add_event({"SBBBBBBB", "", i, 'm', "mark"}));
  }
  commit();
  auto other = reader();
  const auto all = all_events(*other, "SAAAAAAA");
  ASSERT_EQ(all.size(), 10u);
  for (int i = 0; i < 10; ++i) {
    const auto& e = all[static_cast<std::size_t>(i)];
    EXPECT_EQ(e.data, "\0\xff"s + std::to_string(i));
    EXPECT_EQ(e.at_us, i);
    EXPECT_EQ(e.command, "CAAAAAAA");
    EXPECT_EQ(e.code, 'o');
  }
  EXPECT_TRUE(all_events(*other, "SBBBBBBB").front().command.empty());
}

TEST_F(StoreTest, EventsOfARolledBackTurnAreGoneAndTheNextOnesAreReadable) {
  ok(store_->add_session(session("SAAAAAAA")));
  ok(store_->add_event({"SAAAAAAA", "", 1, 'm', "first"}));
  commit();
  ok(store_->add_event({"SAAAAAAA", "", 2, 'm', "undone"}));
  store_->rollback();
  EXPECT_FALSE(store_->add_event({"SAAAAAAA", "CNOTHERE", 3, 'o', "of no command"}));
  store_->rollback();
  ok(store_->add_event({"SAAAAAAA", "", 4, 'm', "second"}));
  commit();
  ok(store_->end_session("SAAAAAAA", 9, "closed"));
  ok(store_->add_event({"SAAAAAAA", "", 5, 'm', "last"}));
  commit();
  std::string all;
  for (const auto& e : all_events(*reader(), "SAAAAAAA")) all += e.data + " ";
  EXPECT_EQ(all, "first second last ");
}

TEST_F(StoreTest, AReaderBeginsNearTheTimeAndFollows) {
  ok(store_->add_session(session("SAAAAAAA")));
  const std::string piece(300'000, 'x');
  for (int i = 0; i < 20; ++i) {
    ok(store_->add_event({"SAAAAAAA", "", i * 1'000, 'o', piece}));
    commit();
  }
  auto other = reader();
  EXPECT_EQ(all_events(*other, "SAAAAAAA").size(), 20u);
  const auto late = all_events(*other, "SAAAAAAA", 17'500);
  EXPECT_LT(late.size(), 8u);
  EXPECT_LE(late.front().at_us, 17'500);
  EXPECT_EQ(late.back().at_us, 19'000);
  const auto last = *other->last_events("SAAAAAAA", 3);
  ASSERT_EQ(last.size(), 3u);
  EXPECT_EQ(last.front().at_us, 17'000);

  const auto events = other->events("SAAAAAAA", 19'000);
  while (!events->next()->empty()) continue;
  ok(store_->add_event({"SAAAAAAA", "", 20'000, 'm', "more"}));
  commit();
  EXPECT_EQ(events->next()->front().data, "more");
  ASSERT_TRUE(events->next()->empty());
}

TEST_F(StoreTest, AnEventLargerThanAChunkIsKeptInPieces) {
  ok(store_->add_session(session("SAAAAAAA")));
  std::string large(3'500'000, 'y');
  large.back() = 'z';
  ok(store_->add_event({"SAAAAAAA", "", 1, 'o', large}));
  commit();
  std::string all;
  for (const auto& e : all_events(*reader(), "SAAAAAAA")) all += e.data;
  EXPECT_EQ(all, large);
}

TEST_F(StoreTest, RecordingsOfBeforeThereWereChunksAreRead) {
  ok(store_->add_session(session("SAAAAAAA")));
  ok(store_->add_command(command("CAAAAAAA", "SAAAAAAA")));
  commit();
  sql("INSERT INTO events(session,command,at_us,code,data) VALUES(1,1,5,'o',x'00ff'),"
      "(1,NULL,6,'m',x'6f6c64')");
  ok(store_->add_event({"SAAAAAAA", "CAAAAAAA", 7, 'o', "new"}));
  commit();
  const auto all = all_events(*reader(), "SAAAAAAA");
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].data, "\0\xff"s);
  EXPECT_EQ(all[0].command, "CAAAAAAA");
  EXPECT_EQ(all[1].data, "old");
  EXPECT_EQ(all[2].data, "new");
}

TEST_F(StoreTest, ADamagedRecordingIsAnError) {
  ok(store_->add_session(session("SAAAAAAA")));
  ok(store_->add_event({"SAAAAAAA", "", 1, 'm', "first"}));
  commit();
  sql("UPDATE chunks SET data=x'28b52ffd00'");
  auto other = reader();
  const auto page = other->events("SAAAAAAA")->next();
  ASSERT_FALSE(page);
  EXPECT_NE(page.error().what.find("session SAAAAAAA"), std::string::npos) << page.error().what;
}

TEST_F(StoreTest, SessionsAreFilteredByTheirCommands) {
  for (const auto* id : {"SAAAAAAA", "SBBBBBBB"}) {
    ok(store_->add_session(session(id)));
    auto c = command(std::string("C") + id, id);
    if (id[1] == 'B')
      c.decision = "allow", c.effects = {"write", "re"}, c.exit_status = 3, c.submitted = "Make it";
    ok(store_->add_command(c));
  }
  commit();
  const auto ids = [&](auto set) {
    SessionFilter f;
    set(f);
    std::string out;
    const auto found = store_->sessions(f);
    for (const auto& s : *found) out += s.session.id[1];
    return out;
  };
  EXPECT_EQ(ids([](auto& f) { f.decision = "hold"; }), "A");
  EXPECT_EQ(ids([](auto& f) { f.effect = "read"; }), "A") << "whole names";
  EXPECT_EQ(ids([](auto& f) { f.effect = "re"; }), "B");
  EXPECT_EQ(ids([](auto& f) { f.text = "MAKE"; }), "B");
  EXPECT_EQ(ids([](auto& f) { f.exit_status = 3; }), "B");
  EXPECT_EQ(ids([](auto& f) { f.exit_status = 3, f.decision = "hold"; }), "")
      << "of one and the same command";
}

TEST_F(StoreTest, SessionsAreFilteredNewestFirst) {
  for (int i = 0; i < 6; ++i) {
    auto s = session("S"s + std::to_string(i) + "AAAAAA");
    s.started_at = 1'000 + i;
    s.agent = i % 2 == 0 ? "even" : "odd";
    ok(store_->add_session(s));
  }
  ok(store_->end_session("S0AAAAAA", 2'000, "closed"));
  commit();
  const auto ids = [&](const SessionFilter& f) {
    std::string out;
    const auto found = store_->sessions(f);
    for (const auto& s : *found) out += s.session.id[1];
    return out;
  };
  EXPECT_EQ(ids({}), "543210");
  EXPECT_EQ(ids({.agent = "even", .target = "", .state = "", .since = {}, .until = {}}), "420");
  EXPECT_EQ(ids({.agent = "", .target = "x", .state = "", .since = {}, .until = {}}), "");
  EXPECT_EQ(ids({.agent = "", .target = "", .state = "closed", .since = {}, .until = {}}), "0");
  EXPECT_EQ(ids({.agent = "", .target = "", .state = "", .since = 1'002, .until = 1'004}), "32");
  SessionFilter two;
  two.limit = 2;
  EXPECT_EQ(ids(two), "54");
}

}  // namespace
}  // namespace hitl::store
