// SPDX-License-Identifier: Apache-2.0
// The writer's end of recordings: events of a turn become one chunk for each
// session that had any, written in the turn's own transaction.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "record/chunk.h"
#include "store/statement.h"
#include "store/store.h"

namespace hitl::store {

class Recorder {
 public:
  // Must outlive it.
  explicit Recorder(StatementCache& statements) : statements_(statements) {}

  // Errc::NotFound: no such session, or no such command of it.
  Status add(const EventRow& event);
  // All that was added; to be called before the commit.
  Status flush();
  // The transaction was rolled back, and what was added with it.
  void forget();
  // No more events are likely; what was added still counts.
  void ended(std::string_view session);

 private:
  struct Session {
    std::int64_t row = 0;
    std::int64_t command = 0;  // the last one's row
    std::string command_id;
    record::ChunkWriter writer;
    bool ended = false;
  };
  Result<Session*> session(const std::string& id);
  Result<std::int64_t> command(Session& session, const EventRow& event);
  Status write(Session& session);

  StatementCache& statements_;
  std::map<std::string, Session, std::less<>> sessions_;
};

}  // namespace hitl::store
