// SPDX-License-Identifier: Apache-2.0
// Wrappers and other programs that only code can read.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "catalog/pattern.h"
#include "classify/program.h"

namespace hitl::classify {

using catalog::Command;
using catalog::Role;

void Program::xargs(const Command& command, std::span<const Arg> args, const Setting& setting) {
  const auto parsed = parse_options(scope_.catalog, command, args);
  unknown(parsed.problems);
  std::string replaced;
  bool from_file = false, comes_apart = false;
  for (const auto& u : parsed.uses) {
    // Names come apart at any other delimiter than that of lines.
    if (const auto* d = command.option("-d"); d != nullptr && u.shape == &d->shape)
      comes_apart = u.arg.text() != "\\n" && u.arg.text() != "\\0" && u.arg.text() != "\n";
    else if (u.shape->role == Role::Text)
      replaced = u.arg.text();
    from_file |= u.shape->role == Role::Input;
    by_role(u, u.shape->role, parsed, setting);
  }
  if (parsed.has("-i") && replaced.empty()) replaced = "{}";
  report_.effects.add(Effect::Read);
  if (setting.reads_line && !from_file) input_ = std::max(input_, InputRole::Data);
  if (parsed.inner == Parsed::kNone) return;

  Arg unknown = literal_arg(std::string(1, catalog::kAny), args[0].range);
  unknown.several = true;
  unknown.written = "what xargs reads";
  std::vector<Arg> names = {unknown};
  if (setting.names && !from_file && !comes_apart) names = *setting.names;

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

void Program::dd(const Command&, std::span<const Arg> args, const Setting& setting) {
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
  unknown(parsed.problems);
  report_.effects.add(Effect::Read);
  // Without the variables that are pinned, entries are not true of what runs.
  const auto* unset = command.option("-u");
  if (parsed.inner != Parsed::kNone && parsed.has("-i"))
    cause(Effect::Execute, args[0].range,
          "drops the variables that keep programs from running others");
  bool named = false;
  for (const auto& u : parsed.uses) {
    if (unset != nullptr && u.shape == &unset->shape) {
      const auto& name = u.arg.text();
      if (!u.arg.known() || scope_.catalog.is_pinned_variable(name) ||
          scope_.catalog.is_grave_variable(name))
        cause(Effect::Execute, u.arg.range,
              "unsets " + shown(u.arg) + ", which can change what programs do");
      continue;
    }
    by_role(u, u.shape->role, parsed, setting);
    if (!u.operand || u.shape->role == Role::Assign) continue;
    named = true;
    if (scope_.catalog.is_secret_variable(u.arg.text()))
      cause(Effect::ReadSecret, u.arg.range, "shows the variable " + shown(u.arg));
  }
  if (parsed.inner != Parsed::kNone) return judge(args.subspan(parsed.inner), setting, false);
  const bool asks = parsed.any(&catalog::Option::swaps);
  if (!named && !asks)
    cause(Effect::ReadSecret, args[0].range, "shows all variables, which may hold secrets");
}

// sh and its kin: a literal -c text is judged; anything else is code unseen.
void Program::shell(const Command& command, std::span<const Arg> args, const Setting& setting) {
  const auto parsed = parse_options(scope_.catalog, command, args);
  unknown(parsed.problems);
  report_.effects.add(Effect::Read);
  if (parsed.operands == 0 && parsed.any(&catalog::Option::swaps)) return;
  for (const auto& [option, by] : parsed.given)
    tell(option->effects, by->range, command.name + " " + shown(*by) + " ", "",
         "runs start-up files or its input");
  if (!parsed.has("-c") || parsed.operands == 0) {
    if (setting.reads_line) input_ = InputRole::Script;
    report_.opens_shell = parsed.operands == 0;
    const auto script = std::ranges::find_if(parsed.uses, [](const Use& u) { return u.operand; });
    if (script != parsed.uses.end()) runs(script->arg, true);
    const auto which = parsed.operands == 0
                           ? "its input as a script"
                           : "a script that the line does not show: " + shown(args.back());
    cause(Effect::Execute, whole(args), command.name + " runs " + which);
    // Also where its text is known it is not ours to rewrite.
    if (report_.opens_shell && setting.text) script_(literal_arg(*setting.text, whole(args)), {});
    return;
  }
  for (const auto& u : parsed.uses)
    if (u.operand) return shell_text(u.arg, setting);
}

// watch: its words, joined by blanks, are a script; with -x they are a command.
void Program::watch(const Command& command, std::span<const Arg> args, const Setting& setting) {
  by_options(command, args, setting);
  const auto parsed = parse_options(scope_.catalog, command, args);
  if (parsed.inner == Parsed::kNone) return;
  const auto inner = args.subspan(parsed.inner);
  // One word is a script as it stands; plain ones mean to a shell what they are.
  if (inner.size() == 1 && !parsed.has("-x")) return shell_text(inner[0], setting);
  const bool plain = std::ranges::all_of(inner, [](const Arg& a) { return is_plain(a); });
  if (!plain && !parsed.has("-x"))
    return cause(Effect::Execute, whole(inner), "runs a script that is put together of words");
  judge(inner, setting, false);
}

// ssh and eval: the words after the host, if any, are a script, of which what it
// does is said too.  It runs as it was written.
void Program::joined(const Command& command, std::span<const Arg> args, const Setting& setting) {
  by_options(command, args, setting);
  const auto parsed = parse_options(scope_.catalog, command, args);
  if (parsed.inner == Parsed::kNone) return;
  const auto inner = args.subspan(parsed.inner);
  std::string text;
  for (const auto& arg : inner) {
    if (!arg.known()) return;
    text += (text.empty() ? "" : " ") + arg.text();
  }
  script_(literal_arg(std::move(text), whole(inner)), setting);
}

}  // namespace hitl::classify
