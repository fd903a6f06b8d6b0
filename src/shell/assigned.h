// SPDX-License-Identifier: Apache-2.0
// Which variables a part of a tree may change, whatever way it runs.
#pragma once

#include <map>
#include <string>

#include "shell/ast.h"

namespace hitl::shell {

struct Assigned {
  // Names, and whether every value they get there is surely an integer.
  std::map<std::string, bool, std::less<>> names;
  bool anything = false;  // it may change names that are not listed
  bool calls = false;     // it may call functions of the script, which are not looked into

  void add(const std::string& name, bool is_integer);
  void add(const Assigned& other);
};

Assigned assigned_in(const List& list);
Assigned assigned_in(const Command& command);

// With what its calls may change; `functions` is assigned_by_functions.
Assigned assigned_in(const List& list, const Assigned& functions);

// The union over the bodies of all functions that the script defines.
Assigned assigned_by_functions(const Script& script);

// What the command itself does to variables, assignments before it apart.
Assigned assigned_by(const Simple& simple);

// True for a value that is an integer for sure: 12, -3, $((...)).
bool is_integer_form(const Word& value);

}  // namespace hitl::shell
