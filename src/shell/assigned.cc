// SPDX-License-Identifier: Apache-2.0
#include "shell/assigned.h"

#include <algorithm>
#include <array>

#include "shell/arithmetic.h"
#include "shell/reserved.h"
#include "shell/sinks.h"
#include "shell/walk.h"
#include "shell/word.h"

namespace hitl::shell {
namespace {

using namespace std::string_view_literals;

// Run text as code, or change what names mean.
constexpr std::array kUnbounded = {"."sv,       "alias"sv,  "builtin"sv, "enable"sv, "eval"sv,
                                   "hash"sv,    "shopt"sv,  "source"sv,  "trap"sv,   "unalias"sv,
                                   "command"sv, "coproc"sv, "let"sv,     "bind"sv,   "complete"sv};

// Set the variables that their operands name.
constexpr std::array kSetters = {"read"sv,  "mapfile"sv, "readarray"sv, "getopts"sv,
                                 "unset"sv, "wait"sv,    "printf"sv};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

void add_side_effects(Assigned& out, const Word& word) {
  for (const auto& part : word.parts)
    if (const auto* p = std::get_if<Param>(&part)) {
      if (p->op == ParamOp::Assign) out.add(p->name, false);
      for (const auto& o : p->operands) add_side_effects(out, o);
    }
}

// A name that is assigned, but known only when it runs (printf has other operands).
bool names_unknown(std::string_view command, const std::vector<Word>& words) {
  const auto is_unknown = [](const Word& w) { return w.assigns.empty() && !literal_text(w); };
  if (command == "wait") return false;  // what could be its -p is refused
  if (command == "printf") {
    // up to the format, in which %n could be
    const auto operands = std::span(words).subspan(1);
    return std::ranges::any_of(
        operands.first(std::min(printf_format_at(operands) + 1, operands.size())), is_unknown);
  }
  return (contains(kSetters, command) || is_declaration(command)) &&
         std::ranges::any_of(words, is_unknown);
}

}  // namespace

void Assigned::add(const std::string& name, bool is_integer) {
  const auto [at, is_new] = names.emplace(name, is_integer);
  if (!is_new) at->second = at->second && is_integer;
}

void Assigned::add(const Assigned& other) {
  anything |= other.anything;
  calls |= other.calls;
  for (const auto& [name, is_integer] : other.names) add(name, is_integer);
}

bool is_integer_form(const Word& value) {
  if (value.parts.size() != 1) return false;
  if (std::holds_alternative<Arith>(value.parts[0])) return true;
  const auto* literal = std::get_if<Literal>(&value.parts[0]);
  return literal != nullptr && is_plain_integer(literal->text);
}

Assigned assigned_by(const Simple& simple) {
  Assigned out;
  for (const auto& w : simple.words) add_side_effects(out, w);
  if (simple.words.empty()) return out;
  auto name = literal_text(simple.words[0]);
  if (!name) {
    out.anything = true;
    return out;
  }
  const auto operand = [&](std::size_t i) { return literal_text(simple.words[i]); };
  if (*name == "command" && simple.words.size() > 1 && (operand(1) == "-v" || operand(1) == "-V"))
    return out;
  if (contains(kUnbounded, *name) || names_unknown(*name, simple.words)) out.anything = true;
  if (is_declaration(*name)) {
    for (std::size_t i = 1; i < simple.words.size(); ++i) {
      const auto& w = simple.words[i];
      if (!w.assigns.empty()) {
        const auto plus = w.assigns.ends_with("+=");
        out.add(w.assigns.substr(0, w.assigns.size() - (plus ? 2 : 1)),
                !plus && is_integer_form(w));
      } else if (*name != "export") {
        if (const auto text = operand(i)) out.add(*text, false);
      }
    }
  }
  if (contains(kSetters, *name))
    for (std::size_t i = 1; i < simple.words.size(); ++i) {
      const auto text = operand(i);
      if (text && is_name(*text)) out.add(*text, false);
      // -vNAME, -raNAME and their like
      for (std::size_t k = 2; text && text->starts_with('-') && k < text->size(); ++k)
        if (is_name(text->substr(k))) out.add(text->substr(k), false);
    }
  // Any name could be a function's where one was defined, and be called from
  // inside another.
  out.calls = !is_builtin(*name);
  return out;
}

Assigned assigned_in(const Command& command) {
  Assigned out;
  const auto visit = [&](const Command& c, const Place& place) {
    if (place.in_function) return;
    if (const auto* f = std::get_if<For>(&c.node))
      out.add(f->name, std::ranges::all_of(f->words, is_integer_form));
    const auto* s = std::get_if<Simple>(&c.node);
    if (s == nullptr) return;
    for (const auto& a : s->assignments)
      out.add(a.name, !a.append && !a.array && s->words.empty() && is_integer_form(a.value));
    out.add(assigned_by(*s));
  };
  const Visitor visitor{.command = visit,
                        .word = [&](const Word& w, const Place&) { add_side_effects(out, w); }};
  walk(command, visitor);
  return out;
}

Assigned assigned_in(const List& list) {
  Assigned out;
  for (const auto& item : list.items) out.add(assigned_in(item.command));
  return out;
}

Assigned assigned_in(const List& list, const Assigned& functions) {
  auto out = assigned_in(list);
  if (out.calls) out.add(functions);
  return out;
}

Assigned assigned_by_functions(const Script& script) {
  Assigned out;
  walk(script, {.command =
                    [&](const Command& c, const Place&) {
                      if (const auto* f = std::get_if<FunctionDef>(&c.node))
                        out.add(assigned_in(f->body));
                    },
                .word = {}});
  return out;
}

}  // namespace hitl::shell
