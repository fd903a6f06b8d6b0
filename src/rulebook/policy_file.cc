// SPDX-License-Identifier: Apache-2.0
#include "rulebook/policy_file.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "catalog/pattern.h"
#include "config/bastion_config.h"
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

// "NAME", "KIND:NAME" or "*".
void check_names(config::Table& table, std::string_view key, const Texts& names,
                 std::string_view kind) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto colon = names[i].find(':');
    const auto name = colon == std::string::npos ? names[i] : names[i].substr(colon + 1);
    const auto before = names[i].substr(0, colon == std::string::npos ? 0 : colon);
    if (names[i] == "*" || (config::is_valid_name(name) && (before.empty() || before == kind)))
      continue;
    table.fault(key, i,
                "'" + names[i] + "' is none of NAME, " + std::string(kind) + ":NAME and *" +
                    (before.empty() ? "" : config::suggestion(before, {kind})));
  }
}

policy::Capabilities capabilities(config::Table& table) {
  policy::Capabilities out;
  const auto names = texts(table, "capabilities", {});
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == "raw")
      out.raw = true;
    else if (names[i] == "shell")
      out.shell = true;
    else
      table.fault("capabilities", i, "no such capability: \"raw\" or \"shell\"");
  }
  return out;
}

std::optional<policy::Hours> hours(config::Table& table, bool has_zone) {
  const auto list = texts(table, "hours", {});
  if (list.empty()) return std::nullopt;
  if (!has_zone)
    table.fault("hours", "whose hours? (timezone = \"UTC\" or \"local\" at the top of the file)");
  policy::Hours all;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (const auto some = policy::hours_of(list[i]))
      all |= *some;
    else
      table.fault("hours", i, some.error().what);
  }
  return all;
}

void read_hosts(config::Table& table, Match& m) {
  const auto list = texts(table, "hosts", {});
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (auto host = policy::HostPattern::parse(list[i]))
      m.hosts.push_back(*std::move(host));
    else
      table.fault("hosts", i, host.error().what);
  }
  if (!list.empty() && !m.effects.empty() && !m.effects.has(catalog::Effect::Network))
    table.fault("hosts",
                "only what has the effect 'network' talks to hosts: the rule can never match");
}

Match match(config::Table& table, bool may_be_unknown, bool has_zone) {
  Match m;
  m.agents = texts(table, "agents", {"*"});
  check_names(table, "agents", m.agents, "group");
  m.targets = texts(table, "targets", {"*"});
  check_names(table, "targets", m.targets, "tag");
  m.effects = effects(table, may_be_unknown);
  m.capabilities = capabilities(table);
  const auto commands = texts(table, "commands", {});
  for (std::size_t i = 0; i < commands.size(); ++i) {
    if (commands[i].find_first_not_of(' ') == std::string::npos)
      table.fault("commands", i, "a command has at least the name of its program");
    m.commands.emplace_back(commands[i]);
  }
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
  read_hosts(table, m);
  m.hours = hours(table, has_zone);
  return m;
}

// ---- holds ------------------------------------------------------------------

constexpr std::size_t kMaxSteps = 8;
constexpr auto kNever = std::chrono::milliseconds(0);
constexpr auto kMaxGrant = std::chrono::hours(24);
// What one approval of these could repeat is more than was seen.
constexpr EffectSet kNoShape = {catalog::Effect::Device,    catalog::Effect::Kernel,
                                catalog::Effect::Privilege, catalog::Effect::Account,
                                catalog::Effect::Persist,   catalog::Effect::Execute,
                                catalog::Effect::Unknown};

std::string group_of(config::Table& table) {
  auto group = table.string("group").value_or("");
  if (table.has("group") && !config::is_valid_name(group))
    table.fault("group", "'" + group + "' is no name of a group");
  return group;
}

