// SPDX-License-Identifier: Apache-2.0
// Store on one SQLite file in WAL mode.
//
// A turn that had a failed write is rolled back at once and stays failed: its
// later writes and its commit() give the same error, until commit() or
// rollback() has ended it.  So no answer leaves for a write that came before.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <optional>
#include <string>

#include "base/fd.h"
#include "base/handle.h"
#include "store/chain.h"
#include "store/recorder.h"
#include "store/search.h"
#include "store/statement.h"
#include "store/store.h"

namespace hitl::store {

using Database = Owner<sqlite3, sqlite3_close_v2>;

// For a reader the file is opened as it is; for a writer made if need be, mode 0600.
// Neither looks at the schema.
Result<Database> open_database(const std::string& path, Store::Mode mode);

class SqliteStore final : public Store {
 public:
  // `lock`: a writer's, held while it lives.
  SqliteStore(Database db, std::string path, Fd lock);
  // Brings a writer's schema and chain up to date, or looks at a reader's.  A file of
  // a release that gave no space back is made anew once, so that it can.
  Status begin_with(Mode mode);

  Status commit(bool durable) override;
  void rollback() override;

  Status add_session(const SessionRow&) override;
  Status end_session(std::string_view id, WallMs at, std::string_view state) override;
  Status add_command(const CommandRow&) override;
  Status update_command(const CommandRow&) override;
  Status add_request(const RequestRow&) override;
  Status update_request(const RequestRow&) override;
  Status add_decision(const DecisionRow&) override;
  Status add_grant(const GrantRow&) override;
  Status update_grant(const GrantRow&) override;
  Status add_pause(const PauseRow&) override;
  Status remove_pause(std::string_view scope) override;
  Status add_event(const EventRow&) override;
  Status add_configuration(const ConfigurationRow&) override;
  Status add_checkpoint(const CheckpointRow&) override;
  Status add_hold(const HoldRow&) override;
  Status release_hold(std::string_view session, std::string_view by, WallMs at) override;
  Result<std::vector<HoldRow>> holds() override;
  Result<std::vector<Ended>> ended(WallMs before, WallMs now, std::int64_t after,
                                   std::size_t limit) override;
  Result<TombstoneRow> remains(std::string_view session) override;
  Status bury(const TombstoneRow&) override;
  Result<bool> shrink(int pages) override;

  ChainHead chain_head() const override { return chain_.head(); }
  Result<std::string> chain_hash(std::int64_t sequence) override;
  Result<std::optional<CheckpointRow>> newest_checkpoint() override;
  Result<std::string> configuration_in_force() override;
  Status add_watch(const WatchRow&) override;
  Result<bool> index_more(std::size_t budget) override;

  Result<std::optional<RequestRow>> newest_request(std::string_view digest) override;
  Result<RequestRow> request(std::string_view id_or_prefix) override;
  Result<std::vector<RequestRow>> requests(bool all, std::size_t limit) override;
  Result<std::vector<DecisionRow>> decisions(std::string_view request) override;
  Result<std::vector<RequestRow>> of_other_policies(std::string_view policy) override;
  Result<std::vector<RequestRow>> due(WallMs now) override;
  Result<std::optional<WallMs>> next_due() override;
  Result<std::vector<RequestRow>> requests_of(std::string_view agent, std::size_t limit) override;
  Result<std::vector<RequestRow>> reviews() override;
  Result<std::vector<RequestRow>> escalating() override;
  Result<std::vector<RequestRow>> similar(const RequestRow& to, std::size_t limit) override;
  Result<std::vector<std::string>> of_shape(std::string_view agent, std::string_view target,
                                            std::string_view shape, std::size_t limit) override;
  Result<std::vector<GrantRow>> live_grants(WallMs now) override;
  Result<std::vector<PauseRow>> pauses() override;
  Result<std::uint64_t> allowed_since(std::string_view agent, WallMs since,
                                      std::uint64_t most) override;
  Result<std::uint64_t> pending_of(std::string_view agent) override;
  Result<bool> short_id_taken(std::string_view prefix8) override;
  Status close_leftovers(WallMs at) override;
  Result<std::vector<Leftover>> running() override;
  Result<bool> outcome_unknown(std::string_view request) override;

  Result<std::vector<SessionSummary>> sessions(const SessionFilter&) override;
  Result<SessionSummary> session(std::string_view id_or_prefix) override;
  Result<std::vector<CommandRow>> commands(std::string_view session) override;
  Result<std::vector<CommandRow>> last_commands(std::string_view session,
                                                std::size_t limit) override;
  Result<std::vector<EventRow>> last_events(std::string_view session, std::size_t limit) override;
  std::unique_ptr<EventReader> events(std::string_view session, std::int64_t from_us) override;
  Result<std::vector<Hit>> search(const SearchFilter&) override;
  Result<std::uint64_t> beyond_search() override;
  Result<std::vector<Statistics>> statistics(std::optional<WallMs> since,
                                             std::optional<WallMs> until) override;
  Result<std::vector<WatchRow>> watches(std::string_view session) override;

 private:
  // One writing statement; `bind` takes a Binder.
  template <class F>
  Status write(const char* sql, F bind);
  // The same, of exactly one row that must be there.
  template <class F>
  Status change(const char* sql, std::string_view what, std::string_view id, F bind);
  Status begin();
  Error fail_turn(Error e);
  // Those of an index entry, or of a document not in the index, where it has the text.
  Status add_hit(const Document& d, const SearchFilter& f, std::vector<Hit>& hits);
  void end_transaction();
  Status sync_log();

  // All rows of a reading statement; `bind` takes a Binder, `read` Columns and
  // the new element.
  template <class Row, class B, class R>
  Result<std::vector<Row>> select(const char* sql, B bind, R read);
  // The whole id of "sessions" or "requests" for an id or unique prefix.
  Result<std::string> whole_id(const char* sql, std::string_view what,
                               std::string_view id_or_prefix);

  Fd lock_;  // goes last
  std::string path_;
  Database db_;
  StatementCache statements_;  // after db_: goes first
  Chain chain_;
  Recorder recorder_;
  std::optional<Documents> documents_;  // of the index
  std::optional<Error> failed_;         // of this turn
};

}  // namespace hitl::store
