// SPDX-License-Identifier: Apache-2.0
// What a tree says that its text can start and write, to be held against what
// it did.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "oracle/universe.h"
#include "shell/ast.h"

namespace hitl::oracle {

// Text of which parts may be unknown.
struct Pattern {
  std::string text;          // '\0' stands for anything
  bool may_be_many = false;  // the word may be any number of words
  bool matches(std::string_view candidate) const;
};

class Prediction {
 public:
  explicit Prediction(const shell::Script& script);

  // Nothing can be predicted of a line that runs text as code or a command
  // whose name it does not know; why, or empty.  Callers treat it as such.
  const std::string& unbounded() const { return unbounded_; }

  // What was not predicted of an outcome; empty if all was.
  std::string unpredicted(const Outcome& outcome,
                          const std::map<std::string, std::string>& before) const;

 private:
  using Words = std::vector<Pattern>;

  void simple(const shell::Simple& simple);
  static bool matches(const Words& words, const std::vector<std::string>& argv);
  bool is_predicted(const Exec& exec) const;

  std::vector<Words> commands_;
  std::vector<Pattern> files_;
  bool changes_folder_ = false;
  std::string unbounded_;
};

// Why two runs of this script may differ although they mean the same (it
// prints its own source, process ids, the time); empty if they may not.
std::string noise_of(const shell::Script& script);

}  // namespace hitl::oracle
