// SPDX-License-Identifier: Apache-2.0
#include "classify/folder.h"

#include <algorithm>
#include <variant>

#include "shell/walk.h"
#include "shell/word.h"

namespace hitl::classify {
namespace {

bool is_cd(const shell::Word& w) {
  return shell::is_literal(w, "cd") || shell::is_literal(w, "pushd");
}

}  // namespace

bool changes_folder(const shell::Simple& s) {
  if (s.words.empty()) return false;
  const bool behind =
      shell::is_literal(s.words[0], "command") || shell::is_literal(s.words[0], "builtin");
  return is_cd(s.words[0]) || (behind && std::ranges::any_of(s.words, is_cd));
}

bool changes_folder(const shell::Command& command) {
  bool found = false;
  shell::walk(command, {.command =
                            [&](const shell::Command& c, const shell::Place&) {
                              const auto* s = std::get_if<shell::Simple>(&c.node);
                              found |= s != nullptr && changes_folder(*s);
                            },
                        .word = {}});
  return found;
}

bool changes_folder(const shell::List& list) {
  return std::ranges::any_of(list.items,
                             [](const auto& item) { return changes_folder(item.command); });
}

}  // namespace hitl::classify
