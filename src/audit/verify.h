// SPDX-License-Identifier: Apache-2.0
// Whether a store is as the bastion wrote it: each row as the audit chain has it and
// none besides, the chain without a gap, what is signed signed by the audit key, and
// the decisions by who is said to have made them.
//
// It needs the public key only.  It reads in short transactions and may run beside a
// bastion at work: what is written meanwhile is checked too.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/ledger.h"

namespace hitl::audit {

// Something that is not as it was written; the first one found comes first.
struct Fault {
  std::string table;     // empty: the database as a whole
  std::int64_t row = 0;  // 0: no row of it
  std::string what;      // for people, with the row named; visible text
};

struct Findings {
  std::vector<Fault> faults;   // not more than kMostFaults
  std::int64_t chain = 0;      // rows of it
  std::int64_t signed_to = 0;  // the row to which the newest checkpoint goes
  std::uint64_t rows = 0, checkpoints = 0, decisions = 0, tombstones = 0;
  std::uint64_t lines = 0;         // of the file of checkpoints
  std::vector<std::string> notes;  // nothing wrong, and to be known
};
inline constexpr std::size_t kMostFaults = 20;

// `checkpoints`: the text of the file of checkpoints, where there is one.  Errors:
// the store cannot be read, so nobody can tell.
Result<Findings> verify(store::Ledger& ledger, std::string_view public_key,
                        const std::optional<std::string>& checkpoints);

}  // namespace hitl::audit
