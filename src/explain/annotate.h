// SPDX-License-Identifier: Apache-2.0
// A judged line as a picture: the words that cause each effect are marked below
// the line, each mark with its sentence; then the commands as a tree.  All of
// it passes visible(): nothing of the line reaches the terminal as it is.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "judge/judge.h"

namespace hitl::explain {

// "2 approvals of oncall, then 1 approval of leads within 1200 s; ..."
std::string needs_of(const Hold& hold);

// Why the rules before did not decide; `all`: also the denials.
void print_passed(const judge::Judgement& judgement, bool all, std::string_view indent,
                  std::ostream& out);

void annotate(const judge::Judgement& judgement, std::string_view line, bool colour, bool all,
              std::ostream& out);

}  // namespace hitl::explain
