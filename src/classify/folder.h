// SPDX-License-Identifier: Apache-2.0
// Commands that change the working directory: cd, pushd, popd.
#pragma once

#include "shell/ast.h"

namespace hitl::classify {

// Also behind `command` and `builtin`.
bool changes_folder(const shell::Simple& simple);
// Somewhere in it, but for processes of its own.
bool changes_folder(const shell::Command& command);
bool changes_folder(const shell::List& list);

}  // namespace hitl::classify
