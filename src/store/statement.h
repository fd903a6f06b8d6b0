// SPDX-License-Identifier: Apache-2.0
// Prepared statements of one database, kept for the next use, and the two ways
// of going through a row: Binder gives values to parameters, Columns takes them
// from a result.  Both have the same members, so that a row type lists its
// columns once (rows.h).
//
// Values are bound, never part of SQL text, and copied in both directions.  The
// first failure sticks: bind in a row, then look at what step() says.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/handle.h"
#include "base/result.h"

namespace hitl::store {

// "path: what SQLite says".
Error database_error(sqlite3* db, std::string_view path);

// One use of a statement: reset when it ends, so no read transaction outlives
// the function that asked.
class Statement {
 public:
  Statement(sqlite3* db, sqlite3_stmt* statement, const std::string& path) noexcept;
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // True: a row is there.  False: done.
  Result<bool> step();
  // For statements without rows.
  Status run();
  // The extended result code of the last step.
  int code() const noexcept { return code_; }
  // To be asked about the row that step() found.
  sqlite3_stmt* handle() const noexcept { return statement_; }

 private:
  friend class Binder;
  friend class Columns;

  sqlite3* db_;
  sqlite3_stmt* statement_;  // null: it could not be prepared
  const std::string& path_;
  int code_ = SQLITE_OK;
};

class Binder {
 public:
  explicit Binder(Statement& s) noexcept : s_(s) {}

  Binder& text(std::string_view v);
  Binder& text(const std::string& v) { return text(std::string_view(v)); }
  Binder& text(const std::optional<std::string>& v);
  Binder& blob(std::string_view v);
  Binder& blob(const std::string& v) { return blob(std::string_view(v)); }
  Binder& blob(const std::optional<std::string>& v);
  Binder& integer(std::int64_t v);
  Binder& integer(std::uint64_t v) { return integer(static_cast<std::int64_t>(v)); }
  Binder& integer(std::uint32_t v) { return integer(static_cast<std::int64_t>(v)); }
  Binder& integer(const std::optional<std::int64_t>& v);
  Binder& boolean(bool v) { return integer(static_cast<std::int64_t>(v)); }
  Binder& character(char v) { return text(std::string_view(&v, 1)); }
  Binder& strings(const std::vector<std::string>& v);
  Binder& counts(const std::map<std::string, std::uint64_t>& v);

 private:
  Binder& done(int code);

  Statement& s_;
  int next_ = 1;
};

class Columns {
 public:
  explicit Columns(Statement& s) noexcept : s_(s) {}

  Columns& text(std::string& v);
  Columns& text(std::optional<std::string>& v);
  Columns& blob(std::string& v) { return text(v); }
  Columns& blob(std::optional<std::string>& v) { return text(v); }
  Columns& integer(std::int64_t& v);
  Columns& integer(std::uint64_t& v);
  Columns& integer(std::uint32_t& v);
  Columns& integer(std::optional<std::int64_t>& v);
  Columns& boolean(bool& v);
  Columns& character(char& v);
  Columns& strings(std::vector<std::string>& v);
  Columns& counts(std::map<std::string, std::uint64_t>& v);

 private:
  bool null() const;

  Statement& s_;
  int next_ = 0;
};

class StatementCache {
 public:
  StatementCache(sqlite3* db, std::string path) : db_(db), path_(std::move(path)) {}

  // `sql` is a literal: its address is the key.
  Statement use(const char* sql);

 private:
  sqlite3* db_;
  std::string path_;
  std::map<const char*, Owner<sqlite3_stmt, sqlite3_finalize>> statements_;
};

}  // namespace hitl::store
