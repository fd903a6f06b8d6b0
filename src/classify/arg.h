// SPDX-License-Identifier: Apache-2.0
// A word as what the program will see: all that is known of it before it runs.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "shell/ast.h"

namespace hitl::classify {

struct Scope;

struct Arg {
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

  // What it can be: one pattern (catalog/pattern.h), or several to choose from.
  std::vector<std::string> patterns;
  // It may become no word, or more than one.
  bool several = false;
  // Files found below `patterns`, which are folders: by find, or by git.
  bool below = false;
  std::string name;       // then the pattern of their last component; empty: any
  bool made = false;      // by a substitution
  std::string written;    // what people are shown, where the text is not known
  bool narrowed = false;  // not all of them

  shell::Range range;
  std::size_t at = kNowhere;  // index in Simple::words

  bool known() const;               // one text and no other
  const std::string& text() const;  // where known(), that text
};

// What a substitution is known to write, as words; nothing where it is not.
using Substituted = std::function<std::optional<std::vector<Arg>>(const shell::List&)>;

Arg arg_of(const shell::Word& word, const Scope& scope, const Substituted& substituted);
Arg literal_arg(std::string text, shell::Range range);

// For people: its text, or where that is not known, what was written.
std::string shown(const Arg& arg);

// True if it could be taken for an option.
bool may_be_option(const Arg& arg);

}  // namespace hitl::classify
