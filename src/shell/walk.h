// SPDX-License-Identifier: Apache-2.0
// Visits everything in a tree that can run or be written, in source order,
// also inside substitutions, operands and function bodies.
#pragma once

#include <functional>

#include "shell/ast.h"

namespace hitl::shell {

// Where a command stands.
struct Place {
  bool piped_input = false;   // reads what the stage before it writes
  bool piped_output = false;  // a stage after it reads what it writes
  bool substituted = false;   // inside $( ), <( ) or >( )
  bool in_function = false;   // runs when called, if at all
  bool conditional = false;   // after && or ||, in if, case or a loop
  bool background = false;
};

struct Visitor {
  // Every command; for a simple one, std::get_if<Simple>(&command.node).
  // Called before what is inside it.
  std::function<void(const Command&, const Place&)> command;
  // Every word: operands, values of assignments, targets of redirections,
  // operands of expansions, patterns.
  std::function<void(const Word&, const Place&)> word;
};

// Functions that are not set are not called.
void walk(const Script& script, const Visitor& visitor);
void walk(const Command& command, const Visitor& visitor);

// The simple commands only.
void each_simple(const Script& script,
                 const std::function<void(const Command&, const Simple&, const Place&)>& visit);

}  // namespace hitl::shell
