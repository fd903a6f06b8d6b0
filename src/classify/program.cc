// SPDX-License-Identifier: Apache-2.0
#include "classify/program.h"

#include <algorithm>
#include <cctype>
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

bool is_filter(const Use& use) {
  return use.shape->role == Role::Filter ||
         (use.shape->role == Role::Glob && !use.arg.text().starts_with('!'));
}

// A word of the list; "core.*" begins one; kubectl's pod/NAME is the word pod.
bool is_word(const std::vector<std::string>& words, std::string_view text) {
  return std::ranges::any_of(words, [&](std::string_view w) {
    if (w.ends_with('*')) return text.starts_with(w.substr(0, w.size() - 1));
    return text == w || text.substr(0, text.find('/')) == w;
  });
}

// Of systemd and its like.
bool shows_credentials(std::string_view property) {
  for (const char* part : {"nviron", "redential"})
    if (property.find(part) != std::string_view::npos) return true;
  return false;
}

// %G? of a commit and %(signature) of a reference start gpg, or what the
// repository calls so; %(contents:signature) is text.
bool asks_about_signatures(std::string_view format) {
  if (format.find("%G") != std::string_view::npos) return true;
  constexpr std::string_view kWord = "signature", kText = "contents:";
  for (auto at = format.find(kWord); at != std::string_view::npos; at = format.find(kWord, at + 1))
    if (!format.substr(0, at).ends_with(kText)) return true;
  return false;
}

std::string lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// Anything else is a name that the repository's configuration gives a format.
bool is_format(std::string_view text) {
  static constexpr std::string_view kNames[] = {"oneline", "short",     "medium", "full", "fuller",
                                                "email",   "reference", "mboxrd", "raw"};
  return text.empty() || text.find('%') != std::string_view::npos || text.starts_with("format:") ||
         text.starts_with("tformat:") || std::ranges::find(kNames, text) != std::end(kNames);
}

bool leaves_folder(std::string_view path) {
  return path.starts_with('/') || path.starts_with('~') || path.starts_with("../") ||
         path.find("/../") != std::string_view::npos;
}

// What an entry reads that names no file: its first operand that is a tree.
Role role_without_operand(const Parsed& parsed) {
  if (std::ranges::any_of(parsed.given, &catalog::Option::plain_operands)) return Role::Text;
  const auto& operands = parsed.command->operands;
  const bool tree = std::ranges::any_of(
      operands, [](const catalog::Operand& o) { return o.shape.role == Role::Visible; });
  return tree ? Role::Visible : Role::Text;
}

}  // namespace

shell::Range whole(std::span<const Arg> args) {
  return {args.front().range.begin, std::max(args.front().range.end, args.back().range.end)};
}

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
  else if (command->reader == "ps")
    ps(args);
  else
    by_options(*command, args, setting);
  --depth_;
}

void Program::by_options(const Command& command, std::span<const Arg> args,
                         const Setting& setting) {
  const auto parsed = parse_options(scope_.catalog, command, args);
  for (const auto& p : parsed.problems) cause(Effect::Unknown, p.range, p.what);
  const bool limited = is_limited(parsed);
  const bool tree =
      std::ranges::any_of(parsed.given, [](const catalog::Option* o) { return o->tree; });
  bool reads_files = false;
  for (const auto& use : parsed.uses) {
    const auto role = use.shape->role;
    if (use.operand && (role == Role::Input || role == Role::Tree || role == Role::Visible)) {
      if (use.arg.known() && use.arg.text() == "-") continue;
      reads_files = true;
      path(use.arg, tree ? Role::Tree : role, limited);
    } else {
      by_role(use, parsed, setting);
    }
  }
  if (!reads_files)
    if (const auto role = tree ? Role::Tree : role_without_operand(parsed); role != Role::Text)
      path(literal_arg(".", args[0].range), role, limited);
  effects_of(parsed, args);
  insert(parsed, args);
  reads_input(parsed, setting);
  run_inner(parsed, args, setting);
}

