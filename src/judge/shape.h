// SPDX-License-Identifier: Apache-2.0
// What commands have in common that may be approved together, for a time: the
// same program with the same words, but for files of the same folder; what is
// touched as a whole (removed, moved) is named as it is.
//
//   touch /srv/app/tmp/a     ->  'touch' '/srv/app/tmp/'* [write]
//
// One simple command only, known to its last word, and nothing that runs
// something else, reads secrets or changes who may do what: SECURITY-RULES 12.
#pragma once

#include <string>
#include <string_view>

#include "classify/report.h"
#include "shell/ast.h"

namespace hitl::judge {

// Empty where the line has none.  Two lines have the same shape if and only if
// the texts are equal; the effects are part of it, and the folder in which it runs
// where that is not the account's home.
std::string shape_of(const shell::Script& script, const classify::Report& report,
                     std::string_view cwd);

}  // namespace hitl::judge
