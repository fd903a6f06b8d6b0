// SPDX-License-Identifier: Apache-2.0
// One recorded session, as every command of hitl-replay reads it.
//
// The store is opened for reading only; watched.h notes that somebody looks.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace hitl::replay {

// A command and the people who approved it.
struct Command {
  store::CommandRow row;
  std::vector<std::string> approvers;
};

struct Recording {
  store::SessionSummary summary;
  std::vector<Command> commands;           // oldest first
  std::vector<store::WatchRow> watches{};  // before this one, oldest first
};

// By whole id or unique prefix; errors as in store.h.
Result<Recording> open_recording(store::Store& store, std::string_view id_or_prefix);

// Every event of the session in the order of recording, until `each` fails.
Status for_each_event(store::Store& store, std::string_view session,
                      const std::function<Status(const store::EventRow&)>& each);

// Of the terminal as the session began; 80x24 where it had none.
Result<std::pair<int, int>> first_size(store::Store& store, std::string_view session);

// Columns and rows from the data of a resize event ("80x24").
std::pair<int, int> parse_size(std::string_view data);

}  // namespace hitl::replay
