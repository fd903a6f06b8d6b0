// SPDX-License-Identifier: Apache-2.0
// The tables whose rows the audit chain covers: all but the chain itself, those of
// full text and the schema's version; and the one encoding of a row that is hashed.
//
// The encoding is the table's name and a line feed, then for each column, in the
// order of the table, "NAME TYPE LENGTH" with SQLite's typeof(), a line feed,
// LENGTH bytes (a number's decimal digits; nothing for NULL) and a line feed.
// contrib/verify-bundle makes the same bytes in SQL.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/digest.h"
#include "store/statement.h"

namespace hitl::store {

struct Audited {
  const char* table;
  const char* session;     // SQL for the id of the session that a row `t` belongs to
  const char* of_session;  // SQL for "belongs to the session ?1", by an index; empty: to none
  const char* label;       // SQL for what people call a row `t` by
  // Made of the above.  First the session, then the label, then all columns:
  std::string read_one;      // of the row ?1
  std::string read_page;     // of the rows after ?1 in order, at most ?2
  std::string read_session;  // of those of the session ?1, in order; empty: none has one
};

std::span<const Audited> audited_tables();
// Null: not one of them.
const Audited* audited_table(std::string_view name);

// A row of read_one or read_page.
struct AuditedRow {
  std::int64_t row = 0;
  std::string session, label;
  std::string sha256;  // 32 bytes, of the encoding
};
AuditedRow audited_row(const Audited& table, const Statement& at);

// SHA-256 of the encoding of the result's columns from `first` on.
std::string row_sha256(std::string_view table, const Statement& at, int first);

// What is known of rows that are gone, in the order of the tables and rows.
class Remains {
 public:
  void add(std::string_view table, std::string_view sha256);
  std::string counts() const;  // "sessions 1, commands 3"
  std::string sha256() const { return hash_.digest(); }

 private:
  crypto::Sha256 hash_;
  std::vector<std::pair<std::string, std::uint64_t>> counts_;
};

}  // namespace hitl::store
