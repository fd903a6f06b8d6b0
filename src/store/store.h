// SPDX-License-Identifier: Apache-2.0
// Everything that is kept, behind typed rows.  No SQL outside this module, and
// no truth about requests anywhere else: another bastion must be able to see it.
//
// The broker owns the one Store that writes; auditors open read-only ones.
// Writes of one turn of the broker's loop form one transaction (group commit):
// the first write begins it, commit() ends it.  What was not committed never
// happened: the caller sends no answer before commit() succeeded.  A write that
// fails rolls the turn back, and the turn's later writes and its commit() fail
// with it.
//
// Each turn's writes are also links of the audit chain, in the same transaction
// (chain.h), without the writer's doing.
//
// Times are milliseconds since 1970 UTC (WallMs).  Ids are made by the broker;
// text is bound, never part of SQL.  Bytes from agents and targets are BLOBs,
// stored as they came.  Errors are Errc::System (SQLite's text, with the path);
// NotFound where a row is asked for by id.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace hitl::store {

// One authenticated connection of an agent.
struct SessionRow {
  std::string id;
  std::string agent, target, account, client_addr, key_fingerprint;
  WallMs started_at = 0;
  std::optional<WallMs> ended_at;
  std::string state;  // open, closed, lost (the broker ended first)
};

// Session with the counts that `list` shows.
struct SessionSummary {
  SessionRow session;
  std::uint64_t commands = 0, held = 0, denied = 0, bytes_out = 0;
};

// One exec request and what became of it.
struct CommandRow {
  std::string id, session;
  std::optional<std::string> request;  // the request whose approval it waits for or consumed
  WallMs submitted_at = 0;
  std::string submitted;                 // the raw bytes
  std::optional<std::string> canonical;  // what ran or would have run
  std::string opaque_reason;             // empty where understood
  std::string decision;                  // allow, hold, deny
  std::string rule;
  std::string summary;
  std::vector<std::string> effects;
  std::vector<std::string> environment;  // NAME=value, of what the agent set
  std::vector<std::string> dropped_env;  // names the agent asked for and did not get
  std::string policy_sha256;             // hex
  std::string shape;                     // as in RequestRow
  std::optional<std::string> grant;      // the grant by which it ran
  bool shadow = false;                   // allowed only because its rule is in shadow mode
  std::string input_role;                // none, data, script
  std::string input_sha256;              // hex, where judged
  // judged -> held -> starting -> running -> ended; or denied, expired,
  // cancelled, failed (before the start), unknown (lost after it)
  std::string state;
  std::string error;  // "code: text" where failed or unknown
  std::optional<WallMs> started_at, ended_at;
  std::optional<std::int64_t> exit_status;
  std::string exit_signal;  // "TERM"; empty if none
  std::uint64_t bytes_out = 0, bytes_err = 0, bytes_in = 0;
  std::string output_sha256;  // hex, over what was recorded of stdout and stderr in order
  // On the target, once it has started: its process group, and field 22 of the
  // leader's /proc/PID/stat ("-": the target has none).
  std::uint64_t process_group = 0;
  std::string process_start;
  std::map<std::string, std::uint64_t> masked;  // by rule: masks in its text and its output
};

// What an earlier broker left running on a target.
struct Leftover {
  std::string command, target;
  std::uint64_t process_group = 0;
  std::string process_start;
};

// A question to humans.  Its digest covers all that SECURITY-RULES 8 names, so
// that an identical command finds it again.
struct RequestRow {
  std::string id;
  std::string digest;  // 32 bytes
  std::string session, agent, owner, target, account;
  std::string submitted;
  std::optional<std::string> canonical;
  std::string opaque_reason;
  std::string summary;
  std::vector<std::string> effects;         // names, one per finding
  std::vector<std::string> effect_reasons;  // same length
  std::vector<std::string> effect_ranges;   // same length, "begin-end"
  std::vector<std::string> environment;
  std::string rule;
  std::string policy;  // version of policy and catalogue, hex
  std::string terms;   // what the digest is over, and whom the rule asks: as encoded by
  std::string hold;    // approval/terms.h
  std::string shape;   // by which it could be granted for a time; empty: by none
  std::string justification;
  std::string input_sha256;  // 32 bytes or empty
  std::string input;         // the collected bytes where input is judged
  std::string files;         // that it runs, as they were (broker/file_reader.h)
  WallMs requested_at = 0, expires_at = 0;
  // pending -> approved -> consumed; or denied, expired, cancelled
  std::string state;
  std::optional<WallMs> decided_at;
  std::optional<WallMs> grant_expires_at;  // of an approval not yet consumed
  std::string review;                      // of a broken glass: wanted, done; else empty
  std::uint32_t escalated = 0;             // escalations that have happened
  std::optional<WallMs> escalates_at;      // the next one
};

