// SPDX-License-Identifier: Apache-2.0
#include "store/event_reader.h"

#include <fmt/format.h>

namespace hitl::store {
namespace {

constexpr std::uint64_t kPage = 1'000;  // events of an old recording in one read

// The row before the frame to begin with; nothing where there is none.
Result<std::int64_t> before(Statement& statement) {
  const auto found = statement.step();
  if (!found) return found.error();
  std::int64_t row = 1;
  if (*found) Columns(statement).integer(row);
  return row - 1;
}

}  // namespace

Status SqliteEventReader::find_start() {
  {
    auto statement = statements_.use("SELECT row FROM sessions WHERE id=?");
    Binder(statement).text(session_);
    const auto found = statement.step();
    if (!found) return found.error();
    if (!*found) return fail(Errc::NotFound, "no session " + session_);
    Columns(statement).integer(session_row_);
  }
  in_ = In::Events;
  if (from_us_ <= 0) return Ok{};
  auto statement = statements_.use(
      "SELECT row FROM chunks WHERE session=? AND begins=1 AND at_us<=? ORDER BY row DESC LIMIT 1");
  Binder(statement).integer(session_row_).integer(from_us_);
  auto row = before(statement);
  if (!row) return row.error();
  chunk_ = *row;
  if (chunk_ > 0) in_ = In::Chunks;
  return Ok{};
}

Status SqliteEventReader::skip_to_last(std::int64_t frames) {
  if (auto s = find_start(); !s) return s;
  auto statement = statements_.use(
      "SELECT row FROM chunks WHERE session=? AND begins=1 ORDER BY row DESC LIMIT 1 OFFSET ?");
  Binder(statement).integer(session_row_).integer(frames - 1);
  auto row = before(statement);
  if (!row) return row.error();
  chunk_ = *row;
  if (chunk_ > 0) in_ = In::Chunks;
  return Ok{};
}

Result<const std::string*> SqliteEventReader::command_id(std::int64_t row) {
  const auto [at, fresh] = ids_.try_emplace(row);
  if (!fresh || row == 0) return &at->second;
  auto statement = statements_.use("SELECT id FROM commands WHERE row=?");
  Binder(statement).integer(row);
  const auto found = statement.step();
  if (!found) return found.error();
  if (*found) Columns(statement).text(at->second);
  return &at->second;
}

// Recordings of before there were chunks.
Result<std::vector<EventRow>> SqliteEventReader::next_old() {
  std::vector<EventRow> out;
  auto statement = statements_.use(
      "SELECT e.row,c.id,e.at_us,e.code,e.data FROM events e LEFT JOIN commands c ON "
      "c.row=e.command WHERE e.session=?1 AND e.row>?2 ORDER BY e.row LIMIT ?3");
  Binder(statement).integer(session_row_).integer(old_).integer(kPage);
  for (;;) {
    const auto more = statement.step();
    if (!more) return more.error();
    if (!*more) return out;
    auto& e = out.emplace_back();
    e.session = session_;
    Columns(statement).integer(old_).text(e.command).integer(e.at_us).character(e.code).blob(
        e.data);
  }
}

Result<std::vector<EventRow>> SqliteEventReader::next() {
  if (in_ == In::Start)
    if (auto s = find_start(); !s) return s.error();
  if (in_ == In::Events) {
    auto old = next_old();
    if (!old || !old->empty()) return old;
    in_ = In::Chunks;
  }
  bool begins = false;
  std::string data;
  {
    auto statement = statements_.use(
        "SELECT row,begins,data FROM chunks WHERE session=? AND row>? ORDER BY row LIMIT 1");
    Binder(statement).integer(session_row_).integer(chunk_);
    const auto found = statement.step();
    if (!found) return found.error();
    if (!*found) return std::vector<EventRow>();
    Columns(statement).integer(chunk_).boolean(begins).blob(data);
  }
  auto events = reader_.read(begins, data);
  if (!events)
    return fail(Errc::Invalid, fmt::format("session {}: {}", session_, events.error().what));
  std::vector<EventRow> out;
  out.reserve(events->size());
  for (auto& e : *events) {
    const auto id = command_id(e.command);
    if (!id) return id.error();
    out.push_back({session_, **id, e.at_us, e.code, std::move(e.data)});
  }
  return out;
}

}  // namespace hitl::store
