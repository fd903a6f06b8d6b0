// SPDX-License-Identifier: Apache-2.0
// Full text over commands, reasons and output, as documents: a command as it was
// submitted (and as it ran, where that differs), what a person or an agent gave as
// a reason, and the output of a command, as text without sequences, in pieces.
//
// Documents are made behind the recording, in small steps of the one who writes
// (Index); whoever searches makes those that are missing for itself, so that a
// search sees all that is committed.  Tables: search_words (FTS5) has their words,
// search_documents their text, search_marks how far they go.  Neither is part of
// the record: all can be made again from it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "record/chunk.h"
#include "record/terminal_filter.h"
#include "record/text_stream.h"
#include "store/statement.h"
#include "store/store.h"

namespace hitl::store {

struct Document {
  std::string kind;  // command, reason, output
  std::int64_t session = 0;
  std::optional<std::int64_t> command;
  std::int64_t at_us = 0;  // since the session's start
  std::string text;
};

// Documents of what was committed after a place, in order.
class Documents {
 public:
  // Rows up to which all are made.
  struct Marks {
    std::int64_t commands = 0, requests = 0, decisions = 0, chunks = 0;
    bool operator==(const Marks&) const = default;
  };

  // `statements` must outlive it.
  Documents(StatementCache& statements, const Marks& marks)
      : statements_(statements), marks_(marks) {}

  // Reads about `budget` bytes; marks() unchanged: these were all.
  Result<std::vector<Document>> next(std::size_t budget);
  const Marks& marks() const { return marks_; }

 private:
  struct Stream {
    record::TextStream text{false};
    record::TerminalFilter filter{record::TerminalFilter::Pass::Text};
  };
  // The output of one command.
  struct Output {
    std::map<char, Stream> streams;
    std::uint64_t bytes = 0;
    std::string line;  // the last one, as far as it came
  };
  struct Recording {
    record::ChunkReader reader;
    std::map<std::int64_t, Output> outputs;  // by command
  };

  Status texts(const char* sql, const char* kind, std::int64_t& mark, std::size_t& budget,
               std::vector<Document>& out);
  Status chunks(std::size_t& budget, std::vector<Document>& out);
  Result<Recording*> recording(std::int64_t session, std::int64_t chunk, bool begins);
  void take(std::int64_t session, Recording& r, std::vector<record::ChunkEvent> events,
            std::map<std::int64_t, Document>& open);

  StatementCache& statements_;
  Marks marks_;
  std::map<std::int64_t, Recording> recordings_;  // by session
};

// Bytes of one command's output that are made into documents, from its beginning.
inline constexpr std::uint64_t kMostSearchable = 1u << 20;

// Where the documents of a store go up to.
Result<Documents::Marks> marks_of(StatementCache& statements);

// Adds documents and the new marks, within the writer's transaction.
Status add_documents(StatementCache& statements, const std::vector<Document>& documents,
                     const Documents::Marks& marks);
// A session's documents go, before its rows do.
Status forget_documents(StatementCache& statements, std::string_view session);
// After rows have gone: their numbers may come again.
Status lower_marks(StatementCache& statements);

}  // namespace hitl::store