// What one person said about a request.
struct DecisionRow {
  std::string request, operator_name;
  std::string say;  // approve, deny, propose, break-glass, review
  std::string reason;
  std::string digest;    // 32 bytes, as the operator was shown it
  std::string proposal;  // the command that would do
  std::uint64_t grant_ms = 0;
  WallMs at = 0;
  // Of a signed one (approval/statement.h): the text, its SSHSIG, and the
  // fingerprint of the key.
  std::string statement, signature, key_fingerprint;

  bool approves() const { return say == "approve" || say == "break-glass"; }
};

// Commands of one shape, allowed for a time by who approved the first of them.
struct GrantRow {
  std::string id, request;  // the request with which it was given
  std::string agent, target, account, kind, shape, policy;
  std::string session;  // empty: in any of the agent's
  std::string given_by;
  WallMs given_at = 0, expires_at = 0;
  std::optional<WallMs> ended_at;  // taken back before its time
  std::string ended_by;
  std::uint64_t uses = 0;
};

// Nothing new starts of what an operator paused.
struct PauseRow {
  std::string scope;  // "agent NAME" or "session ID"
  std::string by, reason;
  WallMs at = 0;
};

// One event of a session's recording (asciicast v2): code o (stdout), e
// (stderr), i (input), r (resize), m (marker).  They are kept in chunks, one for
// each turn and session (record/chunk.h).
struct EventRow {
  std::string session, command;
  std::int64_t at_us = 0;  // since the session's start
  char code = 'o';
  std::string data;  // exact bytes
};

// One link of the audit chain (chain.h).
struct AuditRow {
  std::int64_t sequence = 0;
  WallMs at = 0;
  std::string table;
  std::int64_t row = 0;
  std::string operation, session, content, previous;
  std::string hash;
};

// Where the chain ends; before its first row 0 and 32 zero bytes.
struct ChainHead {
  std::int64_t sequence = 0;
  std::string hash = std::string(32, '\0');
};

// What was in force from here on.
struct ConfigurationRow {
  WallMs at = 0;
  std::string reason;   // start, reload
  std::string program;  // the release
  // Hex: of the policy's file, of the catalogue's files one after the other, of
  // both as requests bear it, and of bastion.toml.
  std::string policy_sha256, catalog_sha256, version, config_sha256;
  // Who may decide, as ssh-keygen's ALLOWED SIGNERS has it.
  std::string operators;
};

// The chain up to `sequence`, signed with the audit key (audit/checkpoint.h).
struct CheckpointRow {
  std::int64_t sequence = 0;
  std::string hash;           // of that row
  std::string configuration;  // SHA-256 of the newest row of configurations; empty: there is none
  WallMs at = 0;
  std::string reason;   // genesis, start, reload, interval, stop
  std::string bastion;  // the key's fingerprint
  std::string signature;
};

// Retention spares a session while a hold on it is in force.
struct HoldRow {
  std::string session, reason, placed_by;
  WallMs placed_at = 0;
  std::string released_by;
  std::optional<WallMs> released_at;
};

// What retention has left of a session (audit/tombstone.h).
struct TombstoneRow {
  std::string session, rule;
  WallMs at = 0;
  std::string rows;    // how many of each table: "sessions 1, commands 3"
  std::string sha256;  // over their hashes, in the order of the tables and rows
  std::string bastion, signature;
};

// A session that has ended and that nothing keeps: no hold, no open request, grant or
// review, and no other session's command that ran by a request or grant of it.
struct Ended {
  std::int64_t row = 0;
  std::string id, agent, target;
  WallMs ended_at = 0;
  std::string outcome;  // of its commands the strictest: denied, held, allowed; nothing
};

// Events of one session, in their order.  Each next() is one short read of the
// store, which must outlive it.
class EventReader {
 public:
  virtual ~EventReader() = default;
  // The following ones; empty: these were all so far.  Errc::Invalid where the
  // recording is damaged.
  virtual Result<std::vector<EventRow>> next() = 0;
};

// Somebody looked at a recording.
struct WatchRow {
  WallMs at = 0;
  std::string watcher;  // an operator, or "user NAME" of the host where no bastion ran
  std::string how;      // show, play, export, bundle, search
  std::string session;
};

