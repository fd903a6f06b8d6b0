// SPDX-License-Identifier: Apache-2.0
// What the store answers.  Each question is one statement, so one short read
// transaction: an open one would keep the log from shrinking.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/visible.h"
#include "base/wire.h"
#include "store/event_reader.h"
#include "store/rows.h"
#include "store/sqlite_store.h"
#include "store/sqlite_store_inl.h"

namespace hitl::store {
namespace {

constexpr std::size_t kLeastPrefix = 4;
// '~' is above every character of an id.
constexpr const char* kInRange = ">=?1 AND id<?1||'~' ORDER BY id LIMIT 2";

const std::string kRequestPrefix = fmt::format("SELECT id FROM requests WHERE id{}", kInRange);
const std::string kSessionPrefix = fmt::format("SELECT id FROM sessions WHERE id{}", kInRange);
const std::string kRequestById = select_from("requests", kRequestColumns, "WHERE id=?");
const std::string kNewestRequest =
    select_from("requests", kRequestColumns, "WHERE digest=? ORDER BY row DESC LIMIT 1");
const std::string kAllRequests =
    select_from("requests", kRequestColumns, "ORDER BY row DESC LIMIT ?");
const std::string kPendingRequests =
    select_from("requests", kRequestColumns, "WHERE state='pending' ORDER BY row DESC LIMIT ?");
const std::string kDueRequests =
    select_from("requests", kRequestColumns,
                "WHERE state='pending' AND expires_at<=?1 "
                "OR state='approved' AND grant_expires_at<=?1 ORDER BY row");
const std::string kOfOtherPolicies =
    select_from("requests", kRequestColumns,
                "WHERE (state='pending' OR state='approved') AND policy<>? ORDER BY row");
const std::string kRequestsOf =
    select_from("requests", kRequestColumns,
                "WHERE agent=?1 AND (state='pending' OR state='approved') "
                "ORDER BY row DESC LIMIT ?2");
const std::string kReviews =
    select_from("requests", kRequestColumns, "WHERE review='wanted' ORDER BY row");
const std::string kEscalating = select_from(
    "requests", kRequestColumns, "WHERE state='pending' AND escalates_at IS NOT NULL ORDER BY row");
const std::string kSimilar =
    select_from("requests", kRequestColumns,
                "WHERE agent=?1 AND target=?2 AND id<>?3 AND (shape=?4 AND shape<>'' "
                "OR submitted=?5) ORDER BY row DESC LIMIT ?6");
const std::string kLiveGrants =
    select_from("grants", kGrantColumns, "WHERE ended_at IS NULL AND expires_at>? ORDER BY row");
const std::string kWatches = select_from("watches", kWatchColumns, "WHERE session=? ORDER BY row");
const std::string kPauses = select_from("pauses", kPauseColumns, "ORDER BY row");
const std::string kDecisions =
    select_from("decisions", kDecisionColumns, "WHERE request=? ORDER BY row");
const std::string kCommands =
    select_from("commands", kCommandColumns, "WHERE session=? ORDER BY row");
const std::string kLastCommands =
    select_from("commands", kCommandColumns, "WHERE session=? ORDER BY row DESC LIMIT ?");

const std::string kNewestCheckpoint =
    select_from("checkpoints", kCheckpointColumns, "ORDER BY row DESC LIMIT 1");

// Sessions that `inner` selects, with their counts, newest first.
std::string summaries(std::string_view inner) {
  return fmt::format(
      "SELECT s.id,s.agent,s.target,s.account,s.client_addr,s.key_fingerprint,s.started_at,"
      "s.ended_at,s.state,count(c.row),coalesce(sum(c.decision='hold'),0),"
      "coalesce(sum(c.decision='deny' OR c.state='denied'),0),"
      "coalesce(sum(c.bytes_out+c.bytes_err),0) "
      "FROM (SELECT * FROM sessions {}) s LEFT JOIN commands c ON c.session=s.id "
      "GROUP BY s.row ORDER BY s.started_at DESC,s.row DESC",
      inner);
}

const std::string kSessions = summaries(
    "WHERE (?1='' OR agent=?1) AND (?2='' OR target=?2) AND (?3='' OR state=?3) "
    "AND (?4 IS NULL OR started_at>=?4) AND (?5 IS NULL OR started_at<?5) "
    // A question about commands, where there is one:
    "AND (?7='' AND ?8 IS NULL AND ?9='' AND ?10 IS NULL OR EXISTS(SELECT 1 FROM commands c "
    "WHERE c.session=sessions.id AND (?7='' OR c.decision=?7) "
    "AND (?8 IS NULL OR instr(c.effects,?8)) "
    "AND (?9='' OR instr(lower(CAST(c.submitted AS TEXT)),lower(?9))) "
    "AND (?10 IS NULL OR c.exit_status=?10))) "
    "ORDER BY started_at DESC,row DESC LIMIT ?6");
const std::string kSessionById = summaries("WHERE id=?1");

void read_summary(Columns& c, SessionSummary& s) {
  columns(c, s.session);
  c.integer(s.commands).integer(s.held).integer(s.denied).integer(s.bytes_out);
}

std::string upper(std::string_view s) {
  std::string out(s);
  std::ranges::transform(out, out.begin(), [](unsigned char c) {
    return static_cast<char>(c < 0x80 ? std::toupper(c) : c);
  });
  return out;
}

}  // namespace

Result<std::string> SqliteStore::whole_id(const char* sql, std::string_view what,
                                          std::string_view id_or_prefix) {
  const auto prefix = upper(id_or_prefix);
  const auto shown = visible_cut(id_or_prefix, 64);
  if (prefix.size() < kLeastPrefix)
    return fail(Errc::Invalid, fmt::format("{} {}: give at least {} characters of the id", what,
                                           shown.str(), kLeastPrefix));
  auto ids = select<std::string>(
      sql, [&](Binder b) { b.text(prefix); }, [](Columns& c, std::string& id) { c.text(id); });
  if (!ids) return ids.error();
  if (ids->empty()) return fail(Errc::NotFound, fmt::format("no {} {}", what, shown.str()));
  // In order of ids the prefix itself comes first, where it is a whole one.
  if (ids->size() > 1 && ids->front() != prefix)
    return fail(Errc::Invalid, fmt::format("{} {}: more than one begins so (give more of the id)",
                                           what, shown.str()));
  return std::move(ids->front());
}

// ---- the chain ---------------------------------------------------------------

Result<std::string> SqliteStore::chain_hash(std::int64_t sequence) {
  auto rows = select<std::string>(
      "SELECT hash FROM audit WHERE sequence=?", [&](Binder b) { b.integer(sequence); },
      [](Columns& c, std::string& hash) { c.blob(hash); });
  if (!rows) return rows.error();
  if (rows->empty())
    return fail(Errc::NotFound, fmt::format("{}: the audit chain has no row {}", path_, sequence));
  return std::move(rows->front());
}

Result<std::optional<CheckpointRow>> SqliteStore::newest_checkpoint() {
  auto rows = select<CheckpointRow>(
      kNewestCheckpoint.c_str(), [](Binder) {},
      [](Columns& c, CheckpointRow& r) { columns(c, r); });
  if (!rows) return rows.error();
  if (rows->empty()) return std::optional<CheckpointRow>();
  return std::optional(std::move(rows->front()));
}

Result<std::string> SqliteStore::configuration_in_force() {
  const auto& table = *audited_table("configurations");
  auto newest = select<std::int64_t>(
      "SELECT coalesce(max(row),0) FROM configurations", [](Binder) {},
      [](Columns& c, std::int64_t& row) { c.integer(row); });
  if (!newest) return newest.error();
  auto statement = statements_.use(table.read_one.c_str());
  Binder(statement).integer(newest->front());
  auto there = statement.step();
  if (!there) return there.error();
  return *there ? audited_row(table, statement).sha256 : std::string();
}

// ---- requests ----------------------------------------------------------------

Result<std::optional<RequestRow>> SqliteStore::newest_request(std::string_view digest) {
  auto rows = select<RequestRow>(
      kNewestRequest.c_str(), [&](Binder b) { b.blob(digest); },
      [](Columns& c, RequestRow& r) { columns(c, r); });
  if (!rows) return rows.error();
  if (rows->empty()) return std::optional<RequestRow>();
  return std::optional(std::move(rows->front()));
}

Result<RequestRow> SqliteStore::request(std::string_view id_or_prefix) {
  auto id = whole_id(kRequestPrefix.c_str(), "request", id_or_prefix);
  if (!id) return id.error();
  auto rows = select<RequestRow>(
      kRequestById.c_str(), [&](Binder b) { b.text(*id); },
      [](Columns& c, RequestRow& r) { columns(c, r); });
  if (!rows) return rows.error();
  if (rows->empty()) return fail(Errc::NotFound, "no request " + *id);
  return std::move(rows->front());
}

Result<std::vector<RequestRow>> SqliteStore::requests(bool all, std::size_t limit) {
  return select<RequestRow>((all ? kAllRequests : kPendingRequests).c_str(),
                            [&](Binder b) { b.integer(static_cast<std::uint64_t>(limit)); },
                            [](Columns& c, RequestRow& r) { columns(c, r); });
}

Result<std::vector<DecisionRow>> SqliteStore::decisions(std::string_view request) {
  return select<DecisionRow>(
      kDecisions.c_str(), [&](Binder b) { b.text(request); },
      [](Columns& c, DecisionRow& r) { columns(c, r); });
}

Result<std::vector<RequestRow>> SqliteStore::of_other_policies(std::string_view policy) {
  return select<RequestRow>(
      kOfOtherPolicies.c_str(), [&](Binder b) { b.text(policy); },
      [](Columns& c, RequestRow& r) { columns(c, r); });
}

Result<std::vector<RequestRow>> SqliteStore::due(WallMs now) {
  return select<RequestRow>(
      kDueRequests.c_str(), [&](Binder b) { b.integer(now); },
      [](Columns& c, RequestRow& r) { columns(c, r); });
}

Result<std::optional<WallMs>> SqliteStore::next_due() {
  auto rows = select<std::optional<WallMs>>(
      "SELECT min(t) FROM (SELECT min(expires_at) AS t FROM requests WHERE state='pending' "
      "UNION ALL SELECT min(grant_expires_at) FROM requests WHERE state='approved' "
      "UNION ALL SELECT min(escalates_at) FROM requests WHERE state='pending' "
      "AND escalates_at IS NOT NULL)",
      [](Binder) {}, [](Columns& c, std::optional<WallMs>& t) { c.integer(t); });
  if (!rows) return rows.error();
  HITL_CHECK(rows->size() == 1);
  return rows->front();
}

Result<std::vector<RequestRow>> SqliteStore::requests_of(std::string_view agent,
                                                         std::size_t limit) {
  return select<RequestRow>(
      kRequestsOf.c_str(),
      [&](Binder b) { b.text(agent).integer(static_cast<std::uint64_t>(limit)); },
      [](Columns& c, RequestRow& r) { columns(c, r); });
}

Result<std::vector<RequestRow>> SqliteStore::reviews() {
  return select<RequestRow>(
      kReviews.c_str(), [](Binder) {}, [](Columns& c, RequestRow& r) { columns(c, r); });
}

Result<std::vector<RequestRow>> SqliteStore::escalating() {
  return select<RequestRow>(
      kEscalating.c_str(), [](Binder) {}, [](Columns& c, RequestRow& r) { columns(c, r); });
}

Result<std::vector<RequestRow>> SqliteStore::similar(const RequestRow& to, std::size_t limit) {
  return select<RequestRow>(
      kSimilar.c_str(),
      [&](Binder b) {
        b.text(to.agent).text(to.target).text(to.id).text(to.shape).blob(to.submitted);
        b.integer(static_cast<std::uint64_t>(limit));
      },
      [](Columns& c, RequestRow& r) { columns(c, r); });
}

Result<std::vector<std::string>> SqliteStore::of_shape(std::string_view agent,
                                                       std::string_view target,
                                                       std::string_view shape, std::size_t limit) {
  return select<std::string>(
      "SELECT c.canonical FROM commands c JOIN sessions s ON s.id=c.session "
      "WHERE c.shape=?1 AND c.shape<>'' AND s.agent=?2 AND s.target=?3 AND c.canonical NOT NULL "
      "GROUP BY c.canonical ORDER BY max(c.row) DESC LIMIT ?4",
      [&](Binder b) {
        b.text(shape).text(agent).text(target).integer(static_cast<std::uint64_t>(limit));
      },
      [](Columns& c, std::string& text) { c.blob(text); });
}

Result<std::vector<GrantRow>> SqliteStore::live_grants(WallMs now) {
  return select<GrantRow>(
      kLiveGrants.c_str(), [&](Binder b) { b.integer(now); },
      [](Columns& c, GrantRow& r) { columns(c, r); });
}

Result<std::vector<PauseRow>> SqliteStore::pauses() {
  return select<PauseRow>(
      kPauses.c_str(), [](Binder) {}, [](Columns& c, PauseRow& r) { columns(c, r); });
}

Result<std::uint64_t> SqliteStore::allowed_since(std::string_view agent, WallMs since,
                                                 std::uint64_t most) {
  auto rows = select<std::uint64_t>(
      "SELECT count(*) FROM (SELECT 1 FROM commands c JOIN sessions s ON s.id=c.session "
      "WHERE c.decision='allow' AND c.submitted_at>=?1 AND s.agent=?2 LIMIT ?3)",
      [&](Binder b) { b.integer(since).text(agent).integer(most); },
      [](Columns& c, std::uint64_t& n) { c.integer(n); });
  if (!rows) return rows.error();
  HITL_CHECK(rows->size() == 1);
  return rows->front();
}

Result<std::uint64_t> SqliteStore::pending_of(std::string_view agent) {
  auto rows = select<std::uint64_t>(
      "SELECT count(*) FROM requests WHERE state='pending' AND agent=?",
      [&](Binder b) { b.text(agent); }, [](Columns& c, std::uint64_t& n) { c.integer(n); });
  if (!rows) return rows.error();
  HITL_CHECK(rows->size() == 1);
  return rows->front();
}

Result<std::vector<Leftover>> SqliteStore::running() {
  return select<Leftover>(
      "SELECT c.id,s.target,c.process_group,c.process_start FROM commands c "
      "JOIN sessions s ON s.id=c.session WHERE c.state='running' AND c.process_group>1",
      [](Binder) {},
      [](Columns& c, Leftover& l) {
        c.text(l.command).text(l.target).integer(l.process_group).text(l.process_start);
      });
}

Result<bool> SqliteStore::outcome_unknown(std::string_view request) {
  auto rows = select<std::uint64_t>(
      "SELECT EXISTS(SELECT 1 FROM commands WHERE request=? AND state='unknown')",
      [&](Binder b) { b.text(request); }, [](Columns& c, std::uint64_t& n) { c.integer(n); });
  if (!rows) return rows.error();
  HITL_CHECK(rows->size() == 1);
  return rows->front() != 0;
}

Result<bool> SqliteStore::short_id_taken(std::string_view prefix8) {
  auto rows = select<std::uint64_t>(
      "SELECT EXISTS(SELECT 1 FROM requests WHERE id>=?1 AND id<?1||'~') "
      "OR EXISTS(SELECT 1 FROM commands WHERE id>=?1 AND id<?1||'~')",
      [&](Binder b) { b.text(prefix8); }, [](Columns& c, std::uint64_t& n) { c.integer(n); });
  if (!rows) return rows.error();
  HITL_CHECK(rows->size() == 1);
  return rows->front() != 0;
}

Result<std::vector<SessionSummary>> SqliteStore::sessions(const SessionFilter& f) {
  return select<SessionSummary>(
      kSessions.c_str(),
      [&](Binder b) {
        b.text(f.agent).text(f.target).text(f.state).integer(f.since).integer(f.until);
        b.integer(static_cast<std::uint64_t>(f.limit));
        // As Binder::strings has it among others.
        std::optional<std::string> effect;
        if (WireWriter w; !f.effect.empty()) w.string(f.effect), effect = std::move(w).bytes();
        b.text(f.decision).blob(effect).text(f.text).integer(f.exit_status);
      },
      read_summary);
}

Result<SessionSummary> SqliteStore::session(std::string_view id_or_prefix) {
  auto id = whole_id(kSessionPrefix.c_str(), "session", id_or_prefix);
  if (!id) return id.error();
  auto rows = select<SessionSummary>(
      kSessionById.c_str(), [&](Binder b) { b.text(*id); }, read_summary);
  if (!rows) return rows.error();
  if (rows->empty()) return fail(Errc::NotFound, "no session " + *id);
  return std::move(rows->front());
}

Result<std::vector<CommandRow>> SqliteStore::commands(std::string_view session) {
  return select<CommandRow>(
      kCommands.c_str(), [&](Binder b) { b.text(session); },
      [](Columns& c, CommandRow& r) { columns(c, r); });
}

Result<std::vector<CommandRow>> SqliteStore::last_commands(std::string_view session,
                                                           std::size_t limit) {
  return select<CommandRow>(
      kLastCommands.c_str(),
      [&](Binder b) { b.text(session).integer(static_cast<std::uint64_t>(limit)); },
      [](Columns& c, CommandRow& r) { columns(c, r); });
}

Result<std::vector<EventRow>> SqliteStore::last_events(std::string_view session,
                                                       std::size_t limit) {
  // The last frame may be as short as one chunk, the one before it is not.
  SqliteEventReader reader(statements_, std::string(session), 0);
  if (auto s = reader.skip_to_last(2); !s) return s.error();
  std::vector<EventRow> last;
  for (;;) {
    auto more = reader.next();
    if (!more) return more.error();
    if (more->empty()) return last;
    std::ranges::move(*more, std::back_inserter(last));
    if (last.size() > limit)
      last.erase(last.begin(), last.end() - static_cast<std::ptrdiff_t>(limit));
  }
}

std::unique_ptr<EventReader> SqliteStore::events(std::string_view session, std::int64_t from_us) {
  return std::make_unique<SqliteEventReader>(statements_, std::string(session), from_us);
}

Result<std::vector<WatchRow>> SqliteStore::watches(std::string_view session) {
  return select<WatchRow>(
      kWatches.c_str(), [&](Binder b) { b.text(session); },
      [](Columns& c, WatchRow& r) { columns(c, r); });
}

}  // namespace hitl::store
