// SPDX-License-Identifier: Apache-2.0
#include "store/search.h"

#include <algorithm>

#include "base/check.h"
#include "store/search_text.h"

namespace hitl::store {
namespace {

constexpr std::size_t kMostRows = 500;       // of one source in one step
constexpr std::size_t kDocument = 32'768;    // bytes after which one ends
constexpr std::size_t kMostLine = 1'024;     // carried into the next document
constexpr std::size_t kMostRecordings = 64;  // that are kept open

}  // namespace

Result<std::vector<Document>> Documents::next(std::size_t budget) {
  std::vector<Document> out;
  static constexpr const char* kCommands =
      "SELECT c.row,s.row,c.row,(c.submitted_at-s.started_at)*1000,c.submitted||"
      "CASE WHEN c.canonical IS NULL OR c.canonical=c.submitted THEN '' "
      "ELSE char(10)||c.canonical END "
      "FROM commands c JOIN sessions s ON s.id=c.session WHERE c.row>?1 ORDER BY c.row LIMIT ?2";
  static constexpr const char* kRequests =
      "SELECT r.row,s.row,(SELECT max(c.row) FROM commands c WHERE c.request=r.id),"
      "(r.requested_at-s.started_at)*1000,r.justification "
      "FROM requests r JOIN sessions s ON s.id=r.session WHERE r.row>?1 ORDER BY r.row LIMIT ?2";
  static constexpr const char* kDecisions =
      "SELECT d.row,s.row,(SELECT max(c.row) FROM commands c WHERE c.request=r.id),"
      "(d.at-s.started_at)*1000,d.reason FROM decisions d JOIN requests r ON r.id=d.request "
      "JOIN sessions s ON s.id=r.session WHERE d.row>?1 ORDER BY d.row LIMIT ?2";
  if (auto s = texts(kCommands, "command", marks_.commands, budget, out); !s) return s.error();
  if (auto s = texts(kRequests, "reason", marks_.requests, budget, out); !s) return s.error();
  if (auto s = texts(kDecisions, "reason", marks_.decisions, budget, out); !s) return s.error();
  if (auto s = chunks(budget, out); !s) return s.error();
  return out;
}

Status Documents::texts(const char* sql, const char* kind, std::int64_t& mark, std::size_t& budget,
                        std::vector<Document>& out) {
  auto statement = statements_.use(sql);
  Binder(statement).integer(mark).integer(static_cast<std::uint64_t>(kMostRows));
  while (budget > 0) {
    const auto more = statement.step();
    if (!more) return more.error();
    if (!*more) break;
    Document d{kind, 0, {}, 0, {}};
    Columns(statement).integer(mark).integer(d.session).integer(d.command).integer(d.at_us).blob(
        d.text);
    budget -= std::min(budget, d.text.size());
    if (!d.text.empty()) out.push_back(std::move(d));
  }
  return Ok{};
}

Status Documents::chunks(std::size_t& budget, std::vector<Document>& out) {
  std::map<std::int64_t, Document> open;  // by command
  while (budget > 0) {
    std::int64_t session = 0, chunk = 0;
    bool begins = false;
    std::string data;
    {
      auto statement = statements_.use(
          "SELECT row,session,begins,data FROM chunks WHERE row>? ORDER BY row LIMIT 1");
      Binder(statement).integer(marks_.chunks);
      const auto found = statement.step();
      if (!found) return found.error();
      if (!*found) break;
      Columns(statement).integer(chunk).integer(session).boolean(begins).blob(data);
    }
    auto r = recording(session, chunk, begins);
    if (!r) return r.error();
    marks_.chunks = chunk;
    auto events = (*r)->reader.read(begins, data);
    if (!events) continue;  // damaged: playing it says so
    std::size_t size = 1;
    for (const auto& e : *events) size += e.data.size();
    budget -= std::min(budget, size);
    take(session, **r, std::move(*events), open);
    for (auto d = open.begin(); d != open.end();) {
      const bool full = d->second.text.size() >= kDocument;
      if (full) out.push_back(std::move(d->second));
      d = full ? open.erase(d) : std::next(d);
    }
  }
  for (auto& [command, d] : open) out.push_back(std::move(d));
  return Ok{};
}

// The recording, read up to before the chunk.
Result<Documents::Recording*> Documents::recording(std::int64_t session, std::int64_t chunk,
                                                   bool begins) {
  if (const auto known = recordings_.find(session); known != recordings_.end())
    return &known->second;
  if (recordings_.size() >= kMostRecordings) recordings_.clear();
  auto& r = recordings_[session];
  if (begins) return &r;
  auto statement = statements_.use(
      "SELECT begins,data FROM chunks WHERE session=?1 AND row<?2 AND row>=(SELECT max(row) "
      "FROM chunks WHERE session=?1 AND begins=1 AND row<?2) ORDER BY row");
  Binder(statement).integer(session).integer(chunk);
  for (;;) {
    const auto more = statement.step();
    if (!more) return more.error();
    if (!*more) return &r;
    bool first = false;
    std::string data;
    Columns(statement).boolean(first).blob(data);
    auto events = r.reader.read(first, data);
    if (!events) return &r;
    std::map<std::int64_t, Document> known;
    take(session, r, std::move(*events), known);
  }
}

void Documents::take(std::int64_t session, Recording& r, std::vector<record::ChunkEvent> events,
                     std::map<std::int64_t, Document>& open) {
  for (auto& e : events) {
    if (e.code == 'm' && e.command != 0 && e.data.starts_with("ended")) r.outputs.erase(e.command);
    if (e.code != 'o' && e.code != 'e') continue;
    auto& output = r.outputs[e.command];
    if (output.bytes >= kMostSearchable) continue;
    output.bytes += e.data.size();
    auto& stream = output.streams[e.code];
    const auto text = stream.filter.feed(stream.text.feed(e.data));
    auto [d, fresh] = open.try_emplace(e.command);
    if (fresh) {
      d->second = {"output", session, std::nullopt, e.at_us, std::move(output.line)};
      if (e.command != 0) d->second.command = e.command;
      output.line.clear();
    }
    d->second.text += text;
    // So that nothing is cut where a document ends.
    output.line = d->second.text.substr(d->second.text.rfind('\n') + 1);
    if (output.line.size() > kMostLine) output.line.erase(0, output.line.size() - kMostLine);
  }
}

// ---- the index --------------------------------------------------------------

Result<Documents::Marks> marks_of(StatementCache& statements) {
  Documents::Marks m;
  auto statement = statements.use(
      "SELECT coalesce(max(row) FILTER (WHERE source='commands'),0),"
      "coalesce(max(row) FILTER (WHERE source='requests'),0),"
      "coalesce(max(row) FILTER (WHERE source='decisions'),0),"
      "coalesce(max(row) FILTER (WHERE source='chunks'),0) FROM search_marks");
  const auto found = statement.step();
  if (!found) return found.error();
  HITL_CHECK(*found);
  Columns(statement).integer(m.commands).integer(m.requests).integer(m.decisions).integer(m.chunks);
  return m;
}

Status add_documents(StatementCache& statements, const std::vector<Document>& documents,
                     const Documents::Marks& marks) {
  for (const auto& d : documents) {
    std::int64_t row = 0;
    {
      auto statement = statements.use(
          "INSERT INTO search_documents(kind,session,command,at_us,text) VALUES(?,?,?,?,?) "
          "RETURNING row");
      Binder(statement).text(d.kind).integer(d.session).integer(d.command).integer(d.at_us).blob(
          packed(d.text));
      const auto made = statement.step();
      if (!made) return made.error();
      HITL_CHECK(*made);
      Columns(statement).integer(row);
      const auto more = statement.step();
      if (!more) return more.error();
    }
    auto statement = statements.use("INSERT INTO search_words(rowid,text) VALUES(?,?)");
    Binder(statement).integer(row).text(std::string_view(d.text));
    if (auto s = statement.run(); !s) return s;
  }
  const std::pair<const char*, std::int64_t> all[] = {{"commands", marks.commands},
                                                      {"requests", marks.requests},
                                                      {"decisions", marks.decisions},
                                                      {"chunks", marks.chunks}};
  for (const auto& [source, row] : all) {
    auto statement = statements.use("INSERT OR REPLACE INTO search_marks(source,row) VALUES(?,?)");
    Binder(statement).text(std::string_view(source)).integer(row);
    if (auto s = statement.run(); !s) return s;
  }
  return Ok{};
}

Status forget_documents(StatementCache& statements, std::string_view session) {
  for (;;) {
    std::int64_t row = 0;
    std::string text;
    {
      auto statement = statements.use(
          "SELECT row,text FROM search_documents WHERE session="
          "(SELECT row FROM sessions WHERE id=?) LIMIT 1");
      Binder(statement).text(session);
      const auto found = statement.step();
      if (!found) return found.error();
      if (!*found) return Ok{};
      Columns(statement).integer(row).blob(text);
    }
    auto words = unpacked(text);
    if (!words) return words.error();
    // An index without the texts is told what it forgets.
    auto forget =
        statements.use("INSERT INTO search_words(search_words,rowid,text) VALUES('delete',?,?)");
    Binder(forget).integer(row).text(std::string_view(*words));
    if (auto s = forget.run(); !s) return s;
    auto remove = statements.use("DELETE FROM search_documents WHERE row=?");
    Binder(remove).integer(row);
    if (auto s = remove.run(); !s) return s;
  }
}

Status lower_marks(StatementCache& statements) {
  return statements
      .use(
          "UPDATE search_marks SET row=min(row,CASE source "
          "WHEN 'commands' THEN (SELECT coalesce(max(row),0) FROM commands) "
          "WHEN 'requests' THEN (SELECT coalesce(max(row),0) FROM requests) "
          "WHEN 'decisions' THEN (SELECT coalesce(max(row),0) FROM decisions) "
          "ELSE (SELECT coalesce(max(row),0) FROM chunks) END)")
      .run();
}

}  // namespace hitl::store
