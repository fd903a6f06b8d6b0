// SPDX-License-Identifier: Apache-2.0
#include "classify/program.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "catalog/pattern.h"
#include "classify/program_text.h"

namespace hitl::classify {
namespace {

using catalog::Command;
using catalog::Role;

// Wrappers inside wrappers: deeper than this nobody means well.
constexpr int kMaxWrappers = 12;

std::string shown(const Arg& arg) { return catalog::shown(arg.text()); }

bool is_name_text(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_.,:@%/+-~^").find(c) != std::string_view::npos;
  });
}

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
      return "runs code that the line does not show";
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

shell::Range range_of(std::span<const Arg> args) {
  return {args.front().range.begin, std::max(args.front().range.end, args.back().range.end)};
}

}  // namespace

void Program::cause(Effect effect, shell::Range range, std::string reason, std::string path,
                    bool whole) {
  report_.effects.add(effect);
  report_.causes.push_back({effect, range, std::move(reason), std::move(path), whole});
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
  if (!first.known())
    return unseen(Effect::Execute, "runs a program whose name is not known beforehand: ");
  if (direct && scope_.functions.contains(first.text())) return report_.effects.add(Effect::Read);
  const auto name = scope_.catalog.program_of(first.text());
  if (!name) return unseen(Effect::Execute, "runs a file: ");
  const auto* command = scope_.catalog.find(*name);
  if (command == nullptr) return unseen(Effect::Unknown, "uses a program that is not known: ");

  if (command->reader == "find")
    find(args, setting);
  else if (command->reader == "xargs")
    xargs(*command, args, setting);
  else if (command->reader == "dd")
    dd(args, setting);
  else if (command->reader == "environment")
    environment(*command, args, setting);
  else if (command->reader == "shell")
    shell(*command, args, setting);
  else
    by_options(*command, args, setting);
  --depth_;
}

void Program::by_options(const Command& command, std::span<const Arg> args,
                         const Setting& setting) {
  const auto parsed = parse_options(scope_.catalog, command, args);
  for (const auto& p : parsed.problems) cause(Effect::Unknown, p.range, p.what);
  const bool limited =
      std::ranges::any_of(parsed.uses, [](const Use& u) { return u.shape->role == Role::Filter; });
  const bool tree =
      std::ranges::any_of(parsed.given, [](const catalog::Option* o) { return o->tree; });
  bool reads_files = false;
  for (const auto& use : parsed.uses) {
    const auto role = use.shape->role;
    if (use.operand && (role == Role::Input || role == Role::Tree)) {
      if (use.arg.known() && use.arg.text() == "-") continue;
      reads_files = true;
      path(use.arg, tree ? Role::Tree : role, limited);
    } else {
      by_role(use, parsed, setting);
    }
  }
  if (tree && !reads_files) path(literal_arg(".", args[0].range), Role::Tree, limited);
  effects_of(parsed, args);
  insert(parsed, args);
  reads_input(parsed, setting);
  run_inner(parsed, args, setting);
}

void Program::by_role(const Use& use, const Parsed& parsed, const Setting& setting) {
  const Arg& arg = use.arg;
  const auto unknown = [&](std::string_view what) {
    cause(Effect::Unknown, arg.range, shown(arg) + " " + std::string(what));
  };
  switch (use.shape->role) {
    case Role::Text:
    case Role::Command:
      return;
    case Role::Name:
      if (!arg.known() || !is_name_text(arg.text()))
        unknown("is no plain name for " + parsed.command->name);
      return;
    case Role::Plus:
      if (!arg.text().starts_with('+')) unknown("must begin with +");
      return;
    case Role::Word:
      // kubectl's pod/NAME is the word pod.
      if (!arg.known() ||
          (!std::ranges::count(use.shape->words, arg.text()) &&
           !std::ranges::count(use.shape->words, arg.text().substr(0, arg.text().find('/')))))
        unknown("is not known to " + parsed.command->name);
      return;
    case Role::Pretty:
      if (!catalog::is_known(arg.text()) || arg.text().find("%G") != std::string::npos)
        unknown("may ask another program about signatures");
      return;
    case Role::Archive:
      if (arg.text().find(':') != std::string::npos)
        cause(Effect::Execute, arg.range, shown(arg) + " is fetched by a remote shell");
      return path(arg, Role::Input);
    case Role::Filter:
      return selected(arg, arg.patterns);
    case Role::Revision:
      return revision(arg);
    case Role::Metadata:
    case Role::Input:
    case Role::Tree:
    case Role::Output:
    case Role::Changed:
    case Role::Removed:
    case Role::Linked:
      return path(arg, use.shape->role);
    case Role::Shell:
      return shell_text(arg, setting);
    case Role::Sed:
      return language(use, not_only_sed, "sed");
    case Role::Awk:
      return language(use, not_only_awk, "awk");
    case Role::Jq:
      return language(use, not_only_jq, "jq");
    case Role::Assign: {
      const auto equals = arg.text().find('=');
      auto values = arg.patterns;
      for (auto& v : values) v.erase(0, std::min(v.size(), equals + 1));
      return assignment(std::string_view(arg.text()).substr(0, equals), values, arg.range, true);
    }
  }
}

