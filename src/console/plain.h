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

  // What is new since the last call, as lines.
  std::vector<tui::Text> news();

  struct Reply {
    std::vector<tui::Text> lines;
    std::vector<Action> actions;
  };
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
  void deny(const Known& one, Words rest, Reply& reply);
  Known* numbered(Words text, Reply& reply);
  bool free_to_decide(const Known& one, Reply& reply) const;

  const Model& model_;
  std::vector<Known> known_;  // number N is known_[N - 1], for as long as this runs
  std::string last_notice_;
  bool sessions_wanted_ = false;
  int link_ = -1;
};

// Runs until "quit" or the end of the input.  Gives the exit code.
int run_plain(const Arguments& arguments);

}  // namespace hitl::console
