// SPDX-License-Identifier: Apache-2.0
#include "shell/memory.h"

#include <algorithm>
#include <set>
#include <utility>

#include "shell/assigned.h"
#include "shell/parser.h"
#include "shell/printer.h"
#include "shell/walk.h"
#include "shell/word.h"

namespace hitl::shell {
namespace {

std::string printed(const Command& command) {
  Script s;
  s.body.items.push_back({command, false, false});
  return print(s).bytes();
}

bool is_plain_assignment(const Command& c) {
  const auto* s = std::get_if<Simple>(&c.node);
  return s != nullptr && s->words.empty() && c.redirections.empty();
}

// What it does when it is called is what its text says: it defines nothing and
// takes nothing away that a later line could call.
bool is_plain_function(const Command& c) {
  bool plain = true, outer = true;
  Visitor v;
  v.command = [&](const Command& inner, const Place&) {
    if (std::holds_alternative<FunctionDef>(inner.node)) plain &= std::exchange(outer, false);
    const auto* s = std::get_if<Simple>(&inner.node);
    if (s == nullptr) return;
    for (const auto& w : s->words) plain &= !is_literal(w, "unset");
  };
  walk(c, v);
  return plain;
}

// The names that `line` may call, and those whose values it may use.
void names_in(const Script& line, std::set<std::string>& called, std::set<std::string>& used) {
  Visitor v;
  v.command = [&](const Command& c, const Place&) {
    const auto* s = std::get_if<Simple>(&c.node);
    if (s == nullptr || s->words.empty()) return;
    if (auto name = literal_text(s->words[0])) called.insert(std::move(*name));
  };
  v.word = [&](const Word& w, const Place&) {
    for (const auto& part : w.parts) {
      if (const auto* p = std::get_if<Param>(&part)) used.insert(p->name);
      if (const auto* a = std::get_if<Arith>(&part))
        for (const auto& t : a->tokens) used.insert(t.text);
    }
  };
  walk(line, v);
}

}  // namespace

void Memory::lose(std::string why) {
  if (lost_.empty()) lost_ = std::move(why);
  values_.clear();
  functions_.clear();
}

void Memory::forget(const Command& command) {
  const auto changed = assigned_in(command);
  if (changed.anything || (changed.calls && !functions_.empty())) values_.clear();
  for (const auto& [name, is_integer] : changed.names) {
    values_.erase(name);
    functions_.erase(name);  // unset -f
  }
  Visitor v;
  v.command = [&](const Command& c, const Place&) {
    if (const auto* f = std::get_if<FunctionDef>(&c.node)) functions_.erase(f->name);
    const auto* s = std::get_if<Simple>(&c.node);
    if (s == nullptr) return;
    for (const auto& a : s->assignments) values_.erase(a.name);
    for (const auto& w : s->words) {
      const auto word = literal_text(w);
      if (word == "eval" || word == "source" || word == "." || word == "trap")
        lose(*word + " has run text in the session's shell that was not judged");
      if (word != "builtin" && word != "command" && word != "-p" && word != "--")
        break;  // the command's name was this
    }
  };
  walk(command, v);
}

void Memory::learn(const Script& line, bool to_its_end) {
  const bool plain =
      to_its_end && std::ranges::all_of(line.body.items, [](const ListItem& i) {
        return !i.background && (is_plain_assignment(i.command) ||
                                 std::holds_alternative<FunctionDef>(i.command.node));
      });
  for (const auto& item : line.body.items) {
    forget(item.command);
    if (!plain) continue;
    if (const auto* f = std::get_if<FunctionDef>(&item.command.node)) {
      auto text = printed(item.command);
      if (is_plain_function(item.command) && text.size() <= kMaxFunction &&
          functions_.size() < kMaxFunctions)
        functions_[f->name] = std::move(text);
      continue;
    }
    for (const auto& a : std::get<Simple>(item.command.node).assignments) {
      const auto value = literal_text(a.value);
      if (a.append || a.array || !value || value->size() > kMaxValue) continue;
      if (values_.size() < kMaxValues || values_.contains(a.name)) {
        Script s;
        s.body.items.push_back({item.command, false, false});
        std::get<Simple>(s.body.items[0].command.node).assignments = {a};
        values_[a.name] = print(s).bytes();
      }
    }
  }
}

std::string Memory::preamble(const Script& line) const {
  std::set<std::string> called, used, wanted;
  names_in(line, called, used);
  // What a function calls is wanted too.
  for (bool more = true; more;) {
    more = false;
    for (const auto& [name, text] : functions_) {
      if (!called.contains(name) || !wanted.insert(name).second) continue;
      more = true;
      if (const auto body = parse(text)) names_in(*body, called, used);
    }
  }
  std::string out;
  for (const auto& name : wanted) out += functions_.find(name)->second + '\n';
  for (const auto& [name, text] : values_)
    if (used.contains(name)) out += text + '\n';
  return out;
}

}  // namespace hitl::shell
