// SPDX-License-Identifier: Apache-2.0
#include "store/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/visible.h"
#include "store/rows.h"
#include "store/schema.h"

namespace hitl::store {
namespace {

const std::string kAudit =
    select_from("audit", kAuditColumns, "WHERE sequence>? ORDER BY sequence LIMIT ?");
const std::string kCheckpoint = select_from("checkpoints", kCheckpointColumns, "WHERE row=?");
const std::string kConfiguration =
    select_from("configurations", kConfigurationColumns, "WHERE row=?");
const std::string kDecision = select_from("decisions", kDecisionColumns, "WHERE row=?");

const std::string kTombstone = select_from("tombstones", kTombstoneColumns, "WHERE row=?");

// What SQLite keeps for itself is not ours to know; a NULL text is an index that a
// UNIQUE has made.
constexpr const char* kSchema =
    "SELECT type||' '||name||char(10)||coalesce(sql,'') FROM sqlite_schema "
    "WHERE name NOT LIKE 'sqlite~_stat%' ESCAPE '~' ORDER BY 1";

constexpr std::size_t kMostFaults = 20;

Result<std::vector<std::string>> texts_of(sqlite3* db, std::string_view path, const char* sql) {
  sqlite3_stmt* raw = nullptr;
  sqlite3_prepare_v2(db, sql, -1, &raw, nullptr);
  const Owner<sqlite3_stmt, sqlite3_finalize> owned(raw);
  const std::string name(path);
  std::vector<std::string> out;
  Statement statement(db, owned.get(), name);
  for (;;) {
    auto more = statement.step();
    if (!more) return more.error();
    if (!*more) return out;
    Columns(statement).text(out.emplace_back());
  }
}

// As migrate() makes it of nothing.
Result<std::vector<std::string>> own_schema() {
  sqlite3* raw = nullptr;
  sqlite3_open(":memory:", &raw);
  const Database db(raw);
  if (auto s = migrate(db.get(), "memory", [] { return Status(Ok{}); }); !s) return s.error();
  return texts_of(db.get(), "memory", kSchema);
}

}  // namespace

Ledger::Ledger(Database db, std::string path)
    : path_(std::move(path)), db_(std::move(db)), statements_(db_.get(), path_) {}

Result<std::unique_ptr<Ledger>> Ledger::open(const std::string& path) {
  auto db = open_database(path, Store::Mode::ReadOnly);
  if (!db) return db.error();
  if (auto s = check_schema(db->get(), path); !s) return s.error();
  return std::unique_ptr<Ledger>(new Ledger(std::move(*db), path));
}

Status Ledger::snapshot(const std::function<Status()>& look) {
  if (auto s = statements_.use("BEGIN").run(); !s) return s;
  auto seen = look();
  auto ended = statements_.use("COMMIT").run();
  return seen ? ended : seen;
}

Result<std::vector<AuditRow>> Ledger::audit(std::int64_t after, std::int64_t limit) {
  std::vector<AuditRow> out;
  auto statement = statements_.use(kAudit.c_str());
  Binder(statement).integer(after).integer(limit);
  for (;;) {
    auto more = statement.step();
    if (!more) return more.error();
    if (!*more) return out;
    Columns c(statement);
    columns(c, out.emplace_back());
  }
}

Result<std::vector<AuditedRow>> Ledger::rows(const Audited& table, std::int64_t after,
                                             std::int64_t limit) {
  std::vector<AuditedRow> out;
  auto statement = statements_.use(table.read_page.c_str());
  Binder(statement).integer(after).integer(limit);
  for (;;) {
    auto more = statement.step();
    if (!more) return more.error();
    if (!*more) return out;
    out.push_back(audited_row(table, statement));
  }
}

Result<std::optional<AuditedRow>> Ledger::row(const Audited& table, std::int64_t row) {
  auto statement = statements_.use(table.read_one.c_str());
  Binder(statement).integer(row);
  auto there = statement.step();
  if (!there) return there.error();
  return *there ? std::optional(audited_row(table, statement)) : std::nullopt;
}

template <class Row>
Result<std::optional<Row>> Ledger::one(const std::string& sql, std::int64_t row) {
  auto statement = statements_.use(sql.c_str());
  Binder(statement).integer(row);
  auto there = statement.step();
  if (!there) return there.error();
  std::optional<Row> out;
  if (*there) {
    Columns c(statement);
    columns(c, out.emplace());
  }
  return out;
}

Result<std::optional<CheckpointRow>> Ledger::checkpoint(std::int64_t row) {
  return one<CheckpointRow>(kCheckpoint, row);
}
Result<std::optional<ConfigurationRow>> Ledger::configuration(std::int64_t row) {
  return one<ConfigurationRow>(kConfiguration, row);
}
Result<std::optional<DecisionRow>> Ledger::decision(std::int64_t row) {
  return one<DecisionRow>(kDecision, row);
}

Result<std::optional<TombstoneRow>> Ledger::tombstone(std::int64_t row) {
  return one<TombstoneRow>(kTombstone, row);
}

Result<std::optional<std::string>> Ledger::chain_hash(std::int64_t sequence) {
  auto statement = statements_.use("SELECT hash FROM audit WHERE sequence=?");
  Binder(statement).integer(sequence);
  auto there = statement.step();
  if (!there) return there.error();
  std::optional<std::string> out;
  if (*there) Columns(statement).blob(out.emplace());
  return out;
}

Result<std::vector<std::string>> Ledger::structure_faults() {
  const auto want = own_schema();
  if (!want) return want.error();
  auto have = texts_of(db_.get(), path_, kSchema);
  if (!have) return have.error();
  std::ranges::sort(*have);
  auto made = *want;
  std::ranges::sort(made);
  std::vector<std::string> differ, faults;
  std::ranges::set_difference(*have, made, std::back_inserter(differ));
  for (const auto& d : differ)
    faults.push_back(fmt::format("the schema has what this release does not make: {}",
                                 visible(d.substr(0, d.find('\n'))).str()));
  differ.clear();
  std::ranges::set_difference(made, *have, std::back_inserter(differ));
  for (const auto& d : differ)
    faults.push_back(fmt::format("the schema lacks: {}", visible(d.substr(0, d.find('\n'))).str()));
  // Table by table: no longer than need be is the log kept from shrinking.
  std::vector<std::string> tables{"audit"};
  for (const auto& t : audited_tables()) tables.emplace_back(t.table);
  for (const auto& t : tables) {
    if (faults.size() >= kMostFaults) break;
    const auto sql = fmt::format("PRAGMA integrity_check({})", t);
    auto said = texts_of(db_.get(), path_, sql.c_str());
    if (!said) return said.error();
    for (const auto& line : *said)
      if (line != "ok") faults.push_back(fmt::format("table {}: {}", t, visible(line).str()));
  }
  return faults;
}

}  // namespace hitl::store
