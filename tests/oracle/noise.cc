// SPDX-License-Identifier: Apache-2.0
// The listed noise.  A line is looked at only after it differed.
#include <algorithm>
#include <set>

#include "oracle/prediction.h"
#include "shell/walk.h"
#include "shell/word.h"

namespace hitl::oracle {
namespace {

using namespace shell;

// Values that change by themselves, or with the layout of the text.
const std::set<std::string_view> kVariables = {"RANDOM",
                                               "SRANDOM",
                                               "SECONDS",
                                               "EPOCHSECONDS",
                                               "EPOCHREALTIME",
                                               "BASHPID",
                                               "LINENO",
                                               "BASH_LINENO",
                                               "BASH_EXECUTION_STRING",
                                               "BASH_COMMAND",
                                               "!",
                                               "$",
                                               "BASH_ARGV0",
                                               "PPID"};

// Builtins that print what the shell holds, its own text among it.
const std::set<std::string_view> kPrintState = {"set",  "type", "jobs", "times", "history",
                                                "hash", "trap", "fc",   "bg",    "fg"};

bool is_listing(const Simple& s) {
  for (std::size_t i = 1; i < s.words.size(); ++i)
    if (!s.words[i].assigns.empty()) return false;
  return true;
}

bool calls(const List& body, const std::string& name) {
  bool found = false;
  for (const auto& item : body.items)
    walk(item.command, {.command =
                            [&](const Command& c, const Place&) {
                              const auto* s = std::get_if<Simple>(&c.node);
                              found |= s != nullptr && !s->words.empty() &&
                                       is_literal(s->words[0], name);
                            },
                        .word = {}});
  return found;
}

bool closes_errors(const Redirection& r) {
  return r.fd == 2 && (r.op == RedirectOp::DupOut || r.op == RedirectOp::DupIn) &&
         is_literal(r.target, "-");
}

// &>f, which the parser makes two of.
bool has_both(const std::vector<Redirection>& all) {
  for (std::size_t i = 1; i < all.size(); ++i)
    if (all[i].range == all[i - 1].range) return true;
  return false;
}

}  // namespace

std::string noise_of(const Script& script) {
  std::string why;
  bool closes = false;
  bool both = false;
  const auto word = [&](const Word& w, const Place&) {
    for (const auto& part : w.parts) {
      if (const auto* p = std::get_if<Param>(&part); p != nullptr && kVariables.contains(p->name))
        why = "$" + p->name;
      if (const auto* a = std::get_if<Arith>(&part))
        for (const auto& t : a->tokens)
          if (kVariables.contains(t.text) && t.kind != Arith::Kind::Operator) why = "$" + t.text;
    }
  };
  const auto command = [&](const Command& c, const Place&) {
    closes |= std::ranges::any_of(c.redirections, closes_errors);
    both |= has_both(c.redirections);
    if (const auto* p = std::get_if<Pipeline>(&c.node);
        p != nullptr && p->timed != Pipeline::Timed::No)
      why = "'time' prints seconds";
    if (const auto* f = std::get_if<FunctionDef>(&c.node); f != nullptr && calls(f->body, f->name))
      why = "a function that calls itself";
    const auto* s = std::get_if<Simple>(&c.node);
    if (s == nullptr) return;
    if (!s->words.empty() && !literal_text(s->words[0])) why = "a command whose name is not known";
    for (std::size_t i = 0; i < s->words.size(); ++i) {
      const auto name = literal_text(s->words[i]);
      if (!name || (i > 0 && *name != "set" && *name != "type")) continue;
      if (*name == "set" || kPrintState.contains(*name)) why = "'" + *name + "' prints state";
      if ((*name == "declare" || *name == "typeset" || *name == "local" || *name == "export") &&
          is_listing(*s))
        why = "'" + *name + "' prints state";
      if (*name == "command" && s->words.size() > 1 && is_literal(s->words[1], "-V"))
        why = "'command -V' prints source";
    }
  };
  walk(script, {.command = command, .word = word});
  if (why.empty() && closes && both)
    why = "behind &> bash leaves standard error open where it was closed";
  return why;
}

}  // namespace hitl::oracle