void read_approvers(config::Table& table, Hold& h) {
  auto steps = table.one_or_more("approvers");
  if (!table.has("approvers")) return;
  h.approvers.clear();
  for (auto& step : steps) {
    auto group = group_of(step);
    const auto count = step.integer("count", 1, 16).value_or(1);
    h.approvers.push_back({std::move(group), static_cast<std::uint32_t>(count)});
    step.done();
  }
  if (h.approvers.size() > kMaxSteps)
    table.fault("approvers", "more than 8 steps, one after the other");
  if (!h.approvers.empty()) return;
  table.fault("approvers", "'approvers' names nobody");
  h.approvers = {Step{}};
}

bool all_are(const std::vector<Step>& steps, const std::string& group) {
  return std::ranges::all_of(steps,
                             [&](const Step& s) { return s.group.empty() || s.group == group; });
}

// After `expires`.
void read_escalation(config::Table& table, Hold& h) {
  auto entries = table.tables("escalate");
  if (!table.has("escalate")) return;
  h.escalate.clear();
  for (auto& entry : entries) {
    Escalation e;
    e.after = entry.duration("after").value_or(kNever);
    if (!entry.has("after"))
      entry.fault("after", "after how long? (after = \"5m\")");
    else if (e.after <= kNever)
      entry.fault("after", "'after' must be more than nothing");
    else if (e.after >= h.expires)
      entry.fault("after", "the request has expired by then ('expires')");
    e.group = group_of(entry);
    e.notify = entry.string("notify").value_or("");
    if (entry.has("notify") && !config::is_valid_name(e.notify))
      entry.fault("notify", "'" + e.notify + "' is no name of a notification");
    if (entry.has("group") == entry.has("notify"))
      entry.fault("after", "either a 'group', which may decide then, or a 'notify'");
    else if (!e.group.empty() && all_are(h.approvers, e.group))
      entry.fault("group", "'" + e.group + "' may decide from the start");
    else if (!e.group.empty() &&
             std::ranges::find(h.escalate, e.group, &Escalation::group) != h.escalate.end())
      entry.fault("group", "'" + e.group + "' is named twice");
    entry.done();
    h.escalate.push_back(std::move(e));
  }
  std::ranges::stable_sort(h.escalate, {}, &Escalation::after);
}

constexpr std::array<std::string_view, 8> kHoldKeys = {
    "approvers", "escalate", "expires", "mode", "opaque", "justification", "proof", "break_glass"};

// What `table` does not say is as in `h`.
Hold hold(config::Table& table, Hold h) {
  const auto one_of = [&](const char* key, bool second, std::string_view a, std::string_view b) {
    return table.word(key, {a, b}).value_or(std::string(second ? b : a)) == b;
  };
  h.expires = table.duration("expires").value_or(h.expires);
  if (h.expires <= kNever) table.fault("expires", "'expires' must be more than nothing");
  // Whoever else may decide is meant for those who are asked first.
  if (table.has("approvers"))
    std::erase_if(h.escalate, [](const Escalation& e) { return e.notify.empty(); });
  read_approvers(table, h);
  read_escalation(table, h);
  h.wait = !one_of("mode", !h.wait, "wait", "return");
  h.opaque_may_be_approved = !one_of("opaque", !h.opaque_may_be_approved, "approvable", "never");
  h.justification = one_of("justification", h.justification, "optional", "required");
  if (table.has("break_glass")) {
    h.break_glass = table.string("break_glass").value_or("");
    if (!config::is_valid_name(h.break_glass))
      table.fault("break_glass", "'" + h.break_glass + "' is no name of a group");
  }
  const auto proof = table.word("proof", {"peer", "signature", "presence"});
  if (proof)
    h.proof = *proof == "peer"        ? Proof::Peer
              : *proof == "signature" ? Proof::Signature
                                      : Proof::Presence;
  return h;
}

