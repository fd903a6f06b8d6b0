// SPDX-License-Identifier: Apache-2.0
#include "store/schema.h"

#include <fmt/format.h>

#include <array>
#include <string>

#include "base/handle.h"
#include "store/statement.h"

namespace hitl::store {
namespace {

constexpr std::array kSteps = {
    // 1: sessions, commands, requests, decisions, events
    R"sql(
CREATE TABLE sessions(
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  agent TEXT NOT NULL, target TEXT NOT NULL, account TEXT NOT NULL,
  client_addr TEXT NOT NULL, key_fingerprint TEXT NOT NULL,
  started_at INTEGER NOT NULL, ended_at INTEGER,
  state TEXT NOT NULL) STRICT;
CREATE INDEX sessions_by_start ON sessions(started_at);
CREATE INDEX sessions_open ON sessions(row) WHERE state='open';

CREATE TABLE requests(
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  digest BLOB NOT NULL,
  session TEXT NOT NULL REFERENCES sessions(id),
  agent TEXT NOT NULL, owner TEXT NOT NULL, target TEXT NOT NULL, account TEXT NOT NULL,
  submitted BLOB NOT NULL, canonical BLOB, opaque_reason BLOB NOT NULL, summary BLOB NOT NULL,
  effects BLOB NOT NULL, effect_reasons BLOB NOT NULL, effect_ranges BLOB NOT NULL,
  environment BLOB NOT NULL,
  rule TEXT NOT NULL, approver_group TEXT NOT NULL, policy TEXT NOT NULL,
  approvals_needed INTEGER NOT NULL,
  justification BLOB NOT NULL,
  input_sha256 BLOB NOT NULL, input BLOB NOT NULL,
  requested_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  state TEXT NOT NULL, decided_at INTEGER, grant_expires_at INTEGER) STRICT;
CREATE INDEX requests_by_digest ON requests(digest, row);
CREATE INDEX requests_pending ON requests(expires_at) WHERE state='pending';
CREATE INDEX requests_approved ON requests(grant_expires_at) WHERE state='approved';

CREATE TABLE commands(
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  session TEXT NOT NULL REFERENCES sessions(id),
  request TEXT REFERENCES requests(id),
  submitted_at INTEGER NOT NULL,
  submitted BLOB NOT NULL, canonical BLOB, opaque_reason BLOB NOT NULL,
  decision TEXT NOT NULL, rule TEXT NOT NULL, summary BLOB NOT NULL,
  effects BLOB NOT NULL, environment BLOB NOT NULL, dropped_env BLOB NOT NULL,
  policy_sha256 TEXT NOT NULL, input_role TEXT NOT NULL, input_sha256 TEXT NOT NULL,
  state TEXT NOT NULL, error BLOB NOT NULL,
  started_at INTEGER, ended_at INTEGER, exit_status INTEGER, exit_signal TEXT NOT NULL,
  bytes_out INTEGER NOT NULL, bytes_err INTEGER NOT NULL, bytes_in INTEGER NOT NULL,
  output_sha256 TEXT NOT NULL,
  process_group INTEGER NOT NULL, process_start TEXT NOT NULL) STRICT;
CREATE INDEX commands_by_session ON commands(session, row);
CREATE INDEX commands_by_request ON commands(request) WHERE request IS NOT NULL;
CREATE INDEX commands_unfinished ON commands(state)
  WHERE state IN ('judged','held','starting','running');

CREATE TABLE decisions(
  row INTEGER PRIMARY KEY,
  request TEXT NOT NULL REFERENCES requests(id),
  operator_name TEXT NOT NULL,
  approved INTEGER NOT NULL, reason BLOB NOT NULL, digest BLOB NOT NULL,
  at INTEGER NOT NULL,
  UNIQUE(request, operator_name)) STRICT;

CREATE TABLE events(
  row INTEGER PRIMARY KEY,
  session INTEGER NOT NULL REFERENCES sessions(row),
  command INTEGER REFERENCES commands(row),
  at_us INTEGER NOT NULL, code TEXT NOT NULL, data BLOB NOT NULL) STRICT;
CREATE INDEX events_by_session ON events(session, row);
)sql",
    // 2: chains, grants, proposals, signatures, pauses.  What was open was asked
    // under rules that this version cannot know: it is asked again.
    R"sql(
UPDATE requests SET state='expired' WHERE state IN ('pending','approved');
ALTER TABLE requests DROP COLUMN approver_group;
ALTER TABLE requests DROP COLUMN approvals_needed;
ALTER TABLE requests ADD COLUMN terms BLOB NOT NULL DEFAULT x'';
ALTER TABLE requests ADD COLUMN hold BLOB NOT NULL DEFAULT x'';
ALTER TABLE requests ADD COLUMN shape TEXT NOT NULL DEFAULT '';
ALTER TABLE requests ADD COLUMN review TEXT NOT NULL DEFAULT '';
ALTER TABLE requests ADD COLUMN escalated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE requests ADD COLUMN escalates_at INTEGER;
CREATE INDEX requests_escalating ON requests(escalates_at)
  WHERE state='pending' AND escalates_at IS NOT NULL;
CREATE INDEX requests_by_agent ON requests(agent, target, row);
CREATE INDEX requests_to_review ON requests(row) WHERE review='wanted';

ALTER TABLE decisions ADD COLUMN say TEXT NOT NULL DEFAULT 'approve';
UPDATE decisions SET say='deny' WHERE approved=0;
ALTER TABLE decisions DROP COLUMN approved;
ALTER TABLE decisions ADD COLUMN proposal BLOB NOT NULL DEFAULT x'';
ALTER TABLE decisions ADD COLUMN grant_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE decisions ADD COLUMN statement BLOB NOT NULL DEFAULT x'';
ALTER TABLE decisions ADD COLUMN signature BLOB NOT NULL DEFAULT x'';
ALTER TABLE decisions ADD COLUMN key_fingerprint TEXT NOT NULL DEFAULT '';

ALTER TABLE commands ADD COLUMN shape TEXT NOT NULL DEFAULT '';
ALTER TABLE commands ADD COLUMN grant_id TEXT;
ALTER TABLE commands ADD COLUMN shadow INTEGER NOT NULL DEFAULT 0;
CREATE INDEX commands_by_shape ON commands(shape, row) WHERE shape<>'';

CREATE TABLE grants(
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  request TEXT NOT NULL REFERENCES requests(id),
  agent TEXT NOT NULL, target TEXT NOT NULL, account TEXT NOT NULL,
  kind TEXT NOT NULL, shape TEXT NOT NULL, policy TEXT NOT NULL, session TEXT NOT NULL,
  given_by TEXT NOT NULL, given_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  ended_at INTEGER, ended_by TEXT NOT NULL, uses INTEGER NOT NULL) STRICT;
CREATE INDEX grants_live ON grants(expires_at) WHERE ended_at IS NULL;

CREATE TABLE pauses(
  row INTEGER PRIMARY KEY,
  scope TEXT NOT NULL UNIQUE,
  paused_by TEXT NOT NULL, reason BLOB NOT NULL, at INTEGER NOT NULL) STRICT;
)sql",
    // 3: the audit chain, what it binds, and retention; files that a held
    // command runs; what was masked (by default an empty list);
    // recordings in compressed chunks (record/chunk.h; what is in `events` stays
    // there), who watched them, and full text, whose words are of documents
    // (search.h) that are zstd frames
    R"sql(
CREATE TABLE audit(
  sequence INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  tbl TEXT NOT NULL, row INTEGER NOT NULL, operation TEXT NOT NULL, session TEXT NOT NULL,
  content BLOB NOT NULL, previous BLOB NOT NULL, hash BLOB NOT NULL) STRICT;

CREATE TABLE configurations(
  row INTEGER PRIMARY KEY,
  at INTEGER NOT NULL, reason TEXT NOT NULL, program TEXT NOT NULL,
  policy_sha256 TEXT NOT NULL, catalog_sha256 TEXT NOT NULL, version TEXT NOT NULL,
  config_sha256 TEXT NOT NULL, operators BLOB NOT NULL) STRICT;

CREATE TABLE checkpoints(
  row INTEGER PRIMARY KEY,
  sequence INTEGER NOT NULL, hash BLOB NOT NULL, configuration BLOB NOT NULL,
  at INTEGER NOT NULL, reason TEXT NOT NULL, bastion TEXT NOT NULL, signature BLOB NOT NULL) STRICT;

CREATE INDEX requests_by_session ON requests(session);
CREATE INDEX grants_by_request ON grants(request);
CREATE INDEX commands_allowed ON commands(submitted_at) WHERE decision='allow';
CREATE INDEX commands_by_grant ON commands(grant_id) WHERE grant_id IS NOT NULL;

CREATE TABLE holds(
  row INTEGER PRIMARY KEY,
  session TEXT NOT NULL,
  reason BLOB NOT NULL, placed_by TEXT NOT NULL, placed_at INTEGER NOT NULL,
  released_by TEXT NOT NULL, released_at INTEGER) STRICT;
CREATE INDEX holds_in_force ON holds(session) WHERE released_at IS NULL;

CREATE TABLE tombstones(
  row INTEGER PRIMARY KEY,
  session TEXT NOT NULL UNIQUE,
  rule TEXT NOT NULL, at INTEGER NOT NULL,
  rows TEXT NOT NULL, sha256 BLOB NOT NULL,
  bastion TEXT NOT NULL, signature BLOB NOT NULL) STRICT;

ALTER TABLE requests ADD COLUMN files BLOB NOT NULL DEFAULT x'';
ALTER TABLE commands ADD COLUMN masked BLOB NOT NULL DEFAULT x'00000000';

CREATE TABLE chunks(
  row INTEGER PRIMARY KEY,
  session INTEGER NOT NULL REFERENCES sessions(row),
  begins INTEGER NOT NULL, at_us INTEGER NOT NULL, data BLOB NOT NULL) STRICT;
CREATE INDEX chunks_by_session ON chunks(session, row);
CREATE INDEX chunks_that_begin ON chunks(session, row) WHERE begins=1;

CREATE TABLE watches(
  row INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  watcher TEXT NOT NULL, how TEXT NOT NULL,
  session TEXT NOT NULL REFERENCES sessions(id)) STRICT;
CREATE INDEX watches_by_session ON watches(session, row);

CREATE VIRTUAL TABLE search_words USING fts5(
  text, content='', columnsize=0, detail=none, tokenize="unicode61 tokenchars '_'");
CREATE TABLE search_documents(
  row INTEGER PRIMARY KEY,
  kind TEXT NOT NULL, session INTEGER NOT NULL, command INTEGER,
  at_us INTEGER NOT NULL, text BLOB NOT NULL) STRICT;
CREATE INDEX search_documents_by_session ON search_documents(session);
CREATE TABLE search_marks(source TEXT PRIMARY KEY, row INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE INDEX requests_decided ON requests(decided_at) WHERE decided_at IS NOT NULL;
)sql",
};

