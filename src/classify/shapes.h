// SPDX-License-Identifier: Apache-2.0
// Commands that mean something by their shape: what changes the working
// directory, what starts itself without end, what reads lines into a variable.
#pragma once

#include <string>

#include "shell/ast.h"

namespace hitl::classify {

// A cd, pushd or popd, also behind `command` and `builtin`.
bool changes_folder(const shell::Simple& simple);
// Somewhere in it.
bool changes_folder(const shell::Command& command);
bool changes_folder(const shell::List& list);

// True for a function that calls itself more than once, or in the background:
// it grows until the machine stands still.
bool is_fork_bomb(const shell::FunctionDef& function);
// True for a loop without end that starts something in the background each time.
bool is_fork_bomb(const shell::Loop& loop);

// The one variable that `read` in the condition of a loop sets; empty for any
// other condition.
std::string variable_read(const shell::List& condition);

}  // namespace hitl::classify