void read_grants(config::Table& table, const Match& match, Hold& h) {
  const auto life = table.duration("grants");
  if (!life) return;
  h.grants = *life;
  if (*life > kMaxGrant) table.fault("grants", "no grant lives longer than a day");
  if (match.effects.empty() || match.effects.meets(kNoShape))
    table.fault("grants",
                "what runs anything is approved one by one: name 'effects' without device, kernel, "
                "privilege, account, persist, execute and unknown");
  if (match.capabilities.raw) table.fault("grants", "keys that go unchecked have no shape");
}

// ---- rules ------------------------------------------------------------------

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

// True if `earlier` is about all agents, targets, hours and capabilities that
// `later` is about.
bool reaches(const Match& earlier, const Match& later) {
  return all_of(later.agents, earlier.agents) && all_of(later.targets, earlier.targets) &&
         (!earlier.hours || (later.hours && (*later.hours & ~*earlier.hours).none())) &&
         (!earlier.capabilities.any() ||
          (later.capabilities.any() && later.capabilities.within(earlier.capabilities)));
}

bool names_effects(const Match& wide, const Match& narrow) {
  return wide.effects.empty() || wide.effects == EffectSet::all() ||
         (!narrow.effects.empty() && narrow.effects.within(wide.effects));
}

// Of patterns only equality is sure: covers() errs to false for one and not for
// another.
template <class T>
bool names_all(const std::vector<T>& wide, const std::vector<T>& narrow) {
  return wide.empty() || (!narrow.empty() && std::ranges::all_of(narrow, [&](const T& n) {
           return std::ranges::find(wide, n) != wide.end();
         }));
}

// True if every command that the rule `later` covers is covered by `earlier`.
bool shadows(const Match& earlier, const Match& later) {
  // With hosts, what is said of paths is said of other causes.
  const bool alike = earlier.hosts.empty() == later.hosts.empty() || earlier.paths.empty();
  return reaches(earlier, later) && names_effects(earlier, later) && alike &&
         names_all(earlier.commands, later.commands) && names_all(earlier.paths, later.paths) &&
         names_all(earlier.hosts, later.hosts);
}

// True if the denial `earlier` meets all that `later`, another one, meets.
bool denies_all(const Match& earlier, const Match& later) {
  const bool all =
      earlier.effects.empty() || (!later.effects.empty() && later.effects.within(earlier.effects));
  return all && reaches(earlier, later) && names_all(earlier.commands, later.commands) &&
         earlier.paths.empty() && earlier.trees.empty() && earlier.hosts.empty();
}

// True if the denial meets whatever those do whom it is about.
bool denies_anything(const Match& denial) {
  return denial.effects.empty() && denial.commands.empty() && denial.paths.empty() &&
         denial.trees.empty() && denial.hosts.empty();
}

void cannot_match(config::Table& table, const Rule& because) {
  table.fault("name", "the rule can never match: '" + because.name + "' (" + because.place +
                          ") covers all of it");
}

struct Reading {
  policy::Policy policy;
  bool has_zone = false;
};

// limits = { time = "10m", output = 1000000, an_hour = 60 }
void read_limits(config::Table& table, Rule& rule) {
  if (rule.action == Verdict::Deny)
    return table.refuse("limits", "'limits' is for a rule that lets something happen");
  auto limits = table.table("limits");
  if (!limits) return;
  rule.limits.time = limits->duration("time").value_or(kNever);
  if (limits->has("time") && rule.limits.time <= kNever)
    limits->fault("time", "'time' must be more than nothing");
  rule.limits.output = static_cast<std::uint64_t>(
      limits->integer("output", 1, std::numeric_limits<std::int64_t>::max()).value_or(0));
  rule.limits.an_hour =
      static_cast<std::uint32_t>(limits->integer("an_hour", 1, 1'000'000).value_or(0));
  if (rule.action != Verdict::Allow)
    limits->refuse("an_hour", "'an_hour' is for a rule that allows: people count for themselves");
  limits->done();
}