// What a search found.
struct Hit {
  std::string session, agent, target;
  std::string command;              // its id; may be empty
  std::string kind;                 // command, reason, output
  std::int64_t at_us = 0;           // since the session's start; of output, near the place
  std::string text;                 // around the place; as a person saw it, without sequences
  std::size_t begin = 0, size = 0;  // the place in `text`
};

struct SearchFilter {
  std::string text;  // whatever its case and white space, from a word's beginning on
  std::string kind;  // empty: any
  std::size_t limit = 100;
};

// What was decided, for one agent, target or rule.
struct Statistics {
  std::string by, name;                             // agent, target, rule
  std::uint64_t allowed = 0, held = 0, denied = 0;  // commands; denied by a rule or a person
  std::uint64_t decided = 0;                        // requests that a person decided
  std::optional<std::int64_t> median_ms;            // from request to decision
};

struct SessionFilter {
  std::string agent, target, state;  // empty: any
  // Sessions with a command that is as all of these say:
  std::string decision{}, effect{}, text{};
  std::optional<std::int64_t> exit_status{};
  std::optional<WallMs> since, until;
  std::size_t limit = 10'000;  // newest first
};

class Store {
 public:
  enum class Mode { ReadWrite, ReadOnly };

  // Opens (ReadWrite: also creates, mode 0600, and migrates) the database.  A
  // schema newer than this program's is an error that says so.  There is one writer,
  // as the chain's end is in its memory: Errc::Denied where another does not end soon.
  static Result<std::unique_ptr<Store>> open(const std::string& path, Mode mode);
  virtual ~Store() = default;

  // Ends the turn's transaction.  `durable`: it is on the disk when this
  // returns (decisions, intents); else it survives the process, perhaps not a
  // power cut (output events).  Without open transaction: does nothing.  After
  // an error of a durable one nobody knows what the disk holds: the caller ends.
  virtual Status commit(bool durable) = 0;
  // Forgets the turn's writes.
  virtual void rollback() = 0;

  virtual Status add_session(const SessionRow&) = 0;
  virtual Status end_session(std::string_view id, WallMs at, std::string_view state) = 0;

  virtual Status add_command(const CommandRow&) = 0;
  virtual Status update_command(const CommandRow&) = 0;  // all columns, by id

  virtual Status add_request(const RequestRow&) = 0;
  virtual Status update_request(const RequestRow&) = 0;  // all columns, by id
  // A second one of the same operator is Errc::Invalid and leaves the turn as it was.
  virtual Status add_decision(const DecisionRow&) = 0;

  virtual Status add_grant(const GrantRow&) = 0;
  virtual Status update_grant(const GrantRow&) = 0;  // all columns, by id
  virtual Status add_pause(const PauseRow&) = 0;     // in the place of one of the same scope
  virtual Status remove_pause(std::string_view scope) = 0;

  virtual Status add_configuration(const ConfigurationRow&) = 0;
  virtual Status add_checkpoint(const CheckpointRow&) = 0;

  // Errc::NotFound: there is no hold in force.
  virtual Status add_hold(const HoldRow&) = 0;
  virtual Status release_hold(std::string_view session, std::string_view by, WallMs at) = 0;
  virtual Result<std::vector<HoldRow>> holds() = 0;  // in force
  // Those that ended before `before`, in the order of their rows, after `after`.
  virtual Result<std::vector<Ended>> ended(WallMs before, WallMs now, std::int64_t after,
                                           std::size_t limit) = 0;
  // What a tombstone of the session must say: rows and sha256.
  virtual Result<TombstoneRow> remains(std::string_view session) = 0;
  // Deletes the session and puts the tombstone in its place: a turn of its own, on disk
  // when this returns.  Nothing may have been written since the last commit.
  virtual Status bury(const TombstoneRow&) = 0;
  // Gives at most so many free pages back to the file system; whether there are more.
  virtual Result<bool> shrink(int pages) = 0;

  // `command` may be empty (a marker of the session itself); else it must be a
  // command of that session.
  virtual Status add_event(const EventRow&) = 0;
  virtual Status add_watch(const WatchRow&) = 0;
  // Makes what was committed searchable, about `budget` bytes of it.  False: that
  // was all.
  virtual Result<bool> index_more(std::size_t budget) = 0;

