// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "base/clock.h"
#include "base/fd.h"
#include "store/sqlite_store.h"

namespace hitl::store {
namespace {

constexpr int kWriterWaitMs = 2'000;
constexpr int kReaderWaitMs = 5'000;

// The file is there, and nobody but its owner and group can open it, before
// SQLite puts anything into it; the log files take its mode.
Status prepare_file(const std::string& path) {
  const Fd made(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (made) return Ok{};
  if (errno != EEXIST) return fail_errno(path);
  struct stat st {};
  if (::stat(path.c_str(), &st) != 0) return fail_errno(path);
  if (!S_ISREG(st.st_mode)) return fail(Errc::Invalid, path + ": not a regular file");
  if ((st.st_mode & 07) != 0)
    return fail(Errc::Invalid, fmt::format("{}: everyone can open it, mode {:04o} (chmod 600)",
                                           path, static_cast<unsigned>(st.st_mode & 07777)));
  return Ok{};
}

// In a file of its own: closing a descriptor of the database's would drop SQLite's locks.
Result<Fd> lock_for_writing(const std::string& path) {
  const auto name = path + "-lock";
  Fd file(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return fail_errno(name);
  const auto end = BootClock::now() + std::chrono::milliseconds(kWriterWaitMs);
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return fail_errno(name);
    if (BootClock::now() >= end)
      return fail(Errc::Denied, path + ": another process writes it (is a bastion running?)");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return file;
}

Status configure(sqlite3* db, const std::string& path, Store::Mode mode) {
  const bool writes = mode == Store::Mode::ReadWrite;
  sqlite3_extended_result_codes(db, 1);
  sqlite3_busy_timeout(db, writes ? kWriterWaitMs : kReaderWaitMs);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  // NORMAL: commit() itself syncs the log where durability is asked for.
  const char* sql =
      writes ? "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
               "PRAGMA foreign_keys=ON; PRAGMA journal_size_limit=16777216"
             : "PRAGMA query_only=ON";
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    return database_error(db, path);
  return Ok{};
}

}  // namespace

Result<Database> open_database(const std::string& path, Store::Mode mode) {
  const bool writes = mode == Store::Mode::ReadWrite;
  if (writes)
    if (auto s = prepare_file(path); !s) return s.error();
  sqlite3* raw = nullptr;
  const int flags = writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Database db(raw);
  if (code != SQLITE_OK) return database_error(db.get(), path);
  if (auto s = configure(db.get(), path, mode); !s) return s.error();
  return db;
}

Result<std::unique_ptr<Store>> Store::open(const std::string& path, Mode mode) {
  Fd lock;
  if (mode == Mode::ReadWrite) {
    auto mine = lock_for_writing(path);
    if (!mine) return mine.error();
    lock = std::move(*mine);
  }
  auto db = open_database(path, mode);
  if (!db) return db.error();
  auto store = std::make_unique<SqliteStore>(std::move(*db), path, std::move(lock));
  if (auto s = store->begin_with(mode); !s) return s.error();
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace hitl::store
