// SPDX-License-Identifier: Apache-2.0
// What is known, and what ends it: facts of the whole script that make a value
// less than certain wherever it stands, and what a command may change.
#include "shell/follow.h"

#include <fmt/format.h>

#include <algorithm>

#include "shell/follower.h"
#include "shell/reserved.h"
#include "shell/source.h"
#include "shell/walk.h"
#include "shell/word.h"

namespace hitl::shell {
namespace {

constexpr std::size_t kMaxKnown = 64;  // names; a branch costs a copy of them

// With another IFS, unquoted values split where we would not see it.
bool sets_field_separators(const Script& script) {
  bool found = false;
  each_simple(script, [&](const Command&, const Simple& s, const Place&) {
    if (s.words.empty())
      for (const auto& a : s.assignments) found |= a.name == "IFS";
    else
      found |= assigned_by(s).names.contains("IFS");
  });
  return found;
}

// An error of a calculation ends the whole line, and the script goes on behind it.
bool may_fail(const Arith& a) {
  for (std::size_t i = 0; i + 1 < a.tokens.size(); ++i) {
    const auto& right = a.tokens[i + 1];
    const auto& op = a.tokens[i].text;
    if ((op == "/" || op == "%" || op == "**") &&
        (right.kind != Arith::Kind::Number || right.text == "0"))
      return true;
  }
  return false;
}

bool may_fail(const Word& w);

bool may_fail(const WordPart& part) {
  if (const auto* a = std::get_if<Arith>(&part)) return may_fail(*a);
  const auto* p = std::get_if<Param>(&part);
  if (p == nullptr) return false;
  return (p->op == ParamOp::Substring && p->operands.size() == 2 &&
          literal_prefix(p->operands[1]).starts_with('-')) ||
         std::ranges::any_of(p->operands, [](const Word& w) { return may_fail(w); });
}

bool may_fail(const Word& w) {
  return std::ranges::any_of(w.parts, [](const WordPart& part) { return may_fail(part); });
}

bool may_abandon_lines(const Script& script, const std::vector<Word>& bodies) {
  bool found = std::ranges::any_of(bodies, [](const Word& w) { return may_fail(w); });
  walk(script, {.command = {}, .word = [&](const Word& w, const Place&) { found |= may_fail(w); }});
  return found;
}

}  // namespace

Status Follower::run(Script& script) {
  functions_ = assigned_by_functions(script);
  is_trusting_ = !sets_field_separators(script);
  may_abandon_lines_ = may_abandon_lines(script, bodies_);
  lines(script.body);
  if (error_) return *error_;
  return Ok{};
}

void Follower::refuse_at(std::size_t offset, std::string_view reason) {
  if (!error_) error_ = refuse(text_, offset, reason);
}

// What values add to the text is bounded: x=$x$x doubles it each time.
void Follower::grow(std::size_t bytes) {
  cost_.grown += bytes;
  if (cost_.grown > limits_.grown && !error_)
    error_ = fail(Errc::Limit, fmt::format("values of variables and brace expansion make the "
                                           "command longer by more than {} bytes",
                                           limits_.grown));
}

void Follower::set(const std::string& name, Value value) {
  known_.erase(name);
  if (!is_trusting_ || is_special_variable(name) || known_.size() >= kMaxKnown) return;
  if (value.texts && (value.texts->size() > limits_.expansion ||
                      std::ranges::any_of(*value.texts, [&](const std::string& t) {
                        return t.size() > limits_.value;
                      })))
    value.texts = nullptr;
  if (value.is_integer || value.is_process || value.texts) known_.emplace(name, std::move(value));
}

// RANDOM='x[$(id)0]' runs id, however it is assigned.
void Follower::check_evaluated(const std::string& name, bool is_integer, Range range) {
  if (!is_evaluated_variable(name)) return;
  if (is_integer && (name == "OPTIND" || name == "RANDOM" || name == "SECONDS")) return;
  refuse_at(range.begin, fmt::format("'{}' is set to what may be no number, or cannot be set: "
                                     "bash runs what is in such a value",
                                     name));
}

bool Follower::may_change_anything(const Assigned& a) const {
  return a.anything || (a.calls && functions_.anything);
}

void Follower::forget(const Assigned& changed) {
  if (may_change_anything(changed)) return known_.clear();
  forget_names(changed);
  if (changed.calls) forget_names(functions_);
}

void Follower::forget_names(const Assigned& changed) {
  for (auto at = known_.begin(); at != known_.end();) {
    const auto change = changed.names.find(at->first);
    if (change != changed.names.end() && !(change->second && at->second.is_integer)) {
      at = known_.erase(at);
      continue;
    }
    if (change != changed.names.end()) at->second.texts = nullptr;
    ++at;
  }
}

Status follow_values(Script& script, std::vector<Word>& bodies, std::string_view text,
                     const Limits& limits, Cost& cost) {
  return Follower(text, bodies, limits, cost).run(script);
}

}  // namespace hitl::shell