  // Where the chain of what is committed ends.
  virtual ChainHead chain_head() const = 0;
  // The hash of one of its rows; Errc::NotFound.
  virtual Result<std::string> chain_hash(std::int64_t sequence) = 0;
  virtual Result<std::optional<CheckpointRow>> newest_checkpoint() = 0;
  // SHA-256 of the newest row of configurations; empty: there is none.
  virtual Result<std::string> configuration_in_force() = 0;

  // The newest request with this digest, whatever its state.
  virtual Result<std::optional<RequestRow>> newest_request(std::string_view digest) = 0;
  // By whole id or unique prefix (upper-cased); Errc::NotFound, or
  // Errc::Invalid where the prefix is not unique or shorter than 4.
  virtual Result<RequestRow> request(std::string_view id_or_prefix) = 0;
  virtual Result<std::vector<RequestRow>> requests(bool all,
                                                   std::size_t limit) = 0;           // newest first
  virtual Result<std::vector<DecisionRow>> decisions(std::string_view request) = 0;  // oldest first
  // Pending or approved, under another version of the policy than this.
  virtual Result<std::vector<RequestRow>> of_other_policies(std::string_view policy) = 0;
  virtual Result<std::vector<RequestRow>> due(WallMs now) = 0;  // pending or approved, and expired
  virtual Result<std::optional<WallMs>> next_due() = 0;
  // An agent's that are pending or approved, newest first.
  virtual Result<std::vector<RequestRow>> requests_of(std::string_view agent,
                                                      std::size_t limit) = 0;
  // Broken glass that nobody has looked at yet, oldest first.
  virtual Result<std::vector<RequestRow>> reviews() = 0;
  // Pending, with an escalation to come.
  virtual Result<std::vector<RequestRow>> escalating() = 0;
  // Earlier requests of the agent for the target, of the same shape or the same
  // text, newest first.
  virtual Result<std::vector<RequestRow>> similar(const RequestRow& to, std::size_t limit) = 0;
  // Texts of the agent's commands of that shape there, newest first, each once.
  virtual Result<std::vector<std::string>> of_shape(std::string_view agent, std::string_view target,
                                                    std::string_view shape, std::size_t limit) = 0;
  // Those that have neither expired nor been taken back.
  virtual Result<std::vector<GrantRow>> live_grants(WallMs now) = 0;
  virtual Result<std::vector<PauseRow>> pauses() = 0;
  // How many of the agent's commands since then a rule allowed; no more than `most`.
  virtual Result<std::uint64_t> allowed_since(std::string_view agent, WallMs since,
                                              std::uint64_t most) = 0;
  virtual Result<std::uint64_t> pending_of(std::string_view agent) = 0;
  virtual Result<bool> short_id_taken(std::string_view prefix8) = 0;  // among requests and commands

  // After a start: sessions still open are lost, commands still held are
  // cancelled, those starting or running have an unknown outcome.
  virtual Status close_leftovers(WallMs at) = 0;
  // Those of them that run on a target, to be asked before close_leftovers().
  virtual Result<std::vector<Leftover>> running() = 0;
  // Whether a command was started under this request and nobody knows its end.
  virtual Result<bool> outcome_unknown(std::string_view request) = 0;

  // For auditors.
  virtual Result<std::vector<SessionSummary>> sessions(const SessionFilter&) = 0;  // newest first
  virtual Result<SessionSummary> session(std::string_view id_or_prefix) = 0;
  virtual Result<std::vector<CommandRow>> commands(std::string_view session) = 0;  // oldest first
  // The newest of them, newest first.
  virtual Result<std::vector<CommandRow>> last_commands(std::string_view session,
                                                        std::size_t limit) = 0;
  // The newest events of all of a session's commands, oldest first.
  virtual Result<std::vector<EventRow>> last_events(std::string_view session,
                                                    std::size_t limit) = 0;
  // From the last place at or before `from_us` where reading can begin.
  virtual std::unique_ptr<EventReader> events(std::string_view session,
                                              std::int64_t from_us = 0) = 0;
  // Newest first.  Output is searched up to kMostSearchable of each command; sees
  // all that is committed.
  virtual Result<std::vector<Hit>> search(const SearchFilter&) = 0;
  // Commands whose output went beyond what is searched.
  virtual Result<std::uint64_t> beyond_search() = 0;
  // Of commands submitted then; by agent, target, rule, each by name.
  virtual Result<std::vector<Statistics>> statistics(std::optional<WallMs> since,
                                                     std::optional<WallMs> until) = 0;
  virtual Result<std::vector<WatchRow>> watches(std::string_view session) = 0;  // oldest first
};

}  // namespace hitl::store