Result<std::int64_t> number(sqlite3* db, std::string_view path, const char* sql) {
  sqlite3_stmt* raw = nullptr;
  sqlite3_prepare_v2(db, sql, -1, &raw, nullptr);
  const Owner<sqlite3_stmt, sqlite3_finalize> owned(raw);
  if (!owned || sqlite3_step(owned.get()) != SQLITE_ROW) return database_error(db, path);
  return sqlite3_column_int64(owned.get(), 0);
}

Status run(sqlite3* db, std::string_view path, const std::string& sql) {
  if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return database_error(db, path);
  return Ok{};
}

// The version of a database that is ours; 0 for an empty one.
Result<std::int64_t> version_of(sqlite3* db, std::string_view path) {
  auto version = number(db, path, "PRAGMA user_version");
  if (!version) return version.error();
  auto id = number(db, path, "PRAGMA application_id");
  if (!id) return id.error();
  auto tables = number(db, path, "SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  if (*id != kApplicationId && (*version != 0 || *tables != 0))
    return fail(Errc::Invalid, fmt::format("{}: not a database of hitl-bastion", path));
  if (*version > schema_version())
    return fail(Errc::Invalid,
                fmt::format("{}: schema {} is newer than this program's {} (use the newer release)",
                            path, *version, schema_version()));
  return *version;
}

}  // namespace

