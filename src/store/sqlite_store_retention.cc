// SPDX-License-Identifier: Apache-2.0
// What goes out of the store again, and what keeps it in.
#include <fmt/format.h>

#include <map>
#include <ranges>

#include "base/check.h"
#include "store/rows.h"
#include "store/sqlite_store_inl.h"

namespace hitl::store {
namespace {

const std::string kAddHold = insert_into("holds", kHoldColumns);
const std::string kHolds = select_from("holds", kHoldColumns, "WHERE released_at IS NULL");
const std::string kAddTombstone = insert_into("tombstones", kTombstoneColumns);

constexpr const char* kEnded =
    "SELECT s.row,s.id,s.agent,s.target,s.ended_at,CASE "
    "WHEN EXISTS(SELECT 1 FROM commands c WHERE c.session=s.id AND "
    "(c.decision='deny' OR c.state='denied')) THEN 'denied' "
    "WHEN EXISTS(SELECT 1 FROM commands c WHERE c.session=s.id AND c.decision='hold') THEN 'held' "
    "WHEN EXISTS(SELECT 1 FROM commands c WHERE c.session=s.id) THEN 'allowed' ELSE 'nothing' END "
    "FROM sessions s WHERE s.state<>'open' AND s.ended_at<?1 "
    "AND NOT EXISTS(SELECT 1 FROM holds h WHERE h.session=s.id AND h.released_at IS NULL) "
    "AND NOT EXISTS(SELECT 1 FROM requests r WHERE r.session=s.id AND "
    "(r.state IN ('pending','approved') OR r.review='wanted')) "
    "AND NOT EXISTS(SELECT 1 FROM requests r JOIN commands c ON c.request=r.id "
    "WHERE r.session=s.id AND c.session<>s.id) "
    "AND NOT EXISTS(SELECT 1 FROM requests r JOIN grants g ON g.request=r.id WHERE r.session=s.id "
    "AND (g.ended_at IS NULL AND g.expires_at>?2 OR EXISTS(SELECT 1 FROM commands c WHERE "
    "c.grant_id=g.id AND c.session<>s.id))) "
    "AND s.row>?3 ORDER BY s.row LIMIT ?4";

// By the table's name, as use() wants texts that stay.
std::map<const char*, std::string> deletions() {
  std::map<const char*, std::string> out;
  for (const auto& t : audited_tables())
    if (*t.of_session != '\0')
      out[t.table] = fmt::format("DELETE FROM {} AS t WHERE {}", t.table, t.of_session);
  return out;
}

}  // namespace

Status SqliteStore::add_hold(const HoldRow& r) {
  return write(kAddHold.c_str(), [&](Binder b) { columns(b, r); });
}

Status SqliteStore::release_hold(std::string_view session, std::string_view by, WallMs at) {
  if (auto s = write("UPDATE holds SET released_by=?,released_at=? WHERE session=? AND "
                     "released_at IS NULL",
                     [&](Binder b) { b.text(by).integer(at).text(session); });
      !s)
    return s;
  if (sqlite3_changes(db_.get()) == 0)
    return fail(Errc::NotFound, fmt::format("session {} is not held", session));
  return Ok{};
}

Result<std::vector<HoldRow>> SqliteStore::holds() {
  return select<HoldRow>(
      kHolds.c_str(), [](Binder) {}, [](Columns& c, HoldRow& r) { columns(c, r); });
}

Result<std::vector<Ended>> SqliteStore::ended(WallMs before, WallMs now, std::int64_t after,
                                              std::size_t limit) {
  return select<Ended>(
      kEnded,
      [&](Binder b) {
        b.integer(before).integer(now).integer(after).integer(static_cast<std::uint64_t>(limit));
      },
      [](Columns& c, Ended& e) {
        c.integer(e.row)
            .text(e.id)
            .text(e.agent)
            .text(e.target)
            .integer(e.ended_at)
            .text(e.outcome);
      });
}

Result<TombstoneRow> SqliteStore::remains(std::string_view session) {
  Remains remains;
  for (const auto& table : audited_tables()) {
    if (table.read_session.empty()) continue;
    auto statement = statements_.use(table.read_session.c_str());
    Binder(statement).text(session);
    for (;;) {
      auto more = statement.step();
      if (!more) return more.error();
      if (!*more) break;
      remains.add(table.table, audited_row(table, statement).sha256);
    }
  }
  TombstoneRow t;
  t.session = session;
  t.rows = remains.counts();
  t.sha256 = remains.sha256();
  return t;
}

Status SqliteStore::bury(const TombstoneRow& t) {
  static const auto kDeletions = deletions();
  HITL_CHECK(sqlite3_get_autocommit(db_.get()) != 0);
  if (auto s = begin(); !s) return s;
  if (auto s = forget_documents(statements_, t.session); !s) return fail_turn(s.error());
  documents_.reset();
  for (const auto& table : std::views::reverse(audited_tables())) {
    const auto sql = kDeletions.find(table.table);
    if (sql == kDeletions.end()) continue;
    if (auto s = write(sql->second.c_str(), [&](Binder b) { b.text(t.session); }); !s) return s;
  }
  if (auto s = lower_marks(statements_); !s) return fail_turn(s.error());
  chain_.leave_deletions();
  if (auto s = write(kAddTombstone.c_str(), [&](Binder b) { columns(b, t); }); !s) return s;
  return commit(true);
}

Result<bool> SqliteStore::shrink(int pages) {
  HITL_CHECK(sqlite3_get_autocommit(db_.get()) != 0);
  auto free = select<std::int64_t>(
      "SELECT freelist_count FROM pragma_freelist_count", [](Binder) {},
      [](Columns& c, std::int64_t& n) { c.integer(n); });
  if (!free) return free.error();
  if (free->front() == 0) return false;
  const auto sql = fmt::format("PRAGMA incremental_vacuum({})", pages);
  if (sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return database_error(db_.get(), path_);
  return free->front() > pages;
}

}  // namespace hitl::store
