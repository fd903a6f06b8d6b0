// SPDX-License-Identifier: Apache-2.0
// A store as one who checks it reads it: every row with its hash, the chain, and
// what is signed.  Read-only, and in short transactions, so that a bastion at work
// is not held up.  It reports what is there; audit/verify.h says what it means.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/audited.h"
#include "store/sqlite_store.h"
#include "store/store.h"

namespace hitl::store {

class Ledger {
 public:
  // Errors: no such file, no store, or a schema of another release.
  static Result<std::unique_ptr<Ledger>> open(const std::string& path);

  // `look` in one read transaction: all that it reads is of one moment.
  Status snapshot(const std::function<Status()>& look);

  // Those after `after`, in order, at most `limit`.
  Result<std::vector<AuditRow>> audit(std::int64_t after, std::int64_t limit);
  Result<std::vector<AuditedRow>> rows(const Audited& table, std::int64_t after,
                                       std::int64_t limit);

  // Nothing: no such row.
  Result<std::optional<AuditedRow>> row(const Audited& table, std::int64_t row);
  Result<std::optional<std::string>> chain_hash(std::int64_t sequence);
  Result<std::optional<CheckpointRow>> checkpoint(std::int64_t row);
  Result<std::optional<ConfigurationRow>> configuration(std::int64_t row);
  Result<std::optional<DecisionRow>> decision(std::int64_t row);
  Result<std::optional<TombstoneRow>> tombstone(std::int64_t row);

  // Where the file is not what this release makes: tables, triggers and the like
  // that differ, indexes that do not fit their tables.
  Result<std::vector<std::string>> structure_faults();

 private:
  Ledger(Database db, std::string path);
  template <class Row>
  Result<std::optional<Row>> one(const std::string& sql, std::int64_t row);

  std::string path_;
  Database db_;
  StatementCache statements_;
};

}  // namespace hitl::store
