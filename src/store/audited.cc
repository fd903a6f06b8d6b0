// SPDX-License-Identifier: Apache-2.0
#include "store/audited.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
namespace hitl::store {
namespace {

Audited audited(const char* table, const char* session, const char* of_session, const char* label) {
  const auto columns = fmt::format("SELECT coalesce({},''),coalesce({},''),t.row,t.* FROM {} t",
                                   session, label, table);
  const bool owned = *of_session != '\0';
  return {table,
          session,
          of_session,
          label,
          columns + " WHERE t.row=?1",
          columns + " WHERE t.row>?1 ORDER BY t.row LIMIT ?2",
          owned ? fmt::format("{} WHERE {} ORDER BY t.row", columns, of_session) : ""};
}

constexpr const char* kByRequest = "t.request IN (SELECT r.id FROM requests r WHERE r.session=?1)";
constexpr const char* kOfRequest = "(SELECT r.session FROM requests r WHERE r.id=t.request)";

// Parents before their children: a deletion goes through them from the end.
const std::array kTables = {
    audited("sessions", "t.id", "t.id=?1", "t.id"),
    audited("requests", "t.session", "t.session=?1", "t.id"),
    audited("commands", "t.session", "t.session=?1", "t.id"),
    audited("decisions", kOfRequest, kByRequest, "t.operator_name||' on '||t.request"),
    audited("grants", kOfRequest, kByRequest, "t.id"),
    audited("events", "(SELECT s.id FROM sessions s WHERE s.row=t.session)",
            "t.session=(SELECT s.row FROM sessions s WHERE s.id=?1)", "''"),
    audited("chunks", "(SELECT s.id FROM sessions s WHERE s.row=t.session)",
            "t.session=(SELECT s.row FROM sessions s WHERE s.id=?1)", "''"),
    audited("watches", "t.session", "t.session=?1", "t.watcher"),
    audited("pauses", "''", "", "t.scope"),
    audited("configurations", "''", "", "t.reason"),
    audited("checkpoints", "''", "", "'at '||t.sequence"),
    audited("holds", "''", "", "t.session"),
    audited("tombstones", "''", "", "t.session"),
};

std::string_view bytes_at(sqlite3_stmt* s, int column) {
  // column_blob of TEXT gives its bytes as they are stored; size after pointer.
  const auto* at = static_cast<const char*>(sqlite3_column_blob(s, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(s, column));
  return at == nullptr ? std::string_view() : std::string_view(at, size);
}

}  // namespace

std::span<const Audited> audited_tables() { return kTables; }

const Audited* audited_table(std::string_view name) {
  const auto* at =
      std::ranges::find(kTables, name, [](const Audited& t) { return std::string_view(t.table); });
  return at == kTables.end() ? nullptr : &*at;
}

std::string row_sha256(std::string_view table, const Statement& at, int first) {
  sqlite3_stmt* s = at.handle();
  crypto::Sha256 hash;
  hash.update(table);
  hash.update("\n");
  const auto cell = [&](int column, std::string_view type, std::string_view bytes) {
    hash.update(fmt::format("{} {} {}\n", sqlite3_column_name(s, column), type, bytes.size()));
    hash.update(bytes);
    hash.update("\n");
  };
  for (int i = first; i < sqlite3_column_count(s); ++i) switch (sqlite3_column_type(s, i)) {
      case SQLITE_NULL:
        cell(i, "null", "");
        break;
      case SQLITE_INTEGER:
        cell(i, "integer", fmt::to_string(sqlite3_column_int64(s, i)));
        break;
      case SQLITE_TEXT:
        cell(i, "text", bytes_at(s, i));
        break;
      default:  // tables are strict, and none has a column of reals
        cell(i, "blob", bytes_at(s, i));
    }
  return hash.digest();
}

AuditedRow audited_row(const Audited& table, const Statement& at) {
  sqlite3_stmt* s = at.handle();
  return {sqlite3_column_int64(s, 2), std::string(bytes_at(s, 0)), std::string(bytes_at(s, 1)),
          row_sha256(table.table, at, 3)};
}

void Remains::add(std::string_view table, std::string_view sha256) {
  if (counts_.empty() || counts_.back().first != table) counts_.emplace_back(table, 0);
  ++counts_.back().second;
  hash_.update(sha256);
}

std::string Remains::counts() const {
  std::string out;
  for (const auto& [table, n] : counts_)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", table, n);
  return out;
}

}  // namespace hitl::store
