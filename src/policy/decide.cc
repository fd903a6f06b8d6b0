// SPDX-License-Identifier: Apache-2.0
#include "policy/decide.h"

#include <algorithm>
#include <utility>

#include "catalog/pattern.h"
#include "policy/merge.h"

namespace hitl::policy {
namespace {

using catalog::Effect;
using catalog::EffectSet;
using classify::Cause;
using classify::CommandReport;

constexpr std::string_view kAnyWords = "...";

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool names_one(const std::vector<std::string>& wanted, const std::string& name,
               std::string_view prefix, const std::vector<std::string>& groups) {
  return std::ranges::any_of(wanted, [&](const std::string& w) {
    if (w == "*" || w == name) return true;
    return w.starts_with(prefix) &&
           std::ranges::find(groups, w.substr(prefix.size())) != groups.end();
  });
}

// Why a rule is not about a command.
enum class Miss : std::uint8_t {
  None,  // it is
  Agent,
  Target,
  Hours,
  Capability,
  Effects,
  Command,
  Path,
  Host,
};

// `in_hours`: what counts where the time is not known.
Miss concerns(const Match& match, const Asker& asker, bool in_hours) {
  if (!names_one(match.agents, asker.agent, "group:", asker.groups)) return Miss::Agent;
  if (!names_one(match.targets, asker.target, "tag:", asker.tags)) return Miss::Target;
  if (match.hours && !(asker.minute ? match.hours->test(*asker.minute) : in_hours))
    return Miss::Hours;
  if (match.capabilities.any() && !match.capabilities.meets(asker.uses)) return Miss::Capability;
  return Miss::None;
}

// The folder itself, or all that is in it.
bool is_tree(const std::string& path, std::string_view tree) {
  if (path.find(catalog::kAny) != std::string::npos) return false;  // it could be, or not
  std::string inside(tree == "/" ? "" : tree);
  inside += "/*";  // the text of it: only a hole takes the asterisk
  return catalog::covers(path, tree) || catalog::covers(path, inside);
}

// A path that is not known at all could be any: that is held, not denied.
bool touches(const std::string& pattern, const Cause& cause) {
  if (cause.path.find(catalog::kAny) != std::string::npos) return false;
  if (catalog::meet(pattern, cause.path)) return true;
  return cause.whole &&
         catalog::meet(pattern, (cause.path == "/" ? "" : cause.path) + "/" + catalog::kAny);
}

bool names_paths(const Match& match) { return !match.paths.empty() || !match.trees.empty(); }

bool meets_path(const Match& match, const Cause& cause) {
  if (!names_paths(match)) return true;
  if (cause.path.empty()) return false;
  return std::ranges::any_of(match.paths, [&](const auto& p) { return touches(p, cause); }) ||
         (cause.whole &&
          std::ranges::any_of(match.trees, [&](const auto& t) { return is_tree(cause.path, t); }));
}

bool meets_host(const Match& match, const Cause& cause) {
  return match.hosts.empty() || std::ranges::any_of(match.hosts, [&](const HostPattern& h) {
           return h.matches(cause.host);
         });
}

bool meets_effect(const Match& match, const Cause& cause) {
  return match.effects.empty() || match.effects.has(cause.effect);
}

bool is_one_of(const Match& match, const std::vector<std::string>& argv) {
  return std::ranges::any_of(match.commands, [&](const auto& p) { return p.matches(argv); });
}

bool meets_command(const Match& match, const CommandReport& command) {
  return match.commands.empty() || std::ranges::any_of(command.argvs, [&](const auto& argv) {
           return is_one_of(match, argv);
         });
}

// A denial needs one cause that meets all it asks for; where it names neither
// paths nor hosts, an effect without a cause of its own will do.
Miss misses_denial(const Match& match, const CommandReport& command, const Cause** met = nullptr) {
  if (!meets_command(match, command)) return Miss::Command;
  auto miss = Miss::Effects;
  for (const auto& cause : command.causes) {
    if (!meets_effect(match, cause)) continue;
    if (meets_path(match, cause) && meets_host(match, cause)) {
      if (met != nullptr) *met = &cause;
      return Miss::None;
    }
    miss = std::max(miss, meets_path(match, cause) ? Miss::Host : Miss::Path);
  }
  if (names_paths(match) || !match.hosts.empty()) return miss;
  return match.effects.empty() || command.effects.meets(match.effects) ? Miss::None : miss;
}

// Nobody can tell beforehand whether the denial is met.
bool may_meet_host(const Match& match, const CommandReport& command) {
  return !match.hosts.empty() && meets_command(match, command) &&
         std::ranges::any_of(command.causes, [&](const Cause& cause) {
           return cause.effect == Effect::Network && meets_effect(match, cause) &&
                  meets_path(match, cause) && std::ranges::any_of(match.hosts, [&](const auto& h) {
                    return h.may_be(cause.host);
                  });
         });
}

bool covers_path(const Match& match, const Cause& cause) {
  if (cause.effect == Effect::Network && !match.hosts.empty()) return true;  // that says where
  return !cause.path.empty() && std::ranges::any_of(match.paths, [&](const auto& p) {
    return catalog::covers(p, cause.path);
  });
}

bool covers_hosts(const Match& match, const CommandReport& command) {
  bool any = false;
  for (const auto& cause : command.causes) {
    if (cause.effect != Effect::Network) continue;
    if (!meets_host(match, cause)) return false;
    any = true;
  }
  return any;
}

// A rule covers a command where it names all effects, and where it names paths,
// hosts or programs, nothing else is touched, talked to or started.
Miss misses(const Match& match, const CommandReport& command) {
  if (!match.effects.empty() && !command.effects.within(match.effects)) return Miss::Effects;
  if (!match.commands.empty() &&
      (command.argvs.empty() ||
       !std::ranges::all_of(command.argvs, [&](const auto& a) { return is_one_of(match, a); })))
    return Miss::Command;
  if (!match.paths.empty() &&
      (command.causes.empty() ||
       !std::ranges::all_of(command.causes, [&](const auto& c) { return covers_path(match, c); })))
    return Miss::Path;
  if (!match.hosts.empty() && !covers_hosts(match, command)) return Miss::Host;
  return Miss::None;
}

Miss misses(const Rule& rule, const Asker& asker, const CommandReport& command) {
  const auto miss = concerns(rule.match, asker, rule.action != Verdict::Allow);
  return miss != Miss::None ? miss : misses(rule.match, command);
}

std::string listed(EffectSet effects) {
  std::string out;
  for (const Effect e : catalog::all_effects())
    if (effects.has(e)) out += (out.empty() ? "" : ", ") + std::string(catalog::name_of(e));
  return out;
}

// As the end of a sentence that begins with the rule's name.
std::string why_not(Miss miss, const Match& match, const CommandReport& command) {
  switch (miss) {
    case Miss::None:
      break;
    case Miss::Agent:
      return "is for other agents";
    case Miss::Target:
      return "is for other targets";
    case Miss::Hours:
      return "is for other hours";
    case Miss::Capability:
      return "is about sessions, or keys that go unchecked";
    case Miss::Effects: {
      EffectSet others;
      for (const Effect e : catalog::all_effects())
        if (command.effects.has(e) && !match.effects.has(e)) others.add(e);
      return "is not about " + listed(others);
    }
    case Miss::Command:
      return "is about other commands";
    case Miss::Path:
      return "is about other paths";
    case Miss::Host:
      return "is about other hosts";
  }
  return "";
}

const Rule* first_rule(const Policy& policy, const Asker& asker, const CommandReport& command,
                       std::vector<Considered>* trace) {
  for (const auto& rule : policy.rules) {
    const auto miss = misses(rule, asker, command);
    if (miss == Miss::None) return &rule;
    if (trace != nullptr) trace->push_back({rule.name, why_not(miss, rule.match, command)});
  }
  return nullptr;
}

// The denial that the command meets.
const Rule* denial_of(const Policy& policy, const Asker& asker, const CommandReport& command,
                      const Cause** met, std::vector<Considered>* trace) {
  for (const auto& rule : policy.denials) {
    auto miss = concerns(rule.match, asker, true);
    if (miss == Miss::None) miss = misses_denial(rule.match, command, met);
    if (miss == Miss::None) return &rule;
    if (trace != nullptr) trace->push_back({rule.name, why_not(miss, rule.match, command), true});
  }
  return nullptr;
}

// What one command gets, from the strictest.
enum class Way : std::uint8_t { Deny, Hold, Shadow, Allow };

}  // namespace

CommandPattern::CommandPattern(std::string_view notation) {
  while (true) {
    const auto from = notation.find_first_not_of(' ');
    if (from == std::string_view::npos) return;
    notation.remove_prefix(from);
    const auto to = std::min(notation.find(' '), notation.size());
    const auto word = notation.substr(0, to);
    // In a word of a command a slash is nothing special.
    auto pattern = word == kAnyWords ? std::string(word) : catalog::from_notation(word);
    std::ranges::replace(pattern, catalog::kSome, catalog::kAny);
    words_.push_back(std::move(pattern));
    notation.remove_prefix(to);
  }
}

bool CommandPattern::matches(const std::vector<std::string>& argv) const {
  if (words_.empty() || argv.empty()) return false;
  const bool folder = words_[0].find('/') != std::string::npos;
  const auto name = folder ? std::string_view(argv[0]) : base_name(argv[0]);
  return catalog::covers(words_[0], name) && matches(1, argv, 1);
}

bool CommandPattern::matches(std::size_t i, const std::vector<std::string>& argv,
                             std::size_t k) const {
  for (; i < words_.size(); ++i, ++k) {
    if (words_[i] == kAnyWords) {
      if (i + 1 == words_.size()) return true;
      for (; k < argv.size(); ++k)
        if (matches(i + 1, argv, k)) return true;
      return false;
    }
    if (k == argv.size() || !catalog::covers(words_[i], argv[k])) return false;
  }
  return k == argv.size();
}

const Rule* denied_shell(const Policy& policy, Asker asker) {
  asker.uses = {.raw = false, .shell = true};
  for (const auto& rule : policy.denials)
    if (rule.match.capabilities.shell && concerns(rule.match, asker, true) == Miss::None)
      return &rule;
  return nullptr;
}

Ruling decide(const Policy& policy, const Asker& asker, const classify::Report& report, bool opaque,
              std::vector<Considered>* trace) {
  Ruling ruling;
  std::vector<CommandReport> unknown;
  if (opaque) {
    // One command of which nothing is known.
    unknown.emplace_back();
    unknown[0].effects = {Effect::Unknown};
  }
  const auto& commands = opaque ? unknown : report.commands;

  // The first denial in the order of the file.
  const Rule* denial = nullptr;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const Cause* met = nullptr;
    const auto* rule = denial_of(policy, asker, commands[i], &met, nullptr);
    if (rule == nullptr || (denial != nullptr && denial <= rule)) continue;
    denial = rule;
    ruling.command = i;
    ruling.reason = met == nullptr ? "" : met->reason;
  }
  if (denial != nullptr) {
    ruling.verdict = Verdict::Deny;
    ruling.rule = denial->name;
    ruling.message = denial->message;
    if (trace != nullptr) denial_of(policy, asker, commands[ruling.command], nullptr, trace);
    return ruling;
  }
  // Only blank text has no commands; nothing then is done by nobody's leave.
  if (commands.empty()) {
    ruling.verdict = policy.fallback;
    ruling.rule = "default";
    ruling.hold = policy.hold;
    return ruling;
  }