// Of a tree only files are read whose names credentials do not have.
bool Program::is_limited(const Parsed& parsed) const {
  bool filtered = false;
  for (const auto& u : parsed.uses) {
    if (!is_filter(u)) continue;
    filtered = true;
    for (const auto& p : u.arg.patterns)
      if (!scope_.catalog.places().is_plain_name(catalog::from_fnmatch(p))) return false;
  }
  return filtered;
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
    case Role::Bare:
    case Role::Property:
      if (!arg.known() || !is_name_text(arg.text()) ||
          (use.shape->role == Role::Bare && arg.text().find('/') != std::string::npos))
        unknown("is no plain name for " + parsed.command->name);
      if (use.shape->role == Role::Property && shows_credentials(arg.text()))
        cause(Effect::ReadSecret, arg.range, shown(arg) + " may hold secrets");
      return;
    case Role::Plus:
      if (!arg.text().starts_with('+')) unknown("must begin with +");
      return;
    case Role::Word:
      if (!arg.known() || !is_word(use.shape->words, arg.text()))
        unknown("is not known to " + parsed.command->name);
      return;
    case Role::Pretty:
      if (!catalog::is_known(arg.text()) || asks_about_signatures(arg.text()) ||
          !is_format(arg.text()))
        unknown("may ask another program about signatures");
      return;
    case Role::Archive:
      if (arg.text().find(':') != std::string::npos)
        cause(Effect::Execute, arg.range, shown(arg) + " is fetched by a remote shell");
      return path(arg, Role::Input);
    case Role::Filter:
    case Role::Glob:
      if (is_filter(use)) selected(arg, arg.patterns);
      return;
    case Role::Revision:
      return revision(arg, parsed);
    case Role::Metadata:
    case Role::Input:
    case Role::Tree:
    case Role::Visible:
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
    case Role::Sql:
      return language(use, not_only_sql, "SQL");
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
  const auto& places = scope_.catalog.places();
  for (const auto& name : names)
    if (places.reading_names(catalog::from_fnmatch(name)) != Effect::Read ||
        places.reading_names(catalog::from_fnmatch(lower_case(name))) != Effect::Read)
      cause(Effect::ReadSecret, arg.range, "reads what may hold secrets: " + catalog::shown(name));
}

// A path of the repository, perhaps behind a revision.  git diff takes two paths
// outside of a repository for files to compare, and -C moves it anywhere.
void Program::revision(const Arg& arg, const Parsed& parsed) {
  const auto& places = scope_.catalog.places();
  const bool compares = parsed.command->name == "git diff";
  const bool several = std::ranges::count_if(parsed.uses, &Use::operand) > 1;
  for (const auto& p : arg.patterns) {
    const auto name = lower_case(p.substr(p.rfind(':') + 1));
    selected(arg, {name});
    if (catalog::is_known(name) &&
        places.reading(catalog::normal(name, "/repository").paths[0], "") == Effect::ReadSecret)
      cause(Effect::ReadSecret, arg.range, "reads what may hold secrets: " + shown(arg));
    if (leaves_folder(p)) {
      if (compares && several)
        cause(Effect::Unknown, arg.range, "may compare files outside of a repository");
      path(arg, Role::Input);
    } else if (compares && several) {
      for (const auto& base : scope_.bases)
        if (!base.empty() &&
            places.reading(catalog::normal(p, base).paths[0], "") == Effect::ReadSecret)
          cause(Effect::ReadSecret, arg.range, "reads what may hold secrets: " + shown(arg));
    }
  }
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
    cause(e, whole(args), std::move(what));
  }
}

// What is there already is not put in again, so that judging a canonical text
// leaves it as it is.
void Program::insert(const Parsed& parsed, std::span<const Arg> args) {
  // What is no look is for a person, and runs as they saw it.
  if (!parsed.command->effects.within({Effect::Read})) return;
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
        if (role == Role::Input || role == Role::Tree || role == Role::Visible ||
            role == Role::Linked)
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
  const bool tree = role == Role::Tree || role == Role::Visible || arg.below;
  if (arg.below && !arg.name.empty()) {
    limited = places.is_plain_name(arg.name);
    if (places.reading_names(arg.name) != Effect::Read)
      cause(Effect::ReadSecret, arg.range,
            "reads files that may hold secrets: " + catalog::shown(arg.name), path, true);
  }
  const auto effect = tree && !limited ? places.reading_tree(path, role == Role::Visible)
                                       : places.reading(path, rest);
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

}  // namespace hitl::classify
