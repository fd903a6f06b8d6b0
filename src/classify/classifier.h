// SPDX-License-Identifier: Apache-2.0
// Tree times catalogue: what does this line do?  Pure: no file, no clock, no
// policy.  What is not certain is Unknown.
//
// The tree is edited on the way: words that neutralise a program's own
// configuration are put in where the catalogue says so, and the text of a
// literal `sh -c` is replaced by its canonical form.  Print the tree only
// afterwards.  Classifying what was printed changes nothing more.
#pragma once

#include <string>
#include <string_view>

#include "catalog/catalog.h"
#include "classify/report.h"
#include "shell/ast.h"

namespace hitl::classify {

// `text`: that was parsed.  `cwd`: absolute, or empty for the account's home.
Report classify(shell::Script& script, std::string_view text, const catalog::Catalog& catalog,
                const std::string& cwd);

}  // namespace hitl::classify
