// SPDX-License-Identifier: Apache-2.0
#include "store/recorder.h"

namespace hitl::store {

Result<Recorder::Session*> Recorder::session(const std::string& id) {
  const auto known = sessions_.find(id);
  if (known != sessions_.end()) return &known->second;
  auto statement = statements_.use("SELECT row FROM sessions WHERE id=?");
  Binder(statement).text(id);
  const auto found = statement.step();
  if (!found) return found.error();
  if (!*found) return fail(Errc::NotFound, "no session " + id);
  auto& fresh = sessions_[id];
  Columns(statement).integer(fresh.row);
  return &fresh;
}

Result<std::int64_t> Recorder::command(Session& s, const EventRow& e) {
  if (e.command.empty()) return std::int64_t{0};
  if (s.command_id == e.command) return s.command;
  auto statement = statements_.use("SELECT row FROM commands WHERE id=? AND session=?");
  Binder(statement).text(e.command).text(e.session);
  const auto found = statement.step();
  if (!found) return found.error();
  if (!*found) return fail(Errc::NotFound, "no command " + e.command + " in session " + e.session);
  Columns(statement).integer(s.command);
  s.command_id = e.command;
  return s.command;
}

Status Recorder::add(const EventRow& e) {
  auto s = session(e.session);
  if (!s) return s.error();
  const auto row = command(**s, e);
  if (!row) return row.error();
  (*s)->ended = false;
  std::string_view data = e.data;
  do {
    const auto piece = data.substr(0, record::ChunkWriter::kMostData);
    (*s)->writer.add(*row, e.at_us, e.code, piece);
    data.remove_prefix(piece.size());
    if ((*s)->writer.full())
      if (auto w = write(**s); !w) return w;
  } while (!data.empty());
  return Ok{};
}

Status Recorder::write(Session& s) {
  const auto chunk = s.writer.take();
  auto statement = statements_.use("INSERT INTO chunks(session,begins,at_us,data) VALUES(?,?,?,?)");
  Binder(statement).integer(s.row).boolean(chunk.begins).integer(chunk.at_us).blob(chunk.bytes);
  return statement.run();
}

Status Recorder::flush() {
  for (auto s = sessions_.begin(); s != sessions_.end();) {
    if (!s->second.writer.empty())
      if (auto w = write(s->second); !w) return w;
    s = s->second.ended ? sessions_.erase(s) : std::next(s);
  }
  return Ok{};
}

void Recorder::forget() { sessions_.clear(); }

void Recorder::ended(std::string_view session) {
  const auto s = sessions_.find(session);
  if (s != sessions_.end()) s->second.ended = true;
}

}  // namespace hitl::store
