// SPDX-License-Identifier: Apache-2.0
// Files whose content a command runs, so that people can be shown them.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "catalog/pattern.h"
#include "classify/program.h"

namespace hitl::classify {

// As it was written, not in normal form: a link may stand before a "..".
void Program::runs(const Arg& arg, bool named) {
  RunFile file;
  file.named = named;
  file.path = shown(arg);
  if (const auto whole = known_file(arg)) {
    file.path = *whole;
    file.known = true;
    const auto normal = catalog::normal(*whole, "");
    file.secret = std::ranges::any_of(normal.paths, [&](const auto& p) {
      return scope_.catalog.places().reading(p, normal.rest) != Effect::Read;
    });
  }
  // A word that is no path is no file where it cannot be looked for.
  if (!file.known && !named) return;
  const auto same = [&](const RunFile& f) { return f.path == file.path && f.known == file.known; };
  if (std::ranges::none_of(report_.runs, same)) report_.runs.push_back(std::move(file));
}

std::optional<std::string> Program::known_file(const Arg& arg) const {
  if (!arg.known() || arg.text().empty()) return std::nullopt;
  auto text = arg.text();
  if (text.starts_with('~')) {
    // Within quotes it is a name as any other.
    const bool live = arg.range.begin < scope_.text.size() && scope_.text[arg.range.begin] == '~';
    if (!live || !text.starts_with("~/")) return std::nullopt;
    return text;
  }
  if (text.starts_with('/')) return text;
  const auto& bases = scope_.bases;
  if (bases.size() != 1 || bases[0].empty() || !catalog::is_known(bases[0])) return std::nullopt;
  while (text.starts_with("./")) text.erase(0, 2);
  return bases[0] + "/" + text;
}

// Which of an interpreter's words is the script is its own to say, and its options
// may name more: its first word, and all that look like a path, are looked at.
void Program::runs_words(std::span<const Arg> args) {
  bool first = true;
  for (const auto& arg : args) {
    if (!arg.known()) {
      if (std::exchange(first, false)) runs(arg, true);
      continue;
    }
    auto text = arg.text();
    if (text.starts_with('-')) {
      const auto equals = text.find('=');
      if (equals == std::string::npos) continue;
      text.erase(0, equals + 1);
      if (text.find_first_of("/.") != std::string::npos)
        runs(literal_arg(std::move(text), arg.range), false);
    } else if (text.find("://") == std::string::npos &&
               (std::exchange(first, false) || text.find_first_of("/.") != std::string::npos)) {
      runs(arg, false);
    }
  }
}

}  // namespace hitl::classify
