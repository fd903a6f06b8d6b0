// SPDX-License-Identifier: Apache-2.0
// The words and names that the shell itself gives a meaning.
#pragma once

#include <string_view>

namespace hitl::shell {

// Reserved words (XCU 2.4, and bash's), where a command begins.
bool is_reserved(std::string_view word);

// Declaration utilities: their operands NAME=value are assignments.
bool is_declaration(std::string_view word);

// What bash runs itself.
bool is_builtin(std::string_view word);

// Variables that bash evaluates as arithmetic what they are assigned, so that it
// runs a substitution in the value; and those that it refuses to assign.
bool is_evaluated_variable(std::string_view name);

// Variables whose value or attributes the shell controls, or that change how
// it reads and expands what follows.
bool is_special_variable(std::string_view name);

}  // namespace hitl::shell
