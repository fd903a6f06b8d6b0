// SPDX-License-Identifier: Apache-2.0
// Builtins that give variables new values, or show those that they have.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/pattern.h"
#include "classify/program.h"
#include "shell/reserved.h"
#include "shell/word.h"

namespace hitl::classify {

// Builtins that give variables new values.
void Program::declare(std::span<const Arg> args) {
  std::size_t first = 0;
  while (first + 1 < args.size() &&
         (args[first].text() == "command" || args[first].text() == "builtin" ||
          (first > 0 && args[first].text().starts_with('-'))))
    ++first;
  const auto& name = args[first].text();
  static constexpr std::string_view kSetting[] = {"read", "mapfile", "readarray", "getopts",
                                                  "unset"};
  const std::vector<std::string> any = {std::string(1, catalog::kAny)};
  const bool exports = name == "export";
  shows_variables(name, args.subspan(first + 1), args[first].range);
  const bool sets = std::ranges::find(kSetting, name) != std::end(kSetting);
  if (!exports && !sets && !shell::is_declaration(name)) return;
  for (std::size_t i = first + 1; i < args.size(); ++i) {
    const auto& text = args[i].text();
    const auto equals = text.find('=');
    const auto variable = text.substr(0, equals);
    if (variable.starts_with('-')) continue;
    // +x takes from the environment what programs rely on.
    if (variable.starts_with('+'))
      cause(Effect::Unknown, args[i].range, "takes attributes from a variable");
    if (!shell::is_name(variable)) continue;
    // "export NAME" and "unset NAME" give no value; read and its like give any.
    auto values = equals == std::string::npos && (exports || name == "unset")
                      ? std::vector<std::string>{}
                      : any;
    if (equals != std::string::npos && !text.substr(0, equals).ends_with('+')) {
      values = args[i].patterns;
      for (auto& v : values) v.erase(0, std::min(v.size(), equals + 1));
    }
    assignment(variable, values, args[i].range, exports);
  }
}

// Without a name these show every variable, and what is secret among them.
void Program::shows_variables(std::string_view name, std::span<const Arg> rest,
                              shell::Range range) {
  const bool declares = name == "export" || shell::is_declaration(name);
  if (name != "set" && !declares) return;
  const bool functions = std::ranges::any_of(rest, [](const Arg& a) {
    return a.text().starts_with('-') && a.text().find_first_of("fF") != std::string::npos;
  });
  const bool named = std::ranges::any_of(
      rest, [&](const Arg& a) { return name == "set" || !a.text().starts_with('-'); });
  if (!named && !functions) cause(Effect::ReadSecret, range, "shows every variable");
}

}  // namespace hitl::classify