void read_denial(config::Table& table, Reading& reading) {
  auto& policy = reading.policy;
  Rule rule;
  rule.place = table.place();
  rule.name = name_of(table, policy.denials, policy.rules);
  rule.match = match(table, true, reading.has_zone);
  rule.action = Verdict::Deny;
  rule.message = table.string("message").value_or("");
  for (const auto& earlier : policy.denials)
    if (denies_all(earlier.match, rule.match)) {
      cannot_match(table, earlier);
      break;
    }
  table.done();
  policy.denials.push_back(std::move(rule));
}

void read_hold(config::Table& table, const policy::Policy& policy, Rule& rule) {
  if (rule.action == Verdict::Hold) {
    rule.hold = hold(table, policy.hold);
    read_grants(table, rule.match, rule.hold);
    rule.shadow = table.boolean("shadow").value_or(policy.shadow);
    return;
  }
  const auto why = [](std::string_view key) {
    return "'" + std::string(key) + "' is for a rule that holds";
  };
  for (const auto key : kHoldKeys) table.refuse(key, why(key));
  for (const auto* key : {"grants", "shadow"}) table.refuse(key, why(key));
}

void read_rule(config::Table& table, Reading& reading) {
  auto& policy = reading.policy;
  Rule rule;
  rule.place = table.place();
  rule.name = name_of(table, policy.denials, policy.rules);
  const auto action = table.word("action", {"allow", "hold", "deny"});
  if (!table.has("action")) table.fault("action", "a rule needs an 'action'");
  rule.action = action == "allow"  ? Verdict::Allow
                : action == "deny" ? Verdict::Deny
                                   : Verdict::Hold;
  const bool allows = rule.action == Verdict::Allow;
  rule.match = match(table, !allows, reading.has_zone);
  if (allows && !table.has("effects"))
    table.fault("effects", "a rule that allows must name its 'effects'");
  if (rule.match.capabilities.shell)
    table.fault("capabilities", "a shell is refused by [[deny]], and its lines have their rules");
  if (allows && rule.match.capabilities.raw)
    table.fault("capabilities", "what nobody can check cannot be allowed by a rule");
  if (!rule.match.trees.empty())
    table.fault("trees", "'trees' belongs to [[deny]]: write paths = [\"DIR/**\"]");
  read_hold(table, policy, rule);
  read_limits(table, rule);
  rule.message = table.string("message").value_or("");
  const auto denial = std::ranges::find_if(policy.denials, [&](const Rule& d) {
    return denies_anything(d.match) && reaches(d.match, rule.match);
  });
  const auto earlier = std::ranges::find_if(
      policy.rules, [&](const Rule& r) { return shadows(r.match, rule.match); });
  if (denial != policy.denials.end())
    cannot_match(table, *denial);
  else if (earlier != policy.rules.end())
    cannot_match(table, *earlier);
  table.done();
  policy.rules.push_back(std::move(rule));
}

}  // namespace

Result<policy::Policy> load_policy(const std::string& text, const std::string& name) {
  auto file = config::File::parse(text, name);
  auto root = file.root();
  Reading reading;
  auto& policy = reading.policy;
  if (root.string("default") == "allow")
    root.fault("default", "what no rule matches cannot be allowed: write \"hold\" or \"deny\"");
  else if (root.word("default", {"hold", "deny"}) == "deny")
    policy.fallback = Verdict::Deny;
  policy.hold = hold(root, {});
  root.refuse("grants", "'grants' is for a rule, which names the effects");
  policy.shadow = root.boolean("shadow").value_or(false);
  reading.has_zone = root.has("timezone");
  if (root.word("timezone", {"UTC", "local"}) == "local") policy.zone = policy::Zone::Local;
  for (auto& table : root.tables("deny")) read_denial(table, reading);
  for (auto& table : root.tables("rule")) read_rule(table, reading);
  root.done();
  if (file.faults().empty()) return policy;
  std::string faults;
  for (const auto& fault : file.faults()) faults += (faults.empty() ? "" : "\n") + fault;
  return fail(Errc::Invalid, faults);
}

}  // namespace hitl::rulebook