// Files of which only a pattern of their names is given.
void Program::selected(const Arg& arg, const std::vector<std::string>& names) {
  for (const auto& name : names)
    if (scope_.catalog.places().reading_names(catalog::from_fnmatch(name)) != Effect::Read)
      cause(Effect::ReadSecret, arg.range, "reads what may hold secrets: " + catalog::shown(name));
}

// git takes paths outside of the repository for files to compare.
void Program::revision(const Arg& arg) {
  std::vector<std::string> names;
  for (const auto& p : arg.patterns) names.push_back(p.substr(p.rfind(':') + 1));
  selected(arg, names);
  for (const auto& p : arg.patterns)
    if (p.starts_with('/') || p.starts_with('~') || p.starts_with("../"))
      return path(arg, Role::Input);
}

void Program::language(const Use& use, std::string (*reader)(std::string_view),
                       std::string_view name) {
  for (const auto& text : use.arg.patterns) {
    if (use.arg.several || use.arg.below || !catalog::is_known(text))
      return cause(Effect::Unknown, use.arg.range,
                   "the " + std::string(name) + " program is not known beforehand");
    if (auto bad = reader(text); !bad.empty())
      return cause(Effect::Execute, use.arg.range, std::move(bad));
  }
}

void Program::shell_text(const Arg& arg, const Setting& setting) {
  if (arg.known())
    if (auto canonical = script_(arg, setting)) {
      if (arg.at != Arg::kNowhere) rewrites_.push_back({arg.at, *std::move(canonical)});
      return;
    }
  cause(Effect::Execute, arg.range, "runs a script that is not understood: " + shown(arg));
}

void Program::effects_of(const Parsed& parsed, std::span<const Arg> args) {
  EffectSet effects = parsed.command->effects;
  EffectSet swapped, added;
  const bool alone = parsed.operands == 0 && parsed.inner == Parsed::kNone;
  for (const auto* o : parsed.given)
    if (!o->alone || alone) (o->swaps ? swapped : added).add(o->effects);
  effects.add(added);
  if (!swapped.empty()) {
    swapped.add(added);
    effects = swapped;
  }
  for (const Effect e : catalog::all_effects()) {
    if (!effects.has(e)) continue;
    if (e == Effect::Read) {
      report_.effects.add(e);
      continue;
    }
    const bool told = std::ranges::any_of(
        report_.causes, [&](const Cause& c) { return c.effect == e && !c.path.empty(); });
    if (told) continue;
    std::string what = parsed.command->name;
    const bool own = parsed.command->effects.has(e) && !parsed.command->says.empty();
    what += " " + (own ? parsed.command->says : std::string(says(e)));
    std::string operands;
    for (const auto& u : parsed.uses)
      if (u.operand) operands += " " + shown(u.arg);
    if (!operands.empty()) what += ":" + operands;
    cause(e, range_of(args), std::move(what));
  }
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
    files |= u.operand;
    input |= !u.arg.known() || u.arg.text() == "-";
  }
  if (!files || input) input_ = std::max(input_, parsed.command->input);
}

void Program::run_inner(const Parsed& parsed, std::span<const Arg> args, const Setting& setting) {
  if (parsed.inner == Parsed::kNone) return;
  judge(args.subspan(parsed.inner), setting, false);  // no wrapper finds a function
}

