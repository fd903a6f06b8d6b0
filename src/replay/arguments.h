// SPDX-License-Identifier: Apache-2.0
// What hitl-replay was asked to do.
#pragma once

#include <string>
#include <variant>

#include "replay/export.h"
#include "store/store.h"

namespace hitl::replay {

enum ExitCode : int { kExitDone = 0, kExitFailed = 1, kExitUsage = 2, kExitNoSuchId = 3 };

struct Arguments {
  enum class Command { List, Show, Play, Export, Search, Stats, Verify, Hold, Release, Prune };
  Command command = Command::List;
  std::string db = "/var/lib/hitl/hitl.db";
  bool json = false;
  store::SessionFilter filter;  // list
  store::SearchFilter search;
  std::string session;           // show, play, export: id or its beginning
  double speed = 1;              // play
  double idle_limit = 2;         // play, seconds
  std::string from;              // play: offset or part of a marker
  bool raw = false;              // play
  Format format = Format::Cast;  // export
  std::string output;            // export: file; empty: standard output
  bool bundle = false;           // export
  std::string socket;            // the bastion's; empty: beside the store
  std::string reason;            // hold
  bool dry_run = false;          // prune
  std::string key, checkpoints;  // verify: files; empty: beside the store
};

// The arguments; or the exit code of a call that ends here, after what it has to
// say was printed (help, version, a fault of usage).
std::variant<Arguments, int> parse_arguments(int argc, char** argv);

}  // namespace hitl::replay
