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
#include "hitl/rule_limits.h"
#include "hitl/verdict.h"
#include "policy/hosts.h"
#include "policy/hours.h"

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
  bool operator==(const CommandPattern&) const = default;

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
  bool within(const Capabilities& o) const { return (!raw || o.raw) && (!shell || o.shell); }
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
  std::vector<HostPattern> hosts;
  std::optional<Hours> hours;  // none: at any time
};

struct Rule {
  std::string name;
  std::string place;  // "policy.toml:12"
  Match match;
  Verdict action = Verdict::Hold;  // of a [[deny]]: Deny
  Hold hold;
  bool shadow = false;  // what it would hold is allowed, and marked
  RuleLimits limits;
  std::string message;
};

// Whose clock the hours of rules are on.
enum class Zone : std::uint8_t { Utc, Local };

struct Policy {
  Verdict fallback = Verdict::Hold;  // of what no rule matches; never Allow
  Hold hold;                         // of that
  bool shadow = false;               // of that
  Zone zone = Zone::Utc;
  std::vector<Rule> denials;
  std::vector<Rule> rules;
};

}  // namespace hitl::policy
