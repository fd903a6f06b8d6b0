// SPDX-License-Identifier: Apache-2.0
// The store's side of searching, and its statistics.
#include <algorithm>

#include "store/search_text.h"
#include "store/sqlite_store.h"

namespace hitl::store {
namespace {

constexpr std::size_t kAround = 120;       // bytes of text on each side of a place
constexpr std::size_t kTail = 256u << 20;  // bytes of recordings that a search reads itself

// The line with the place and its neighbourhood, cut at characters.
void cut_around(Hit& hit, std::string_view text, std::size_t begin, std::size_t size) {
  auto from = begin > kAround ? begin - kAround : 0;
  auto to = std::min(begin + size + kAround, text.size());
  if (const auto line = text.substr(from, begin - from).rfind('\n'); line != text.npos)
    from += line + 1;
  if (const auto line = text.find('\n', begin + size); line < to) to = line;
  const auto inside = [&](std::size_t i) {
    return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
  };
  while (from < begin && inside(from)) ++from;
  while (to > begin + size && inside(to)) --to;
  hit.text = text.substr(from, to - from);
  hit.begin = begin - from;
  hit.size = size;
}

}  // namespace

Result<bool> SqliteStore::index_more(std::size_t budget) {
  if (failed_) return *failed_;
  // What is not committed may be undone; then it would be in the index alone.
  if (sqlite3_get_autocommit(db_.get()) == 0) return true;
  if (!documents_) {
    const auto marks = marks_of(statements_);
    if (!marks) return marks.error();
    documents_.emplace(statements_, *marks);
  }
  const auto before = documents_->marks();
  const auto made = documents_->next(budget);
  if (!made) return made.error();
  if (documents_->marks() == before) return false;
  if (auto s = begin(); !s) return s.error();
  if (auto s = add_documents(statements_, *made, documents_->marks()); !s)
    return fail_turn(s.error());
  return true;
}

Status SqliteStore::add_hit(const Document& d, const SearchFilter& f, std::vector<Hit>& hits) {
  const auto place = find_text(d.text, f.text);
  if (!place) return Ok{};
  Hit hit;
  hit.kind = d.kind;
  hit.at_us = std::max<std::int64_t>(d.at_us, 0);
  auto statement = statements_.use(
      "SELECT s.id,s.agent,s.target,coalesce((SELECT id FROM commands WHERE row=?2),'') "
      "FROM sessions s WHERE s.row=?1");
  Binder(statement).integer(d.session).integer(d.command);
  const auto found = statement.step();
  if (!found) return found.error();
  if (!*found) return Ok{};  // the session is gone
  Columns(statement).text(hit.session).text(hit.agent).text(hit.target).text(hit.command);
  cut_around(hit, d.text, place->first, place->second);
  hits.push_back(std::move(hit));
  return Ok{};
}

Result<std::vector<Hit>> SqliteStore::search(const SearchFilter& f) {
  std::vector<Hit> hits;
  const auto marks = marks_of(statements_);
  if (!marks) return marks.error();
  // What no document was made of yet is the newest.
  Documents tail(statements_, *marks);
  for (std::size_t read = 0; read < kTail;) {
    constexpr std::size_t kStep = 4u << 20;
    const auto before = tail.marks();
    const auto made = tail.next(kStep);
    if (!made) return made.error();
    if (tail.marks() == before) break;
    for (const auto& d : *made)
      if (f.kind.empty() || d.kind == f.kind)
        if (auto s = add_hit(d, f, hits); !s) return s.error();
    read += kStep;
  }
  std::ranges::reverse(hits);
  if (hits.size() > f.limit) hits.resize(f.limit);

  const auto query = word_query(f.text);
  auto statement = statements_.use(
      query.empty()
          ? "SELECT kind,session,command,at_us,text FROM search_documents "
            "WHERE ?1='' AND (?2='' OR kind=?2) ORDER BY row DESC"
          : "SELECT d.kind,d.session,d.command,d.at_us,d.text FROM search_words w "
            "JOIN search_documents d ON d.row=w.rowid "
            "WHERE w.search_words MATCH ?1 AND (?2='' OR d.kind=?2) ORDER BY w.rowid DESC");
  Binder(statement).text(query).text(f.kind);
  while (hits.size() < f.limit) {
    const auto more = statement.step();
    if (!more) return more.error();
    if (!*more) break;
    Document d;
    Columns(statement).text(d.kind).integer(d.session).integer(d.command).integer(d.at_us).blob(
        d.text);
    auto text = unpacked(d.text);
    if (!text) return text.error();
    d.text = std::move(*text);
    if (auto s = add_hit(d, f, hits); !s) return s.error();
  }
  return hits;
}

Result<std::uint64_t> SqliteStore::beyond_search() {
  std::uint64_t n = 0;
  auto statement = statements_.use("SELECT count(*) FROM commands WHERE bytes_out+bytes_err>?");
  Binder(statement).integer(kMostSearchable);
  const auto found = statement.step();
  if (!found) return found.error();
  Columns(statement).integer(n);
  return n;
}

Result<std::vector<Statistics>> SqliteStore::statistics(std::optional<WallMs> since,
                                                        std::optional<WallMs> until) {
  // A command belongs to its agent, its target and its rule; a request that several
  // commands waited for was decided once.
  auto statement = statements_.use(
      "WITH c AS MATERIALIZED (SELECT s.agent,s.target,c.rule,c.decision,c.state,c.request "
      "  FROM commands c JOIN sessions s ON s.id=c.session "
      "  WHERE (?1 IS NULL OR c.submitted_at>=?1) AND (?2 IS NULL OR c.submitted_at<?2)),"
      "g AS MATERIALIZED (SELECT 'agent' AS by,agent AS name,decision,state,request FROM c "
      "  UNION ALL SELECT 'target',target,decision,state,request FROM c "
      "  UNION ALL SELECT 'rule',rule,decision,state,request FROM c WHERE rule<>''),"
      "w AS (SELECT DISTINCT g.by,g.name,r.id,r.decided_at-r.requested_at AS ms FROM g "
      "  JOIN requests r ON r.id=g.request WHERE r.decided_at IS NOT NULL "
      "  AND EXISTS(SELECT 1 FROM decisions d WHERE d.request=r.id)),"
      "m AS (SELECT by,name,ms,row_number() OVER (PARTITION BY by,name ORDER BY ms) AS i,"
      "  count(*) OVER (PARTITION BY by,name) AS n FROM w),"
      "k AS (SELECT by,name,max(n) AS n,CAST(avg(ms) AS INTEGER) AS ms FROM m "
      "  WHERE i IN ((n+1)/2,(n+2)/2) GROUP BY by,name) "
      "SELECT g.by,g.name,sum(g.decision='allow'),sum(g.decision='hold'),"
      "sum(g.decision='deny' OR g.state='denied'),coalesce(max(k.n),0),max(k.ms) "
      "FROM g LEFT JOIN k ON k.by=g.by AND k.name=g.name GROUP BY g.by,g.name "
      "ORDER BY g.by,g.name");
  Binder(statement).integer(since).integer(until);
  std::vector<Statistics> out;
  for (;;) {
    const auto more = statement.step();
    if (!more) return more.error();
    if (!*more) return out;
    auto& s = out.emplace_back();
    Columns(statement)
        .text(s.by)
        .text(s.name)
        .integer(s.allowed)
        .integer(s.held)
        .integer(s.denied)
        .integer(s.decided)
        .integer(s.median_ms);
  }
}

}  // namespace hitl::store
