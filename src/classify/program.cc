// SPDX-License-Identifier: Apache-2.0
#include "classify/program.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "catalog/pattern.h"

namespace hitl::classify {
namespace {

using catalog::Command;
using catalog::Role;

// Wrappers inside wrappers: deeper than this nobody means well.
constexpr int kMaxWrappers = 12;
// A sentence names this much of what is acted on, in bytes, and one word more.
constexpr std::size_t kMaxObjects = 80;

bool reads_content(Role role) {
  return role == Role::Input || role == Role::Tree || role == Role::Visible;
}

bool is_file(Role role) {
  return reads_content(role) || role == Role::Metadata || role == Role::Output ||
         role == Role::Changed || role == Role::Removed || role == Role::Linked;
}

// What an entry reads that names no file: its first operand that is a tree.
Role role_without_operand(const Parsed& parsed) {
  if (parsed.any(&catalog::Option::plain_operands)) return Role::Text;
  const auto& operands = parsed.command->operands;
  const bool tree = std::ranges::any_of(
      operands, [](const catalog::Operand& o) { return o.shape.role == Role::Visible; });
  return tree ? Role::Visible : Role::Text;
}

}  // namespace

std::string_view says(Effect effect) {
  switch (effect) {
    case Effect::Device:
      return "writes to a device";
    case Effect::Kernel:
      return "changes the running system";
    case Effect::Privilege:
      return "runs as another user";
    case Effect::Account:
      return "changes accounts or permissions to log in";
    case Effect::Persist:
      return "changes what will run by itself later";
    case Effect::Delete:
      return "removes files or objects";
    case Effect::Service:
      return "changes the state of services";
    case Effect::Execute:
      return "runs code that is not judged";
    case Effect::Network:
      return "talks to another host";
    case Effect::ReadSecret:
      return "shows what may be a secret";
    case Effect::Write:
      return "changes files or objects";
    case Effect::Unknown:
      return "does what is not known";
    case Effect::Read:
      return "only looks";
  }
  return "";
}

shell::Range whole(std::span<const Arg> args) {
  return {args.front().range.begin, std::max(args.front().range.end, args.back().range.end)};
}

void Program::cause(Effect effect, shell::Range range, std::string reason, std::string path,
                    bool whole, std::string host) {
  report_.effects.add(effect);
  report_.causes.push_back(
      {effect, range, std::move(reason), std::move(path), whole, std::move(host)});
}

void Program::judge(std::span<const Arg> args, const Setting& setting, bool direct) {
  const Arg& first = args[0];
  std::vector<std::string> argv;
  for (const auto& arg : args) argv.push_back(arg.text());
  report_.argvs.push_back(std::move(argv));
  if (++depth_ > kMaxWrappers)
    return cause(Effect::Unknown, first.range, "has too many wrappers around a command");
  const auto unseen = [&](Effect effect, std::string_view what) {
    if (setting.reads_line) input_ = InputRole::Script;
    cause(effect, first.range, std::string(what) + shown(first));
  };
  if (!first.known()) {
    runs(first, true);
    return unseen(Effect::Execute, "runs a program whose name is not known beforehand: ");
  }
  if (first.made) unseen(Effect::Execute, "runs a program that a substitution names: ");
  if (direct && scope_.functions.contains(first.text())) return report_.effects.add(Effect::Read);
  const auto name = scope_.catalog.program_of(first.text());
  if (!name) runs(first, true);
  if (!name) return unseen(Effect::Execute, "runs a file: ");
  const auto* command = scope_.catalog.find(*name);
  if (command == nullptr && first.text().find('/') != std::string::npos) runs(first, true);
  if (command == nullptr)
    return unseen(Effect::Unknown, "runs a program that is not in the catalogue: ");

  using Reader = void (Program::*)(const Command&, Args, const Setting&);
  static const std::map<std::string_view, Reader> readers = {
      {"", &Program::by_options},  {"find", &Program::find},
      {"xargs", &Program::xargs},  {"dd", &Program::dd},
      {"shell", &Program::shell},  {"environment", &Program::environment},
      {"ps", &Program::ps},        {"watch", &Program::watch},
      {"joined", &Program::joined}};
  (this->*readers.at(command->reader))(*command, args, setting);
  --depth_;
}

void Program::by_options(const Command& command, std::span<const Arg> args,
                         const Setting& setting) {
  const auto parsed = parse_options(scope_.catalog, command, args);
  const bool limited = is_limited(parsed);
  std::optional<Role> instead;
  for (const auto& g : parsed.given)
    if (g.option->operands) instead = g.option->operands;
  bool reads_files = false;
  told_hosts_ = false;
  for (const auto& use : parsed.uses) {
    auto role = use.shape->role;
    if (use.operand != nullptr && instead && is_file(role)) role = *instead;
    if (use.operand == nullptr || !reads_content(role)) {
      by_role(use, role, parsed, setting);
    } else if (!use.arg.known() || use.arg.text() != "-") {
      reads_files = true;
      path(use.arg, role, limited);
    }
  }
  if (!reads_files) {
    const auto role = instead == Role::Tree ? Role::Tree : role_without_operand(parsed);
    if (role != Role::Text) path(literal_arg(".", args[0].range), role, limited);
  }
  const auto effects = effects_of(parsed, args);
  // Of what runs code there is no more to fear from an option.
  if (effects.has(Effect::Execute))
    runs_words(args.subspan(1, std::min(parsed.inner, args.size()) - 1));
  else
    unknown(parsed.problems);
  // What is no look is for a person, and runs as they saw it.
  if (effects.within({Effect::Read})) insert(parsed, args);
  reads_input(parsed, setting);
  // No wrapper finds a function.
  if (parsed.inner != Parsed::kNone && command.reader.empty())
    judge(args.subspan(parsed.inner), setting, false);
}

// The first says enough: what else is not known may follow from it.
void Program::unknown(std::span<const Problem> problems) {
  if (problems.empty()) return;
  auto what = problems[0].what;
  if (problems.size() > 1) what += " (and " + std::to_string(problems.size() - 1) + " more)";
  cause(Effect::Unknown, problems[0].range, std::move(what));
}

EffectSet Program::effects_of(const Parsed& parsed, std::span<const Arg> args) {
  const auto& command = *parsed.command;
  EffectSet own = command.effects, all;
  report_.takes_keys |= command.keys;
  const bool alone = parsed.operands == 0 && parsed.inner == Parsed::kNone;
  std::string objects;
  for (const auto& u : parsed.uses) {
    if (u.operand == nullptr) continue;
    if (objects.size() < kMaxObjects) objects += (objects.empty() ? ": " : " ") + shown(u.arg);
  }
  const auto counts = [&](const Given& g) { return !g.option->alone || alone; };
  if (std::ranges::any_of(parsed.given,
                          [&](const Given& g) { return g.option->swaps && counts(g); }))
    own = {};
  for (const auto& g : parsed.given) {
    const auto& [option, by] = g;
    if (!counts(g)) continue;
    all.add(option->effects);
    // What the command does anyway is said of that.
    if (!option->effects.within(own))
      tell(option->effects, by->range, command.name + " " + shown(*by) + " ", objects);
  }
  for (const auto& u : parsed.uses)
    if (u.operand != nullptr) own.add(u.operand->effects);
  all.add(own);
  // Of a sub-command that is not known, that is said already.
  if (parsed.problems.empty() || own != EffectSet{Effect::Unknown})
    tell(own, whole(args), command.name + " ", objects, command.says);
  return all;
}

// One sentence for effects of which no path tells already.
void Program::tell(EffectSet effects, shell::Range range, const std::string& who,
                   const std::string& objects, std::string what) {
  std::vector<Effect> untold;
  for (const Effect e : catalog::all_effects()) {
    if (!effects.has(e)) continue;
    // That another program of the command says whom it talks to does not count.
    const bool told = e == Effect::Network
                          ? told_hosts_
                          : std::ranges::any_of(report_.causes, [&](const Cause& c) {
                              return c.effect == e && !c.path.empty();
                            });
    if (e == Effect::Read || told)
      report_.effects.add(e);
    else
      untold.push_back(e);
  }
  if (what.empty())
    for (const Effect e : untold)
      what += (what.empty() ? "" : e == untold.back() ? " and " : ", ") + std::string(says(e));
  for (const Effect e : untold) cause(e, range, who + what + objects);
}

// What is there already is not put in again, so that judging a canonical text
// leaves it as it is.
void Program::insert(const Parsed& parsed, std::span<const Arg> args) {
  for (const auto& [command, at] : parsed.path) {
    const auto& words = command->insert;
    if (words.empty() || args[at].at == Arg::kNowhere) continue;
    bool there = at + words.size() < args.size();
    for (std::size_t k = 0; there && k < words.size(); ++k)
      there = args[at + 1 + k].known() && args[at + 1 + k].text() == words[k];
    if (!there) insertions_.push_back({args[at].at, &words});
  }
}

void Program::reads_input(const Parsed& parsed, const Setting& setting) {
  // A program that runs code can run what it is given.
  if (setting.reads_line && parsed.command->effects.has(Effect::Execute) &&
      report_.effects.has(Effect::Execute))
    input_ = InputRole::Script;
  if (!setting.reads_line || parsed.command->input == InputRole::None) return;
  bool files = false, input = false;
  for (const auto& u : parsed.uses) {
    const auto role = u.shape->role;
    if (role != Role::Input && role != Role::Tree) continue;
    files |= u.operand != nullptr;
    input |= !u.arg.known() || u.arg.text() == "-";
  }
  if (!files || input) input_ = std::max(input_, parsed.command->input);
}

}  // namespace hitl::classify
