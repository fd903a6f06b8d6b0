// SPDX-License-Identifier: Apache-2.0
// The console as lines, for a screen reader or a terminal that is none: says what
// is new, takes commands.  Never moves the cursor.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "console/arguments.h"
#include "console/update.h"

namespace hitl::console {

// What is said and asked, without terminal and socket: pure, like update().  The
// model is update()'s; this only reads it and says what became different.
class Conversation {
 public:
  explicit Conversation(const Model& model) : model_(model) {}

  struct Reply {
    std::vector<tui::Text> lines;
    std::vector<Action> actions;
  };
  // What is new since the last call; a command that had to wait is done now.
  Reply news();
  Reply command(std::string_view line);

 private:
  struct Known {
    std::string id;
    std::string shown;  // the digest under which all of it was printed; empty: never
  };
  using Words = std::string_view;
  void list(Reply& reply);
  void show(Known& one, Reply& reply);
  void approve(Known& one, Words rest, Reply& reply);
  void deny(Known& one, Words rest, Reply& reply);
  // Whether all of it is here; if not, it is asked for, and the command waits.
  bool fetched(const Known& one, Reply& reply);
  Known* numbered(Words text, Reply& reply);
  bool free_to_decide(const Known& one, Reply& reply) const;

  const Model& model_;
  std::vector<Known> known_;  // number N is known_[N - 1], for as long as this runs
  std::string line_;          // the command that is being done
  std::string waiting_;       // one that waits for
  std::string wanted_;        // this id
  std::string last_notice_;
  bool sessions_wanted_ = false;
  int link_ = -1;
};

// Runs until "quit" or the end of the input.  Gives the exit code.
int run_plain(const Arguments& arguments);

}  // namespace hitl::console