void Program::assignment(std::string_view name, std::span<const std::string> values,
                         shell::Range range, bool exported) {
  const auto& catalog = scope_.catalog;
  for (const auto& value : values)
    if (!catalog.takes_value(name, value))
      return cause(Effect::Execute, range,
                   "sets " + std::string(name) + " to " + catalog::shown(value) +
                       ", with which programs may read other text than is shown");
  if (catalog.is_harmless_variable(name)) return;
  if (exported || catalog.is_grave_variable(name))
    cause(Effect::Execute, range,
          "sets " + std::string(name) + ", which can change what programs do");
}

void Program::path(const Arg& arg, Role role, bool limited) {
  for (const auto& pattern : arg.patterns) {
    const bool relative = !pattern.starts_with('/') && !pattern.starts_with('~');
    const std::vector<std::string> none = {""};
    for (const auto& base : relative ? scope_.bases : none) {
      const auto normal = catalog::normal(pattern, base);
      for (const auto& path : normal.paths) {
        if (role == Role::Input || role == Role::Tree || role == Role::Linked)
          read_path(arg, path, normal.rest, role, limited);
        if (role == Role::Metadata && path.find(catalog::kAny) == std::string::npos)
          cause(Effect::Read, arg.range, "looks at " + catalog::shown(arg.text()), path);
        if (role == Role::Output || role == Role::Changed || role == Role::Removed)
          written_path(arg, path, role);
      }
    }
  }
}

void Program::read_path(const Arg& arg, const std::string& path, const std::string& rest, Role role,
                        bool limited) {
  const auto& places = scope_.catalog.places();
  const bool tree = role == Role::Tree || arg.below;
  if (arg.below && !arg.name.empty()) {
    limited = true;
    if (places.reading_names(arg.name) != Effect::Read)
      cause(Effect::ReadSecret, arg.range,
            "reads files that may hold secrets: " + catalog::shown(arg.name), path, true);
  }
  const auto effect = tree && !limited ? places.reading_tree(path) : places.reading(path, rest);
  const auto what = catalog::shown(arg.text());
  if (effect == Effect::Read)
    return cause(effect, arg.range, (tree ? "reads everything below " : "reads ") + what, path,
                 tree);
  if (effect == Effect::Unknown)
    return cause(effect, arg.range, "reads a file that is not known beforehand: " + what);
  cause(effect, arg.range,
        (tree ? "reads everything below " : "reads ") + what + ", which may hold secrets", path,
        tree);
}

void Program::written_path(const Arg& arg, const std::string& path, Role role) {
  static constexpr std::string_view kSinks[] = {"/dev/null", "/dev/stdout", "/dev/stderr",
                                                "/dev/tty", "/dev/fd/63"};
  if (role == Role::Output && std::ranges::find(kSinks, path) != std::end(kSinks))
    return report_.effects.add(Effect::Read);
  const auto what = catalog::shown(arg.text());
  const bool whole = role != Role::Output && !arg.narrowed;
  if (path.find(catalog::kAny) != std::string::npos)
    cause(Effect::Unknown, arg.range, "which path that is is not known beforehand: " + what);
  if (role == Role::Removed)
    cause(Effect::Delete, arg.range, "removes " + what, path, whole);
  else
    cause(Effect::Write, arg.range, (role == Role::Changed ? "changes " : "writes ") + what, path,
          whole);
  const auto more = scope_.catalog.places().writing(path);
  for (const Effect e : catalog::all_effects())
    if (more.has(e)) cause(e, arg.range, what + ": " + std::string(says(e)), path, whole);
}

// ---- programs that only code can read -----------------------------------------

