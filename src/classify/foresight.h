// SPDX-License-Identifier: Apache-2.0
// What is known, before anything runs, of the words of a command and of what
// commands write.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "classify/arg.h"
#include "classify/program.h"
#include "classify/scope.h"
#include "shell/ast.h"

namespace hitl::classify {

class Foresight {
 public:
  explicit Foresight(const Scope& scope) : scope_(scope) {}

  Arg word(const shell::Word& word) const;
  std::vector<Arg> arguments(const shell::Simple& simple) const;
  bool has_ifs(const shell::Word& word) const;

  // What a command, or a pipeline, is known to write: as names, or as text.
  std::optional<std::vector<Arg>> names_of(const shell::Command& command,
                                           const Setting& setting) const;
  std::optional<std::string> text_of(const shell::Command& command) const;

 private:
  bool is_ifs(const shell::WordPart& part) const;
  std::vector<shell::Word> split_at_ifs(const shell::Word& word) const;

  const Scope& scope_;
};

}  // namespace hitl::classify
