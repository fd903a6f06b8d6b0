// SPDX-License-Identifier: Apache-2.0
// What an argument does in the role that the catalogue gives it.
#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>

#include "base/host.h"
#include "catalog/pattern.h"
#include "classify/program.h"
#include "classify/program_text.h"

namespace hitl::classify {
namespace {

using catalog::Role;

bool is_name_text(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_.,:@%/+-~^").find(c) != std::string_view::npos;
  });
}

bool is_filter(const Use& use) {
  return use.shape->role == Role::Filter ||
         (use.shape->role == Role::Glob && !use.arg.text().starts_with('!'));
}

// A word of the list; "core.*" begins one; kubectl's pod/NAME is the word pod.
bool is_word(const catalog::Shape& shape, std::string_view text) {
  if (const auto comma = text.find(','); shape.list && comma != std::string_view::npos)
    return is_word(shape, text.substr(0, comma)) && is_word(shape, text.substr(comma + 1));
  return std::ranges::any_of(shape.words, [&](std::string_view w) {
    if (w.ends_with('*')) return text.starts_with(w.substr(0, w.size() - 1));
    return text == w || text.substr(0, text.find('/')) == w;
  });
}

// Of systemd, git and their like.
bool shows_credentials(std::string_view property) {
  std::string text(property);
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const char* part : {"environ", "credential", "token", "passw", "secret", "extraheader",
                           "cookie", "smtppass", "insteadof", "auth", "proxy", "apikey"})
    if (text.find(part) != std::string::npos) return true;
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

// Of git's commands that take revisions and paths: more than names and messages.
bool shows_content(const Parsed& parsed) {
  static constexpr std::string_view kLists[] = {"git log", "git whatchanged", "git rev-list",
                                                "git ls-files", "git shortlog"};
  static constexpr std::string_view kPatches[] = {"-p",
                                                  "-u",
                                                  "-U",
                                                  "-c",
                                                  "--patch",
                                                  "--cc",
                                                  "-W",
                                                  "-L",
                                                  "--patch-with-stat",
                                                  "--patch-with-raw",
                                                  "--word-diff",
                                                  "--color-words",
                                                  "--binary",
                                                  "--text",
                                                  "-a",
                                                  "--function-context"};
  const auto& name = parsed.command->name;
  return std::ranges::find(kLists, name) == std::end(kLists) ||
         std::ranges::any_of(kPatches, [&](auto option) {
           const auto* own = parsed.command->option(option);  // git has a -c too
           return own != nullptr &&
                  std::ranges::find(parsed.given, own, &Given::option) != parsed.given.end();
         });
}

bool leaves_folder(std::string_view path) {
  return path.starts_with('/') || path.starts_with('~') || path.starts_with("../") ||
         path.find("/../") != std::string_view::npos;
}

}  // namespace

bool is_plain(const Arg& arg) {
  return arg.known() && !arg.text().empty() && is_name_text(arg.text()) &&
         arg.text().find_first_of("~^") == std::string::npos;
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

void Program::by_role(const Use& use, Role role, const Parsed& parsed, const Setting& setting) {
  const Arg& arg = use.arg;
  const auto unknown = [&](std::string_view what) {
    cause(Effect::Unknown, arg.range, shown(arg) + " " + std::string(what));
  };
  switch (role) {
    case Role::Text:
    case Role::Command:
      return;
    case Role::Name:
    case Role::Bare:
    case Role::Property:
      if (!arg.known() || !is_name_text(arg.text()) ||
          (role == Role::Bare && arg.text().find('/') != std::string::npos))
        unknown("is no plain name for " + parsed.command->name);
      if (role == Role::Property && shows_credentials(arg.text()))
        cause(Effect::ReadSecret, arg.range, shown(arg) + " may hold secrets");
      return;
    case Role::Plus:
      if (!arg.text().starts_with('+')) unknown("must begin with +");
      return;
    case Role::Word:
      if (!arg.known() || !is_word(*use.shape, arg.text())) {
        if (use.shape->otherwise == Effect::Unknown)
          return unknown("is not known to " + parsed.command->name);
        tell({use.shape->otherwise}, arg.range, parsed.command->name + " " + shown(arg) + " ", "",
             parsed.command->says);
      }
      return;
    case Role::Pretty:
      if (!catalog::is_known(arg.text()) || asks_about_signatures(arg.text()) ||
          !is_format(arg.text()))
        unknown("may ask another program about signatures");
      return;
    case Role::Archive:
      if (arg.text().find(':') != std::string::npos)
        cause(Effect::Execute, arg.range, shown(arg) + " is fetched by a remote shell");
      // One that is made of trees is written.
      return path(
          arg, std::ranges::any_of(parsed.given,
                                   [](const Given& g) { return g.option->operands == Role::Tree; })
                   ? Role::Output
                   : Role::Input);
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
      return path(arg, role);
    case Role::Shell:
      return shell_text(arg, setting);
    case Role::Sed:
      return language(use, not_only_sed, "sed");
    case Role::Awk:
      return language(use, not_only_awk, "awk");
    case Role::Jq:
      return language(use, not_only_jq, "jq");
    case Role::Fields:
      if (!arg.known())
        unknown("is not known beforehand");
      else if (auto bad = not_only_fields(arg.text()); !bad.empty())
        cause(Effect::ReadSecret, arg.range, parsed.command->name + " " + shown(arg) + ": " + bad);
      return;
    case Role::Sql:
      return language(use, not_only_sql, "SQL");
    case Role::Host:
      return talks_to(arg, arg.known() ? known_host(arg.text()) : "");
    case Role::Url:
      return talks_to(arg, arg.known() ? host_of_url(arg.text()) : "");
    case Role::Assign: {
      const auto equals = arg.text().find('=');
      auto values = arg.patterns;
      for (auto& v : values) v.erase(0, std::min(v.size(), equals + 1));
      return assignment(std::string_view(arg.text()).substr(0, equals), values, arg.range, true);
    }
  }
}

void Program::talks_to(const Arg& arg, std::string host) {
  const auto* who = host.empty() ? ", a host that is not known" : "";
  cause(Effect::Network, arg.range, "talks to " + shown(arg) + who, {}, false, std::move(host));
  told_hosts_ = true;
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
    if (p.find(catalog::kAny) != std::string::npos && shows_content(parsed))
      cause(Effect::Unknown, arg.range, "shows " + shown(arg) + ", which may be any path");
    const auto name = lower_case(p.substr(p.rfind(':') + 1));
    if (!catalog::is_known(name))
      selected(arg, {name});
    else if (places.reading(catalog::normal(name, "/repository").paths[0], "") ==
             Effect::ReadSecret)
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

void Program::assignment(std::string_view name, std::span<const std::string> values,
                         shell::Range range, bool exported) {
  const auto& catalog = scope_.catalog;
  for (const auto& value : values)
    if (!catalog.takes_value(name, value))
      return cause(Effect::Execute, range,
                   "sets " + std::string(name) + " to " + catalog::shown(value) +
                       ", with which programs may read other text than is shown");
  if (catalog.is_harmless_variable(name)) return;
  const auto is_pin = [&](const auto& value) { return catalog.is_pin(name, value); };
  if (!values.empty() && std::ranges::all_of(values, is_pin)) return;
  if (exported || catalog.is_grave_variable(name))
    cause(Effect::Execute, range,
          "sets " + std::string(name) + ", which can change what programs do");
}

}  // namespace hitl::classify