void Program::xargs(const Command& command, std::span<const Arg> args, const Setting& setting) {
  const auto parsed = parse_options(scope_.catalog, command, args);
  for (const auto& p : parsed.problems) cause(Effect::Unknown, p.range, p.what);
  std::string replaced;
  bool from_file = false;
  for (const auto& u : parsed.uses) {
    if (u.shape->role == Role::Text) replaced = u.arg.text();
    from_file |= u.shape->role == Role::Input;
    by_role(u, parsed, setting);
  }
  if (parsed.has("-i") && replaced.empty()) replaced = "{}";
  report_.effects.add(Effect::Read);
  if (setting.reads_line && !from_file) input_ = std::max(input_, InputRole::Data);
  if (parsed.inner == Parsed::kNone) return;

  Arg unknown = literal_arg(std::string(1, catalog::kAny), args[0].range);
  unknown.several = true;
  std::vector<Arg> names = {unknown};
  if (setting.names && !from_file) names = *setting.names;

  std::vector<Arg> inner;
  bool placed = false;
  for (const auto& arg : args.subspan(parsed.inner)) {
    const auto where = replaced.empty() ? std::string::npos : arg.text().find(replaced);
    if (where == std::string::npos) {
      inner.push_back(arg);
      continue;
    }
    placed = true;
    for (Arg name : names) {
      name.range = arg.range;
      if (arg.text() != replaced) name = literal_arg(std::string(1, catalog::kAny), arg.range);
      inner.push_back(std::move(name));
    }
  }
  if (!placed && replaced.empty()) inner.insert(inner.end(), names.begin(), names.end());
  judge(inner, {}, false);
}

void Program::dd(std::span<const Arg> args, const Setting& setting) {
  bool input = false;
  report_.effects.add(Effect::Read);
  for (const auto& arg : args.subspan(1)) {
    const auto& text = arg.text();
    Arg value = arg;
    const auto equals = text.find('=');
    if (arg.patterns.size() != 1 || equals == std::string::npos) {
      cause(Effect::Unknown, arg.range, shown(arg) + " is not known to dd");
      continue;
    }
    value.patterns = {text.substr(equals + 1)};
    const auto key = std::string_view(text).substr(0, equals);
    static constexpr std::string_view kNumbers[] = {
        "bs", "count", "skip", "seek", "ibs", "obs", "cbs", "conv", "iflag", "oflag", "status"};
    if (key == "if") {
      input = true;
      path(value, Role::Input);
    } else if (key == "of") {
      path(value, Role::Output);
    } else if (std::ranges::find(kNumbers, key) == std::end(kNumbers)) {
      cause(Effect::Unknown, arg.range, shown(arg) + " is not known to dd");
    }
  }
  if (!input && setting.reads_line) input_ = std::max(input_, InputRole::Data);
}

// env and printenv: alone they show every variable.
void Program::environment(const Command& command, std::span<const Arg> args,
                          const Setting& setting) {
  const auto parsed = parse_options(scope_.catalog, command, args);
  for (const auto& p : parsed.problems) cause(Effect::Unknown, p.range, p.what);
  report_.effects.add(Effect::Read);
  bool named = false;
  for (const auto& u : parsed.uses) {
    by_role(u, parsed, setting);
    if (!u.operand || u.shape->role == Role::Assign) continue;
    named = true;
    if (scope_.catalog.is_secret_variable(u.arg.text()))
      cause(Effect::ReadSecret, u.arg.range, "shows the variable " + shown(u.arg));
  }
  if (parsed.inner != Parsed::kNone) return run_inner(parsed, args, setting);
  const bool asks = std::ranges::any_of(parsed.given, &catalog::Option::swaps);
  if (!named && !asks)
    cause(Effect::ReadSecret, args[0].range, "shows all variables, which may hold secrets");
}

// sh and its kin: a literal -c text is judged; anything else is code unseen.
void Program::shell(const Command& command, std::span<const Arg> args, const Setting& setting) {
  const auto parsed = parse_options(scope_.catalog, command, args);
  for (const auto& p : parsed.problems) cause(Effect::Unknown, p.range, p.what);
  report_.effects.add(Effect::Read);
  if (parsed.operands == 0 && std::ranges::any_of(parsed.given, &catalog::Option::swaps)) return;
  if (!parsed.has("-c") || parsed.operands == 0) {
    if (setting.reads_line) input_ = InputRole::Script;
    return cause(Effect::Execute, range_of(args),
                 "runs a script that the line does not show: " + shown(args.back()));
  }
  for (const auto& u : parsed.uses)
    if (u.operand) return shell_text(u.arg, setting);
}

}  // namespace hitl::classify
