// SPDX-License-Identifier: Apache-2.0
// Paths in a role: what is read, written, removed, and what that means there.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/pattern.h"
#include "classify/program.h"

namespace hitl::classify {

using catalog::Role;

void Program::path(const Arg& arg, Role role, bool limited) {
  for (const auto& pattern : arg.patterns) {
    const bool relative = !pattern.starts_with('/') && !pattern.starts_with('~');
    const std::vector<std::string> none = {""};
    const auto what = arg.written.empty() ? catalog::shown(pattern) : shown(arg);
    for (const auto& base : relative ? scope_.bases : none) {
      const auto normal = catalog::normal(pattern, base);
      for (const auto& path : normal.paths) {
        if (role == Role::Input || role == Role::Tree || role == Role::Visible ||
            role == Role::Linked)
          read_path(arg, what, path, normal.rest, role, limited);
        if (role == Role::Metadata && path.find(catalog::kAny) == std::string::npos)
          cause(Effect::Read, arg.range, "looks at " + what, path);
        if (role == Role::Output || role == Role::Changed || role == Role::Removed)
          written_path(arg, what, path, role);
      }
    }
  }
}

void Program::read_path(const Arg& arg, const std::string& what, const std::string& path,
                        const std::string& rest, Role role, bool limited) {
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
  // What was found says itself where it is.
  const auto reads = (tree && !arg.below ? "reads everything below " : "reads ") + what;
  if (effect == Effect::Read)
    cause(effect, arg.range, reads, path, tree);
  else if (effect == Effect::Unknown)
    cause(effect, arg.range, reads + ", which may be any file");
  else
    cause(effect, arg.range, reads + ", which may hold secrets", path, tree);
}

void Program::written_path(const Arg& arg, const std::string& what, const std::string& path,
                           Role role) {
  static constexpr std::string_view kSinks[] = {"/dev/null", "/dev/stdout", "/dev/stderr",
                                                "/dev/tty", "/dev/fd/63"};
  if (role == Role::Output && std::ranges::find(kSinks, path) != std::end(kSinks))
    return report_.effects.add(Effect::Read);
  const bool whole = role != Role::Output && !arg.narrowed;
  const auto effect = role == Role::Removed ? Effect::Delete : Effect::Write;
  auto does = std::string(role == Role::Removed   ? "removes "
                          : role == Role::Changed ? "changes "
                                                  : "writes ") +
              what;
  if (path.find(catalog::kAny) != std::string::npos) {
    does += ", which may be any path";
    cause(effect, arg.range, does, path, whole);
    return cause(Effect::Unknown, arg.range, does);
  }
  const auto more = scope_.catalog.places().writing(path);
  std::vector<Effect> all = {effect};
  for (const Effect e : catalog::all_effects())
    if (more.has(e) && e != effect) {
      does += (all.size() == 1 ? ", which " : " and ") + std::string(says(e));
      all.push_back(e);
    }
  for (const Effect e : all) cause(e, arg.range, does, path, whole);
}

}  // namespace hitl::classify
