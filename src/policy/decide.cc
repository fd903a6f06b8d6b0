// SPDX-License-Identifier: Apache-2.0
#include "policy/decide.h"

#include <algorithm>

#include "catalog/pattern.h"

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

bool concerns(const Match& match, const Asker& asker) {
  if (match.capabilities.any() && !match.capabilities.meets(asker.uses)) return false;
  return names_one(match.agents, asker.agent, "group:", asker.groups) &&
         names_one(match.targets, asker.target, "tag:", asker.tags);
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

bool meets_path(const Match& match, const Cause& cause) {
  if (match.paths.empty() && match.trees.empty()) return true;
  if (cause.path.empty()) return false;
  return std::ranges::any_of(match.paths, [&](const auto& p) { return touches(p, cause); }) ||
         (cause.whole &&
          std::ranges::any_of(match.trees, [&](const auto& t) { return is_tree(cause.path, t); }));
}

bool meets_command(const Match& match, const CommandReport& command) {
  return match.commands.empty() || std::ranges::any_of(command.argvs, [&](const auto& argv) {
           return std::ranges::any_of(match.commands,
                                      [&](const auto& p) { return p.matches(argv); });
         });
}

// A denial needs one cause that meets all it asks for; where it names no paths,
// an effect without a cause of its own will do.
const Cause* denied_cause(const Match& match, const CommandReport& command, bool& denied) {
  denied = false;
  if (!meets_command(match, command)) return nullptr;
  for (const auto& cause : command.causes)
    if ((match.effects.empty() || match.effects.has(cause.effect)) && meets_path(match, cause)) {
      denied = true;
      return &cause;
    }
  const bool no_paths = match.paths.empty() && match.trees.empty();
  denied = no_paths && (match.effects.empty() || command.effects.meets(match.effects));
  return nullptr;
}

// A rule covers a command where it names all effects, and where it names paths
// or programs, nothing else is touched or started.
bool covers(const Match& match, const CommandReport& command) {
  if (!match.effects.empty() && !command.effects.within(match.effects)) return false;
  if (!match.commands.empty() &&
      (command.argvs.empty() || !std::ranges::all_of(command.argvs, [&](const auto& argv) {
         return std::ranges::any_of(match.commands, [&](const auto& p) { return p.matches(argv); });
       })))
    return false;
  if (match.paths.empty() && match.trees.empty()) return true;
  return !command.causes.empty() && std::ranges::all_of(command.causes, [&](const Cause& cause) {
    return !cause.path.empty() && std::ranges::any_of(match.paths, [&](const auto& p) {
      return catalog::covers(p, cause.path);
    });
  });
}

void stricter(Hold& hold, const Hold& other) {
  if (other.approvals() > hold.approvals()) hold.approvers = other.approvers;
  hold.expires = std::min(hold.expires, other.expires);
  hold.wait = hold.wait && other.wait;
  hold.opaque_may_be_approved = hold.opaque_may_be_approved && other.opaque_may_be_approved;
}

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
    if (rule.match.capabilities.shell && concerns(rule.match, asker)) return &rule;
  return nullptr;
}

Ruling decide(const Policy& policy, const Asker& asker, const classify::Report& report,
              bool opaque) {
  Ruling ruling;
  std::vector<CommandReport> unknown;
  if (opaque) {
    // One command of which nothing is known.
    unknown.emplace_back();
    unknown[0].effects = {Effect::Unknown};
  }
  const auto& commands = opaque ? unknown : report.commands;

  for (const auto& rule : policy.denials) {
    if (!concerns(rule.match, asker)) continue;
    for (std::size_t i = 0; i < commands.size(); ++i) {
      bool denied = false;
      const auto* cause = denied_cause(rule.match, commands[i], denied);
      if (!denied) continue;
      ruling.verdict = Verdict::Deny;
      ruling.rule = rule.name;
      ruling.message = rule.message;
      ruling.command = i;
      if (cause != nullptr) ruling.reason = cause->reason;
      return ruling;
    }
  }

  ruling.verdict = Verdict::Allow;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto rule = std::ranges::find_if(policy.rules, [&](const Rule& r) {
      return concerns(r.match, asker) && covers(r.match, commands[i]);
    });
    const bool none = rule == policy.rules.end();
    const Verdict verdict = none ? policy.fallback : rule->action;
    const Hold& hold = none ? policy.hold : rule->hold;
    if (verdict < ruling.verdict || ruling.rule.empty()) {
      ruling.verdict = verdict;
      ruling.rule = none ? "default" : rule->name;
      ruling.message = none ? "" : rule->message;
      ruling.command = i;
      ruling.hold = hold;
    } else if (verdict == Verdict::Hold && ruling.verdict == Verdict::Hold) {
      stricter(ruling.hold, hold);
    }
  }
  // Only blank text has no commands; nothing then is done by nobody's leave.
  if (commands.empty()) {
    ruling.verdict = policy.fallback;
    ruling.rule = "default";
    ruling.hold = policy.hold;
  }
  return ruling;
}

}  // namespace hitl::policy
