// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite_store.h"

#include <fmt/format.h>

#include "store/rows.h"
#include "store/schema.h"
#include "store/sqlite_store_inl.h"

namespace hitl::store {
namespace {

const std::string kAddSession = insert_into("sessions", kSessionColumns);
const std::string kAddCommand = insert_into("commands", kCommandColumns);
const std::string kUpdateCommand = update_all("commands", kCommandColumns);
const std::string kAddRequest = insert_into("requests", kRequestColumns);
const std::string kUpdateRequest = update_all("requests", kRequestColumns);
const std::string kAddDecision = insert_into("decisions", kDecisionColumns);
const std::string kAddGrant = insert_into("grants", kGrantColumns);
const std::string kUpdateGrant = update_all("grants", kGrantColumns);
const std::string kAddConfiguration = insert_into("configurations", kConfigurationColumns);
const std::string kAddCheckpoint = insert_into("checkpoints", kCheckpointColumns);
// REPLACE would delete a row of which the chain is not told.
const std::string kAddPause =
    insert_into("pauses", kPauseColumns) +
    " ON CONFLICT(scope) DO UPDATE SET paused_by=excluded.paused_by,reason=excluded.reason,"
    "at=excluded.at";
const std::string kAddWatch = insert_into("watches", kWatchColumns);

}  // namespace

SqliteStore::SqliteStore(Database db, std::string path, Fd lock)
    : lock_(std::move(lock)),
      path_(std::move(path)),
      db_(std::move(db)),
      statements_(db_.get(), path_),
      chain_(db_.get(), statements_),
      recorder_(statements_) {}

Status SqliteStore::begin_with(Mode mode) {
  if (mode == Mode::ReadOnly) return check_schema(db_.get(), path_);
  if (auto s = migrate(db_.get(), path_, [this] { return chain_.adopt(wall_now_ms()); }); !s)
    return s;
  auto shrinks = select<std::int64_t>(
      "SELECT auto_vacuum FROM pragma_auto_vacuum", [](Binder) {},
      [](Columns& c, std::int64_t& n) { c.integer(n); });
  if (!shrinks) return shrinks.error();
  // Without room for it, at another start.
  if (shrinks->front() == 0) (void)sqlite3_exec(db_.get(), "VACUUM", nullptr, nullptr, nullptr);
  return chain_.load();
}

Status SqliteStore::begin() {
  if (failed_) return *failed_;
  if (sqlite3_get_autocommit(db_.get()) == 0) return Ok{};
  if (auto s = statements_.use("BEGIN IMMEDIATE").run(); !s) return fail_turn(s.error());
  return Ok{};
}

void SqliteStore::end_transaction() {
  // Some errors (full disk, I/O) have rolled back by themselves.
  if (sqlite3_get_autocommit(db_.get()) == 0) (void)statements_.use("ROLLBACK").run();
}

Error SqliteStore::fail_turn(Error e) {
  end_transaction();
  chain_.forget();
  recorder_.forget();
  documents_.reset();
  return *(failed_ = std::move(e));
}

void SqliteStore::rollback() {
  end_transaction();
  chain_.forget();
  recorder_.forget();
  documents_.reset();
  failed_.reset();
}

Status SqliteStore::commit(bool durable) {
  if (failed_) return *std::exchange(failed_, std::nullopt);
  if (sqlite3_get_autocommit(db_.get()) != 0) return Ok{};
  auto s = recorder_.flush();
  if (s) s = chain_.seal(wall_now_ms());
  if (s) s = statements_.use("COMMIT").run();
  if (!s) {
    rollback();
    return s;
  }
  chain_.keep();
  return durable ? sync_log() : Ok{};
}

// What `synchronous=FULL` adds to a commit in WAL mode is this one sync of the
// log; the pragma itself cannot be changed within the turn's transaction.
Status SqliteStore::sync_log() {
  sqlite3_file* log = nullptr;
  sqlite3_file_control(db_.get(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (log == nullptr || log->pMethods == nullptr)
    return fail(Errc::System, path_ + ": the write-ahead log is not open");
  if (log->pMethods->xSync(log, SQLITE_SYNC_NORMAL) != SQLITE_OK)
    return fail(Errc::System, path_ + ": the write-ahead log cannot be synced");
  return Ok{};
}

Status SqliteStore::add_session(const SessionRow& r) {
  return write(kAddSession.c_str(), [&](Binder b) { columns(b, r); });
}

Status SqliteStore::end_session(std::string_view id, WallMs at, std::string_view state) {
  recorder_.ended(id);
  return change("UPDATE sessions SET ended_at=?,state=? WHERE id=?", "session", id,
                [&](Binder b) { b.integer(at).text(state).text(id); });
}

Status SqliteStore::add_command(const CommandRow& r) {
  return write(kAddCommand.c_str(), [&](Binder b) { columns(b, r); });
}

Status SqliteStore::update_command(const CommandRow& r) {
  return change(kUpdateCommand.c_str(), "command", r.id, [&](Binder b) {
    columns(b, r);
    b.text(r.id);
  });
}

Status SqliteStore::add_request(const RequestRow& r) {
  return write(kAddRequest.c_str(), [&](Binder b) { columns(b, r); });
}

Status SqliteStore::update_request(const RequestRow& r) {
  return change(kUpdateRequest.c_str(), "request", r.id, [&](Binder b) {
    columns(b, r);
    b.text(r.id);
  });
}

Status SqliteStore::add_decision(const DecisionRow& r) {
  if (auto s = begin(); !s) return s;
  int code = SQLITE_OK;
  auto done = [&] {
    auto statement = statements_.use(kAddDecision.c_str());
    Binder b(statement);
    columns(b, r);
    auto s = statement.run();
    code = statement.code();
    return s;
  }();
  // Only the statement was undone: the turn goes on.
  if (code == SQLITE_CONSTRAINT_UNIQUE)
    return fail(Errc::Invalid,
                fmt::format("{} has already decided on request {}", r.operator_name, r.request));
  if (!done) return fail_turn(done.error());
  return Ok{};
}

Status SqliteStore::add_grant(const GrantRow& r) {
  return write(kAddGrant.c_str(), [&](Binder b) { columns(b, r); });
}

Status SqliteStore::update_grant(const GrantRow& r) {
  return change(kUpdateGrant.c_str(), "grant", r.id, [&](Binder b) {
    columns(b, r);
    b.text(r.id);
  });
}

Status SqliteStore::add_pause(const PauseRow& r) {
  return write(kAddPause.c_str(), [&](Binder b) { columns(b, r); });
}

Status SqliteStore::remove_pause(std::string_view scope) {
  return change("DELETE FROM pauses WHERE scope=?", "pause", scope,
                [&](Binder b) { b.text(scope); });
}

Status SqliteStore::add_event(const EventRow& r) {
  if (auto s = begin(); !s) return s;
  if (auto s = recorder_.add(r); !s) return fail_turn(s.error());
  return Ok{};
}

Status SqliteStore::add_watch(const WatchRow& r) {
  return write(kAddWatch.c_str(), [&](Binder b) { columns(b, r); });
}

Status SqliteStore::add_configuration(const ConfigurationRow& r) {
  return write(kAddConfiguration.c_str(), [&](Binder b) { columns(b, r); });
}

Status SqliteStore::add_checkpoint(const CheckpointRow& r) {
  return write(kAddCheckpoint.c_str(), [&](Binder b) { columns(b, r); });
}

Status SqliteStore::close_leftovers(WallMs at) {
  auto bind = [&](Binder b) { b.integer(at); };
  if (auto s = write("UPDATE commands SET state='cancelled',ended_at=?,"
                     "error=CAST('cancelled: the broker ended while it was held' AS BLOB) "
                     "WHERE state IN ('judged','held')",
                     bind);
      !s)
    return s;
  if (auto s = write("UPDATE commands SET state='unknown',ended_at=?,"
                     "error=CAST('outcome-unknown: the broker ended after the start' AS BLOB) "
                     "WHERE state IN ('starting','running')",
                     bind);
      !s)
    return s;
  return write("UPDATE sessions SET state='lost',ended_at=? WHERE state='open'", bind);
}

}  // namespace hitl::store