  // Nobody approves, and nothing allows, what is typed into a program or what no
  // denial could be checked against.
  const bool may_shadow = !opaque && !asker.uses.raw;
  auto strictest = Way::Allow;
  std::vector<std::pair<Way, const Rule*>> holds;  // null: the default
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto* rule = first_rule(policy, asker, commands[i], nullptr);
    auto verdict = rule == nullptr ? policy.fallback : rule->action;
    bool shadow = may_shadow && (rule == nullptr ? policy.shadow : rule->shadow);
    std::string reason;
    if (verdict != Verdict::Deny && (verdict == Verdict::Allow || shadow) &&
        (rule == nullptr || rule->match.hosts.empty()))
      for (const auto& d : policy.denials)
        if (concerns(d.match, asker, true) == Miss::None && may_meet_host(d.match, commands[i])) {
          reason = "may reach a host that \"" + d.name + "\" denies";
          if (verdict == Verdict::Allow) rule = nullptr;
          verdict = Verdict::Hold;
          shadow = false;
          break;
        }
    const auto way = verdict == Verdict::Deny    ? Way::Deny
                     : verdict == Verdict::Allow ? Way::Allow
                     : shadow                    ? Way::Shadow
                                                 : Way::Hold;
    if (rule != nullptr) ruling.limits = both(ruling.limits, rule->limits);
    if (way == Way::Hold || way == Way::Shadow) holds.emplace_back(way, rule);
    if (way >= strictest && !ruling.rule.empty()) continue;
    strictest = way;
    ruling.rule = rule == nullptr ? "default" : rule->name;
    ruling.message = rule == nullptr ? "" : rule->message;
    ruling.command = i;
    ruling.reason = std::move(reason);
  }
  ruling.verdict = strictest == Way::Deny   ? Verdict::Deny
                   : strictest == Way::Hold ? Verdict::Hold
                                            : Verdict::Allow;
  ruling.shadow = strictest == Way::Shadow;

  // In the order of the file, so that the commands' own does not matter.
  std::erase_if(holds, [&](const auto& h) { return h.first != strictest; });
  std::ranges::sort(holds, {}, [&](const auto& h) {
    return h.second == nullptr ? policy.rules.size()
                               : static_cast<std::size_t>(h.second - policy.rules.data());
  });
  for (std::size_t i = 0; i < holds.size(); ++i) {
    const auto& hold = holds[i].second == nullptr ? policy.hold : holds[i].second->hold;
    ruling.hold = i == 0 ? hold : both(ruling.hold, hold);
  }
  if (trace != nullptr) {
    denial_of(policy, asker, commands[ruling.command], nullptr, trace);
    const auto* rule = first_rule(policy, asker, commands[ruling.command], trace);
    if (!ruling.reason.empty() && rule != nullptr && rule->name != ruling.rule)
      trace->push_back({rule->name, "covers it, but it " + ruling.reason});
  }
  return ruling;
}

}  // namespace hitl::policy
