// SPDX-License-Identifier: Apache-2.0
// Arguments against the catalogue's entry: which options, which operands in
// which roles, and what of it the entry does not know.  Judges nothing.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "classify/arg.h"

namespace hitl::classify {

// An option that was given, and the word that gave it.
struct Given {
  const catalog::Option* option;
  const Arg* by;
};

// An argument in its role: that of an operand, or of an option.
struct Use {
  const catalog::Shape* shape = nullptr;
  Arg arg;
  const catalog::Operand* operand = nullptr;
};

struct Problem {
  shell::Range range;
  std::string what;
};

struct Parsed {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  const catalog::Command* command = nullptr;  // the deepest sub-command
  // Its parents before it, each with the index of the word that named it.
  std::vector<std::pair<const catalog::Command*, std::size_t>> path;
  std::vector<Given> given;
  std::vector<Use> uses;
  std::size_t operands = 0;
  std::size_t inner = kNone;  // index in args where a command of its own begins
  std::vector<Problem> problems;

  bool has(std::string_view option) const;
  // Some option that was given has this.
  bool any(bool catalog::Option::*property) const;
};

// args[0] names the command, which is `command`.
Parsed parse_options(const catalog::Catalog& catalog, const catalog::Command& command,
                     std::span<const Arg> args);

}  // namespace hitl::classify
