// SPDX-License-Identifier: Apache-2.0
#include "rulebook/policy_file.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "catalog/pattern.h"
#include "config/toml.h"
#include "hitl/limits.h"
#include "rulebook/notation.h"

namespace hitl::rulebook {
namespace {

using catalog::EffectSet;
using policy::Match;
using policy::Rule;

using Texts = std::vector<std::string>;

// A list that is given and empty would match nothing.
Texts texts(config::Table& table, std::string_view key, Texts otherwise) {
  auto value = table.strings(key);
  if (!value) return otherwise;
  if (value->empty())
    table.fault(key, "'" + std::string(key) + "' is empty: the rule can never match");
  return *std::move(value);
}

EffectSet effects(config::Table& table, bool may_be_unknown) {
  EffectSet set;
  const auto names = texts(table, "effects", {});
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto effect = effect_of(names[i]);
    if (names[i] == "*" && may_be_unknown)
      set = EffectSet::all();
    else if (!effect)
      table.fault("effects", i, effect.error().what);
    else if (*effect == catalog::Effect::Unknown && !may_be_unknown)
      table.fault("effects", i, "what is not understood cannot be allowed");
    else
      set.add(*effect);
  }
  return set;
}

bool is_path(const std::string& text) {
  return text.starts_with('/') || text.starts_with("~") || text.starts_with("**");
}

Match match(config::Table& table, bool may_be_unknown) {
  Match m;
  m.agents = texts(table, "agents", {"*"});
  m.targets = texts(table, "targets", {"*"});
  m.effects = effects(table, may_be_unknown);
  const auto capabilities = texts(table, "capabilities", {});
  for (std::size_t i = 0; i < capabilities.size(); ++i) {
    if (capabilities[i] == "raw")
      m.capabilities.raw = true;
    else if (capabilities[i] == "shell")
      m.capabilities.shell = true;
    else
      table.fault("capabilities", i, "no such capability: \"raw\" or \"shell\"");
  }
  for (const auto& c : texts(table, "commands", {})) m.commands.emplace_back(c);
  for (const char* key : {"paths", "trees"}) {
    const auto paths = texts(table, key, {});
    for (std::size_t i = 0; i < paths.size(); ++i) {
      if (!is_path(paths[i]))
        table.fault(key, i, "a path begins with / or ~ or **");
      else if (key == std::string_view("paths"))
        m.paths.push_back(catalog::from_notation(paths[i]));
      else
        m.trees.push_back(paths[i]);
    }
  }
  return m;
}

Hold hold(config::Table& table, Hold h) {
  if (auto approvers = table.table("approvers")) {
    h.approvers = {{approvers->string("group").value_or(""),
                    static_cast<std::uint32_t>(approvers->integer("count", 1, 16).value_or(1))}};
    approvers->done();
  }
  h.expires = table.duration("expires").value_or(h.expires);
  if (h.expires <= std::chrono::milliseconds(0))
    table.fault("expires", "'expires' must be more than nothing");
  h.wait = table.word("mode", {"wait", "return"}).value_or(h.wait ? "wait" : "return") == "wait";
  h.opaque_may_be_approved =
      table.word("opaque", {"approvable", "never"})
          .value_or(h.opaque_may_be_approved ? "approvable" : "never") == "approvable";
  return h;
}

std::string name_of(config::Table& table, const std::vector<Rule>& a, const std::vector<Rule>& b) {
  auto name = table.string("name").value_or("");
  if (name.empty()) table.fault("name", "a rule needs a 'name'");
  if (name.size() > kMaxName) table.fault("name", "the name is longer than 64 bytes");
  if (name == "default") table.fault("name", "'default' is the name of what no rule matches");
  for (const auto* rules : {&a, &b})
    for (const auto& r : *rules)
      if (r.name == name) table.fault("name", "'" + name + "' is the name of " + r.place);
  return name;
}

bool all_of(const Texts& inner, const Texts& outer) {
  return std::ranges::find(outer, "*") != outer.end() ||
         std::ranges::all_of(
             inner, [&](const auto& t) { return std::ranges::find(outer, t) != outer.end(); });
}

// True if every command that `later` covers is covered by `earlier` too.
bool shadows(const Match& earlier, const Match& later) {
  if (!all_of(later.agents, earlier.agents) || !all_of(later.targets, earlier.targets))
    return false;
  const auto all = EffectSet::all();
  const auto wide = earlier.effects.empty() ? all : earlier.effects;
  const auto narrow = later.effects.empty() ? all : later.effects;
  if (earlier.capabilities.any()) return false;
  return narrow.within(wide) && earlier.commands.empty() && earlier.paths.empty();
}

void read_denial(config::Table& table, policy::Policy& policy) {
  Rule rule;
  rule.place = table.place();
  rule.name = name_of(table, policy.denials, policy.rules);
  rule.match = match(table, true);
  rule.action = Verdict::Deny;
  rule.message = table.string("message").value_or("");
  table.done();
  policy.denials.push_back(std::move(rule));
}

void read_rule(config::Table& table, policy::Policy& policy) {
  Rule rule;
  rule.place = table.place();
  rule.name = name_of(table, policy.denials, policy.rules);
  const auto action = table.word("action", {"allow", "hold", "deny"});
  if (!table.has("action")) table.fault("action", "a rule needs an 'action'");
  rule.action = action == "allow"  ? Verdict::Allow
                : action == "deny" ? Verdict::Deny
                                   : Verdict::Hold;
  const bool allows = rule.action == Verdict::Allow;
  rule.match = match(table, !allows);
  if (allows && !table.has("effects"))
    table.fault("effects", "a rule that allows must name its 'effects'");
  if (rule.match.capabilities.shell)
    table.fault("capabilities", "a shell is refused by [[deny]], and its lines have their rules");
  if (allows && rule.match.capabilities.raw)
    table.fault("capabilities", "what nobody can check cannot be allowed by a rule");
  if (!rule.match.trees.empty())
    table.fault("trees", "'trees' belongs to [[deny]]: write paths = [\"DIR/**\"]");
  if (rule.action == Verdict::Hold) rule.hold = hold(table, policy.hold);
  rule.message = table.string("message").value_or("");
  for (const auto& earlier : policy.rules)
    if (shadows(earlier.match, rule.match)) {
      table.fault("name", "the rule can never match: '" + earlier.name + "' (" + earlier.place +
                              ") covers all of it");
      break;
    }
  table.done();
  policy.rules.push_back(std::move(rule));
}

}  // namespace

Result<policy::Policy> load_policy(const std::string& text, const std::string& name) {
  auto file = config::File::parse(text, name);
  auto root = file.root();
  policy::Policy policy;
  if (root.string("default") == "allow")
    root.fault("default", "what no rule matches cannot be allowed: write \"hold\" or \"deny\"");
  else if (root.word("default", {"hold", "deny"}) == "deny")
    policy.fallback = Verdict::Deny;
  policy.hold = hold(root, {});
  for (auto& table : root.tables("deny")) read_denial(table, policy);
  for (auto& table : root.tables("rule")) read_rule(table, policy);
  root.done();
  if (file.faults().empty()) return policy;
  std::string faults;
  for (const auto& fault : file.faults()) faults += (faults.empty() ? "" : "\n") + fault;
  return fail(Errc::Invalid, faults);
}

}  // namespace hitl::rulebook
