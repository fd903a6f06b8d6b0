// SPDX-License-Identifier: Apache-2.0
// The reader's end of recordings (store.h, EventReader).
#pragma once

#include <map>
#include <string>

#include "record/chunk.h"
#include "store/statement.h"
#include "store/store.h"

namespace hitl::store {

class SqliteEventReader final : public EventReader {
 public:
  // `statements` must outlive it.  Reading begins with the frame of the last chunk
  // that begins one at or before `from_us`.
  SqliteEventReader(StatementCache& statements, std::string session, std::int64_t from_us)
      : statements_(statements), session_(std::move(session)), from_us_(from_us) {}

  Result<std::vector<EventRow>> next() override;
  // Skips all but the last `frames` frames.
  Status skip_to_last(std::int64_t frames);

 private:
  Status find_start();
  Result<std::vector<EventRow>> next_old();
  Result<const std::string*> command_id(std::int64_t row);

  StatementCache& statements_;
  const std::string session_;
  std::int64_t from_us_;
  std::int64_t session_row_ = 0;
  std::int64_t old_ = 0, chunk_ = 0;  // the last rows read
  enum class In { Start, Events, Chunks } in_ = In::Start;
  record::ChunkReader reader_;
  std::map<std::int64_t, std::string> ids_;  // of commands, by row
};

}  // namespace hitl::store
