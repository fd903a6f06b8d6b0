// SPDX-License-Identifier: Apache-2.0
// A session without a shell that stays: each line is a command of its own, and
// the bastion carries what it knows from one to the next.  Pure.
#pragma once

#include <span>
#include <string>

#include "hitl/terms.h"
#include "hitl/text.h"
#include "shell/ast.h"

namespace hitl::shell {

struct Carried {
  std::string cwd;     // absolute; empty: the account's home
  std::string memory;  // Memory::preamble()
  int status = 0;      // $?
};

// What a fresh bash runs for the line; where it cannot enter the folder, nothing
// runs and its status is 125.
std::string carried_line(const Carried& carried, const CanonicalText& text,
                         std::span<const BoundFile> files = {});
std::string carried_line(const Carried& carried, const RawText& text, const std::string& bash);

// The folder after a line that succeeded: only a lone `cd` with a literal folder
// moves.
std::string folder_after(const Script& line, const std::string& cwd);

// True for a lone `exit`, with or without its status.
bool is_exit(const Script& line);

}  // namespace hitl::shell
