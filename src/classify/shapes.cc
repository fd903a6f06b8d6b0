// SPDX-License-Identifier: Apache-2.0
#include "classify/shapes.h"

#include <algorithm>
#include <cstddef>
#include <variant>

#include "shell/reserved.h"
#include "shell/walk.h"
#include "shell/word.h"

namespace hitl::classify {
namespace {

bool is_cd(const shell::Word& w) {
  return shell::is_literal(w, "cd") || shell::is_literal(w, "pushd") ||
         shell::is_literal(w, "popd");
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

bool is_fork_bomb(const shell::Loop& loop) {
  if (loop.condition.items.size() != 1) return false;
  const auto is = [](const shell::ListItem& item, const char* name) {
    const auto* s = std::get_if<shell::Simple>(&item.command.node);
    return s != nullptr && !s->words.empty() && shell::is_literal(s->words[0], name);
  };
  const auto& condition = loop.condition.items[0];
  const bool endless =
      loop.until ? is(condition, "false") : is(condition, "true") || is(condition, ":");
  bool starts = false, waits = false;
  for (const auto& item : loop.body.items) {
    starts |= item.background;
    waits |= !item.background && (is(item, "wait") || is(item, "sleep") || is(item, "break"));
  }
  return endless && starts && !waits;
}

std::string variable_read(const shell::List& condition) {
  if (condition.items.size() != 1) return {};
  const auto* s = std::get_if<shell::Simple>(&condition.items[0].command.node);
  if (s == nullptr || s->words.size() < 2 || !shell::is_literal(s->words[0], "read") ||
      !condition.items[0].command.redirections.empty())
    return {};
  for (std::size_t i = 1; i + 1 < s->words.size(); ++i)
    if (!shell::is_literal(s->words[i], "-r")) return {};
  const auto& parts = s->words.back().parts;
  const auto* name = parts.size() == 1 ? std::get_if<shell::Literal>(&parts[0]) : nullptr;
  return name != nullptr && shell::is_name(name->text) ? name->text : std::string();
}

}  // namespace hitl::classify
