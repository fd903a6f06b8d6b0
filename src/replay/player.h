// SPDX-License-Identifier: Apache-2.0
// A recording in time: which bytes go to the terminal, and when.  Pure; play()
// in commands.h waits and writes.
//
// Markers (held, approved, started, ended …) are lines of their own between the
// output of commands; not for a command that has a terminal, whose screen they
// would spoil.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "record/terminal_filter.h"
#include "record/text_stream.h"
#include "store/store.h"

namespace hitl::replay {

class Player {
 public:
  struct Options {
    double speed = 1;                        // > 0
    std::int64_t idle_limit_us = 2'000'000;  // a longer pause is cut to it; 0: none is
    std::int64_t from_us = 0;                // what was before comes at once
    bool raw = false;                        // no filter
    bool colour = false;
  };
  explicit Player(Options options) : options_(options) {}

  struct Step {
    std::int64_t wait_us = 0;  // before the bytes
    std::string bytes;
  };
  Step next(const store::EventRow& event);

  // What leaves the terminal as it was found.
  std::string finish();

 private:
  std::string bytes_of(const store::EventRow& event);
  std::string marker(const store::EventRow& event);

  Options options_;
  std::int64_t now_us_ = 0;
  bool at_line_start_ = true;
  std::set<std::string> with_terminal_;  // commands
  std::map<std::pair<std::string, char>, std::pair<record::TextStream, record::TerminalFilter>>
      streams_;
};

}  // namespace hitl::replay
