// SPDX-License-Identifier: Apache-2.0
// The rules of a policy file as values: hitl-policy(5) has the form in which
// people write them, rulebook reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/effect.h"
#include "hitl/hold.h"
#include "hitl/verdict.h"

namespace hitl::policy {

// Words of a command, in order.  A word is a pattern with "*"; the word "..."
// stands for any words, also none.  The first word is the program's name, with
// or without the folders before it.
class CommandPattern {
 public:
  explicit CommandPattern(std::string_view notation);
  // `argv`: patterns (catalog/pattern.h); a word that is not known matches only
  // "..." and "*".
  bool matches(const std::vector<std::string>& argv) const;

 private:
  bool matches(std::size_t i, const std::vector<std::string>& argv, std::size_t k) const;
  std::vector<std::string> words_;
};

// What is more than a command: a rule that names some is about these only.
struct Capabilities {
  bool raw = false;    // keys go unchecked to a program on a terminal
  bool shell = false;  // a session, whose lines are judged one by one
  bool any() const { return raw || shell; }
  bool meets(const Capabilities& o) const { return (raw && o.raw) || (shell && o.shell); }
};

// What a rule asks for besides the people and places.  An empty list asks for
// nothing; all that are given must hold for one and the same cause.
struct Match {
  std::vector<std::string> agents;   // names, "group:NAME"; "*"
  std::vector<std::string> targets;  // names, "tag:NAME"; "*"
  Capabilities capabilities;         // none: also where none is used
  catalog::EffectSet effects;        // empty: any
  std::vector<CommandPattern> commands;
  std::vector<std::string> paths;  // patterns
  std::vector<std::string> trees;  // folders, as a whole
};

struct Rule {
  std::string name;
  std::string place;  // "policy.toml:12"
  Match match;
  Verdict action = Verdict::Hold;  // of a [[deny]]: Deny
  Hold hold;
  std::string message;
};

struct Policy {
  Verdict fallback = Verdict::Hold;  // of what no rule matches; never Allow
  Hold hold;                         // of that
  std::vector<Rule> denials;
  std::vector<Rule> rules;
};

}  // namespace hitl::policy
