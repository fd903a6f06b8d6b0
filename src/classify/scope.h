// SPDX-License-Identifier: Apache-2.0
// What is known at one point of a script: where relative paths may start, what
// variables can hold, which functions exist.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "classify/arg.h"
#include "shell/assigned.h"

namespace hitl::classify {

struct Scope {
  const catalog::Catalog& catalog;
  std::string_view text;  // that the ranges of its words point into

  // Every folder that can be the working directory here, in normal form; an
  // empty one is a folder that is not known.
  std::vector<std::string> bases;

  // Loop counters whose values are known, as a word in quotes would be.
  std::map<std::string, Arg, std::less<>> values;

  // Functions that surely exist by now.
  std::set<std::string, std::less<>> functions;

  // Variables that the script changes anywhere.
  shell::Assigned assigned;

  void set_base(const std::vector<std::string>& targets);  // a cd that surely happened
  void add_base(const std::vector<std::string>& targets);  // one that may have
};

}  // namespace hitl::classify
