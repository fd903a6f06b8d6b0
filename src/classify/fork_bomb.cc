// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <variant>

#include "classify/classifier.h"
#include "shell/walk.h"
#include "shell/word.h"

namespace hitl::classify {

bool is_fork_bomb(const shell::FunctionDef& function) {
  std::size_t calls = 0;
  bool multiplies = false;
  for (const auto& item : function.body.items) {
    const shell::Visitor visitor{.command =
                                     [&](const shell::Command& c, const shell::Place& place) {
                                       const auto* s = std::get_if<shell::Simple>(&c.node);
                                       if (s == nullptr || s->words.empty() ||
                                           !shell::is_literal(s->words[0], function.name))
                                         return;
                                       ++calls;
                                       multiplies |= place.background || item.background ||
                                                     place.piped_input || place.piped_output;
                                     },
                                 .word = {}};
    shell::walk(item.command, visitor);
  }
  return calls > 0 && (multiplies || calls > 1);
}

}  // namespace hitl::classify