int schema_version() noexcept { return static_cast<int>(kSteps.size()); }

Status migrate(sqlite3* db, std::string_view path, const std::function<Status()>& adopt) {
  // The version is read inside the transaction: two processes may start at once.
  for (;;) {
    if (auto s = run(db, path, "BEGIN IMMEDIATE"); !s) return s;
    const auto version = version_of(db, path);
    Status step = Ok{};
    if (version && *version == schema_version()) return run(db, path, "COMMIT");
    if (!version)
      step = version.error();
    else
      step = run(db, path,
                 kSteps[static_cast<std::size_t>(*version)] +
                     fmt::format("PRAGMA application_id={};PRAGMA user_version={}", kApplicationId,
                                 *version + 1));
    if (step && *version + 1 == schema_version()) step = adopt();
    if (step) step = run(db, path, "COMMIT");
    if (!step) {
      if (sqlite3_get_autocommit(db) == 0) (void)run(db, path, "ROLLBACK");
      return step;
    }
  }
}

Status check_schema(sqlite3* db, std::string_view path) {
  auto version = version_of(db, path);
  if (!version) return version.error();
  if (*version < schema_version())
    return fail(Errc::Invalid,
                fmt::format("{}: schema {} is older than this program's {} (start the new "
                            "hitl-bastiond once: it brings it up to date)",
                            path, *version, schema_version()));
  return Ok{};
}

}  // namespace hitl::store
