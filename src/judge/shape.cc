// SPDX-License-Identifier: Apache-2.0
#include "judge/shape.h"

#include <algorithm>

#include "catalog/pattern.h"
#include "shell/word.h"

namespace hitl::judge {
namespace {

using catalog::Effect;
using catalog::EffectSet;

constexpr std::size_t kMaxShape = 2'000;

// All that may be approved for a time.
constexpr EffectSet kGrantable = {Effect::Read, Effect::Write, Effect::Delete, Effect::Service,
                                  Effect::Network};

// A word as the shell would have to be given it, so that no two texts look alike.
std::string quoted(std::string_view word) {
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'' || c == '\\' || c == '*') out += '\\';
    out += c;
  }
  return out + "'";
}

// A file in a folder, by its one and only name; not the folder itself.
bool names_file(std::string_view word) {
  if (!word.starts_with('/') || word.rfind('/') == 0) return false;
  for (std::string_view rest = word.substr(1);;) {
    const auto end = std::min(rest.find('/'), rest.size());
    const auto part = rest.substr(0, end);
    if (part.empty() || part == "." || part == "..") return false;
    if (end == rest.size()) return true;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace

std::string shape_of(const shell::Script& script, const classify::Report& report,
                     std::string_view cwd) {
  if (!shell::plain_words(script) || report.commands.size() != 1 ||
      report.input == InputRole::Script)
    return "";
  const auto& command = report.commands[0];
  if (!command.effects.within(kGrantable) || command.takes_keys || command.opens_shell ||
      command.argvs.size() != 1 || !std::ranges::all_of(command.argvs[0], catalog::is_known))
    return "";

  std::string out, last;
  for (const auto& word : command.argvs[0]) {
    const auto slash = word.rfind('/');
    const bool file = !out.empty() && names_file(word) &&
                      std::ranges::any_of(command.causes, [&](const classify::Cause& c) {
                        return c.path == word && !c.whole;
                      });
    auto next = file ? quoted(word.substr(0, slash + 1)) + "*" : quoted(word);
    if (file && next == last) continue;  // one file of a folder, or several
    out += (out.empty() ? "" : " ") + next;
    last = std::move(next);
  }
  out += " [";
  for (const Effect e : catalog::all_effects())
    if (command.effects.has(e)) out += std::string(catalog::name_of(e)) + " ";
  out.back() = ']';
  if (!cwd.empty()) out += " in " + quoted(cwd);
  return out.size() > kMaxShape ? "" : out;
}

}  // namespace hitl::judge
