// SPDX-License-Identifier: Apache-2.0
#include "store/bundle.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <vector>

#include "base/fd.h"
#include "store/audited.h"
#include "store/sqlite_store.h"

namespace hitl::store {
namespace {

constexpr const char* kRequests =
    "INSERT INTO main.requests SELECT * FROM store.requests WHERE session=?1 "
    "OR id IN (SELECT request FROM store.commands WHERE session=?1) "
    "OR id IN (SELECT g.request FROM store.grants g JOIN store.commands c ON c.grant_id=g.id "
    "WHERE c.session=?1)";

// Of tables that hang on requests: those of the requests that are in the bundle.  A
// name without a schema is main's: what was copied before is looked at.
std::string copy_of(const Audited& table) {
  const std::string_view name = table.table;
  const bool by_request = name == "decisions" || name == "grants";
  return fmt::format("INSERT INTO main.{0} SELECT t.* FROM store.{0} t WHERE {1}", name,
                     by_request ? "t.request IN (SELECT id FROM requests)" : table.of_session);
}

class Bundle {
 public:
  Bundle(Database db, const std::string& path)
      : path_(path), db_(std::move(db)), statements_(db_.get(), path_) {}

  Status write(const std::string& store, const std::string& session, const std::string& key) {
    if (auto s = run("ATTACH ?1 AS store", store); !s) return s;
    if (auto s = run("BEGIN"); !s) return s;
    if (auto s = make_tables(); !s) return s;
    if (auto s = run("INSERT INTO main.sessions SELECT * FROM store.sessions WHERE id=?1", session);
        !s)
      return s;
    if (sqlite3_changes(db_.get()) != 1) return fail(Errc::NotFound, "no session " + session);
    if (auto s = run(kRequests, session); !s) return s;
    for (const auto& t : audited_tables()) {
      const std::string_view name = t.table;
      if (name == "sessions" || name == "requests" || *t.of_session == '\0') continue;
      if (name == "watches") continue;  // who looked, and when, is not for third parties
      if (auto s = run(copy_of(t), session); !s) return s;
    }
    if (auto s = add_chain(session); !s) return s;
    if (auto s = run("INSERT INTO main.bundle VALUES(1,?1,?2)", session, key); !s) return s;
    return run("COMMIT");
  }

 private:
  template <class... Text>
  Status run(const std::string& sql, const Text&... values) {
    sqlite3_stmt* raw = nullptr;
    sqlite3_prepare_v2(db_.get(), sql.c_str(), -1, &raw, nullptr);
    const Owner<sqlite3_stmt, sqlite3_finalize> owned(raw);
    Statement statement(db_.get(), owned.get(), path_);
    if (owned && sqlite3_bind_parameter_count(owned.get()) > 0) {
      Binder b(statement);
      (b.text(std::string_view(values)), ...);
    }
    return statement.run();
  }

  // As the store has them, without what speeds up a store.
  Status make_tables() {
    std::vector<std::string> definitions, names{"audit"};
    for (const auto& t : audited_tables()) names.emplace_back(t.table);
    for (const auto& name : names) {
      auto one =
          statements_.use("SELECT sql FROM store.sqlite_schema WHERE type='table' AND name=?1");
      Binder(one).text(name);
      auto there = one.step();
      if (!there) return there.error();
      if (*there) Columns(one).text(definitions.emplace_back());
    }
    definitions.emplace_back(
        "CREATE TABLE bundle(row INTEGER PRIMARY KEY, session TEXT NOT NULL, "
        "audit_key TEXT NOT NULL) STRICT");
    for (const auto& d : definitions)
      if (auto s = run(d); !s) return s;
    return Ok{};
  }

  Status add_chain(const std::string& session) {
    std::string rows;
    for (const auto& t : audited_tables())
      rows += fmt::format("{}SELECT '{}',row FROM main.{}", rows.empty() ? "" : " UNION ALL ",
                          t.table, t.table);
    // Of this session, or of a row that is here.
    if (auto s = run("CREATE TEMP TABLE mine AS SELECT sequence FROM store.audit WHERE "
                     "(session=?1 AND tbl<>'watches') OR (tbl,row) IN (" +
                         rows + ")",
                     session);
        !s)
      return s;
    if (auto s = run("INSERT INTO main.checkpoints SELECT * FROM store.checkpoints WHERE "
                     "sequence>=(SELECT max(sequence) FROM temp.mine) ORDER BY sequence,row "
                     "LIMIT 1");
        !s)
      return s;
    if (sqlite3_changes(db_.get()) != 1)
      return fail(Errc::Invalid, "the end of session " + session +
                                     " is not signed yet: try again once the bastion has made its "
                                     "next checkpoint");
    if (auto s = run("INSERT INTO main.audit SELECT * FROM store.audit WHERE sequence BETWEEN "
                     "(SELECT min(sequence) FROM temp.mine) AND "
                     "(SELECT sequence FROM main.checkpoints)");
        !s)
      return s;
    // Bound by the chain here, and the one that the checkpoint itself binds.
    return run(
        "INSERT INTO main.configurations SELECT * FROM store.configurations WHERE row IN "
        "(SELECT row FROM main.audit WHERE tbl='configurations') OR row=(SELECT a.row FROM "
        "store.audit a JOIN main.checkpoints c ON a.content=c.configuration AND "
        "a.tbl='configurations' AND a.sequence<=c.sequence LIMIT 1)");
  }

  const std::string& path_;
  Database db_;
  StatementCache statements_;
};

}  // namespace

Status write_bundle(const std::string& store, const std::string& session,
                    const std::string& audit_key, const std::string& to) {
  // Refuses what is none of our release before a file is made.
  if (auto source = Store::open(store, Store::Mode::ReadOnly); !source) return source.error();
  const Fd made(::open(to.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!made) return fail_errno(to);
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(to.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database db(raw);
  if (code != SQLITE_OK) return database_error(db.get(), to);
  auto written = Bundle(std::move(db), to).write(store, session, audit_key);
  if (!written) ::unlink(to.c_str());  // it was made here
  return written;
}

}  // namespace hitl::store
