// SPDX-License-Identifier: Apache-2.0
// SqliteStore's ways of writing and reading, for the files that it is made of only.
#pragma once

#include <fmt/format.h>

#include "store/sqlite_store.h"

namespace hitl::store {

template <class F>
Status SqliteStore::write(const char* sql, F bind) {
  if (auto s = begin(); !s) return s;
  auto done = [&] {
    auto statement = statements_.use(sql);
    bind(Binder(statement));
    return statement.run();
  }();
  if (!done) return fail_turn(done.error());
  return Ok{};
}

template <class F>
Status SqliteStore::change(const char* sql, std::string_view what, std::string_view id, F bind) {
  if (auto s = write(sql, bind); !s) return s;
  if (sqlite3_changes(db_.get()) != 1)
    return fail_turn(fail(Errc::NotFound, fmt::format("{}: no {} {}", path_, what, id)));
  return Ok{};
}

template <class Row, class B, class R>
Result<std::vector<Row>> SqliteStore::select(const char* sql, B bind, R read) {
  std::vector<Row> rows;
  auto statement = statements_.use(sql);
  bind(Binder(statement));
  for (;;) {
    auto more = statement.step();
    if (!more) return more.error();
    if (!*more) return rows;
    Columns c(statement);
    read(c, rows.emplace_back());
  }
}

}  // namespace hitl::store
