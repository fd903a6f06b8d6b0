// SPDX-License-Identifier: Apache-2.0
// The tables, as numbered steps: the file's user_version says how many it has
// been through.  A step that was ever released is never edited.
#pragma once

#include <sqlite3.h>

#include <functional>
#include <string_view>

#include "base/result.h"

namespace hitl::store {

// Marks the file as ours: "HITL" in ASCII.
inline constexpr int kApplicationId = 0x4849544C;

int schema_version() noexcept;

// Brings a writable database up to date, each step in a transaction.  Refuses a
// newer schema, and a database that is another program's.  `adopt` belongs to the
// last step's transaction: it takes the rows, as they are then, into the chain.
Status migrate(sqlite3* db, std::string_view path, const std::function<Status()>& adopt);

// For readers: refuses any schema but this program's.
Status check_schema(sqlite3* db, std::string_view path);

}  // namespace hitl::store
