// SPDX-License-Identifier: Apache-2.0
// The writer's end of the audit chain.  SQLite itself says which rows a turn has
// written (its update hook), so no way of writing can forget to; seal() then reads
// each of them as it is at the turn's end and appends one row to `audit`, in the
// turn's own transaction:
//   sequence  1, 2, 3 … without a gap
//   at        when
//   tbl, row  which row
//   operation insert, update, delete; migrate: as a new schema left it
//   session   to which the row belongs; may be empty
//   content   SHA-256 of the row (audited.h); empty: the row is gone
//   previous  hash of the audit row before; 32 zero bytes for the first
//   hash      SHA-256 of the columns above, in the encoding of audited.h
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "store/audited.h"
#include "store/store.h"

namespace hitl::store {

// What the hash of a row of the chain must be.
std::string hash_of(const AuditRow& row);

class Chain {
 public:
  // Both must outlive it.
  Chain(sqlite3* db, StatementCache& statements);
  ~Chain();
  Chain(const Chain&) = delete;
  Chain& operator=(const Chain&) = delete;

  // Where the file's chain ends.
  Status load();
  // What was written since the last call goes into the chain, within the open
  // transaction.
  Status seal(WallMs at);
  // For a new schema, within its transaction: each row that is not in the chain as
  // it is now, and each that is no more.
  Status adopt(WallMs at);

  // The transaction was committed; or rolled back.
  void keep() { head_ = end_; }
  void forget();
  // The rows deleted since the last call are accounted for by a tombstone.
  void leave_deletions();

  // Of what is committed.
  const ChainHead& head() const { return head_; }

 private:
  struct Place {
    const Audited* table;
    std::int64_t row;
    auto operator<=>(const Place&) const = default;
  };
  static void on_write(void* self, int operation, const char* database, const char* table,
                       sqlite3_int64 row);
  Status append(AuditRow row);
  Status adopt_table(const Audited& table, WallMs at);
  Status drop_vanished(WallMs at);

  sqlite3* db_;
  StatementCache& statements_;
  std::map<Place, int> written_;  // and how at first
  ChainHead head_, end_;          // end_: with what the transaction has sealed
};

}  // namespace hitl::store
