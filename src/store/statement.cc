// SPDX-License-Identifier: Apache-2.0
#include "store/statement.h"

#include "base/check.h"
#include "base/wire.h"

namespace hitl::store {
namespace {

// A list of strings is one BLOB, encoded as on our wires.
constexpr std::size_t kMaxStrings = 65'536;
constexpr std::size_t kMaxString = 4u << 20;

}  // namespace

Error database_error(sqlite3* db, std::string_view path) {
  return fail(Errc::System,
              std::string(path) + ": " + (db != nullptr ? sqlite3_errmsg(db) : "out of memory"));
}

Statement::Statement(sqlite3* db, sqlite3_stmt* statement, const std::string& path) noexcept
    : db_(db), statement_(statement), path_(path) {
  if (statement_ == nullptr) code_ = sqlite3_extended_errcode(db_);
}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);  // repeats the last step's code, which was seen
  sqlite3_clear_bindings(statement_);
}

Result<bool> Statement::step() {
  if (statement_ == nullptr || code_ != SQLITE_OK) return database_error(db_, path_);
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  code_ = sqlite3_extended_errcode(db_);
  return database_error(db_, path_);
}

Status Statement::run() {
  auto more = step();
  if (!more) return more.error();
  HITL_CHECK(!*more);
  return Ok{};
}

Binder& Binder::done(int code) {
  ++next_;
  if (code != SQLITE_OK && s_.code_ == SQLITE_OK) s_.code_ = code;
  return *this;
}

Binder& Binder::text(std::string_view v) {
  const char* at = v.data() == nullptr ? "" : v.data();
  return done(
      sqlite3_bind_text64(s_.statement_, next_, at, v.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

Binder& Binder::text(const std::optional<std::string>& v) {
  return v ? text(std::string_view(*v)) : done(sqlite3_bind_null(s_.statement_, next_));
}

Binder& Binder::blob(std::string_view v) {
  const char* at = v.data() == nullptr ? "" : v.data();
  return done(sqlite3_bind_blob64(s_.statement_, next_, at, v.size(), SQLITE_TRANSIENT));
}

Binder& Binder::blob(const std::optional<std::string>& v) {
  return v ? blob(std::string_view(*v)) : done(sqlite3_bind_null(s_.statement_, next_));
}

Binder& Binder::integer(std::int64_t v) {
  return done(sqlite3_bind_int64(s_.statement_, next_, v));
}

Binder& Binder::integer(const std::optional<std::int64_t>& v) {
  return v ? integer(*v) : done(sqlite3_bind_null(s_.statement_, next_));
}

Binder& Binder::strings(const std::vector<std::string>& v) {
  WireWriter w;
  HITL_CHECK(v.size() <= kMaxStrings);
  w.u32(static_cast<std::uint32_t>(v.size()));
  for (const auto& s : v) w.string(s, kMaxString);
  return blob(std::string_view(w.bytes()));
}

Binder& Binder::counts(const std::map<std::string, std::uint64_t>& v) {
  WireWriter w;
  HITL_CHECK(v.size() <= kMaxStrings);
  w.u32(static_cast<std::uint32_t>(v.size()));
  for (const auto& [name, count] : v) {
    w.string(name, kMaxString);
    w.u64(count);
  }
  return blob(std::string_view(w.bytes()));
}

bool Columns::null() const { return sqlite3_column_type(s_.statement_, next_) == SQLITE_NULL; }

Columns& Columns::text(std::string& v) {
  // column_blob of TEXT gives its bytes as they are stored; size after pointer.
  const auto* at = static_cast<const char*>(sqlite3_column_blob(s_.statement_, next_));
  const int size = sqlite3_column_bytes(s_.statement_, next_);
  if (at == nullptr)
    v.clear();
  else
    v.assign(at, static_cast<std::size_t>(size));
  ++next_;
  return *this;
}

Columns& Columns::text(std::optional<std::string>& v) {
  if (null()) {
    v.reset();
    ++next_;
    return *this;
  }
  return text(v.emplace());
}

Columns& Columns::integer(std::int64_t& v) {
  v = sqlite3_column_int64(s_.statement_, next_++);
  return *this;
}

Columns& Columns::integer(std::uint64_t& v) {
  v = static_cast<std::uint64_t>(sqlite3_column_int64(s_.statement_, next_++));
  return *this;
}

Columns& Columns::integer(std::uint32_t& v) {
  v = static_cast<std::uint32_t>(sqlite3_column_int64(s_.statement_, next_++));
  return *this;
}

Columns& Columns::integer(std::optional<std::int64_t>& v) {
  if (null()) {
    v.reset();
    ++next_;
    return *this;
  }
  return integer(v.emplace());
}

Columns& Columns::boolean(bool& v) {
  v = sqlite3_column_int64(s_.statement_, next_++) != 0;
  return *this;
}

Columns& Columns::character(char& v) {
  std::string s;
  text(s);
  v = s.empty() ? '\0' : s[0];
  return *this;
}

Columns& Columns::strings(std::vector<std::string>& v) {
  std::string bytes;
  text(bytes);
  WireReader r(bytes);
  r.list(v, kMaxStrings, [](auto& d, auto& s) { d.string(s, kMaxString); });
  // A damaged list is shown as one, never as an empty one.
  if (!r.finish()) v.assign(1, "(damaged)");
  return *this;
}

Columns& Columns::counts(std::map<std::string, std::uint64_t>& v) {
  std::string bytes;
  text(bytes);
  WireReader r(bytes);
  v.clear();
  const auto size = r.u32();
  if (size > kMaxStrings) r.bad();
  for (std::uint32_t i = 0; i < size && r.ok(); ++i) {
    std::string name;
    r.string(name, kMaxString);
    v[name] = r.u64();
  }
  if (!r.finish()) v = {{"(damaged)", 0}};
  return *this;
}

Statement StatementCache::use(const char* sql) {
  auto& kept = statements_[sql];
  if (!kept) {
    sqlite3_stmt* fresh = nullptr;
    sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &fresh, nullptr);
    kept.reset(fresh);
  }
  HITL_CHECK(!kept || sqlite3_stmt_busy(kept.get()) == 0);
  return Statement(db_, kept.get(), path_);
}

}  // namespace hitl::store
