// SPDX-License-Identifier: Apache-2.0
// A line for a session's own shell (keeper.h), which other lines will follow:
// what it must not do to that shell, and what of it is only played.  Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shell/ast.h"

namespace hitl::shell {

struct SessionEdit {
  // Why the line cannot run in the session's shell; empty if it can.
  std::string refused;
  // It sets PS1, to this: plain text, escapes of bash's PROMPTING section, and
  // values of variables, but nothing that runs.  Empty too is a prompt.
  std::optional<std::string> prompt;
  // It sets PS2, which only the bastion shows, to this: of bash's escapes only
  // \[, \] and \\ are known.
  std::optional<std::string> continuation;
};

// Takes assignments of PS1, PS2, PS0 and PROMPT_COMMAND out of the tree: of PS1 and
// PS2 the value is handed on, the others would only show, or break, what the bastion
// does at the prompt.
SessionEdit adapt_to_session(Script& script);

// True for a value of PS1 that runs nothing, whatever its escapes decode to.
bool is_harmless_prompt(std::string_view value);

}  // namespace hitl::shell
