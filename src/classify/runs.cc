// SPDX-License-Identifier: Apache-2.0
// Files whose content a command runs, so that people can be shown them.
#include <algorithm>
#include <string>

#include "catalog/pattern.h"
#include "classify/program.h"

namespace hitl::classify {

// As it was written, not in normal form: a link may stand before a "..".
void Program::runs(const Arg& arg, bool named) {
  RunFile file;
  file.named = named;
  file.path = shown(arg);
  if (arg.known()) {
    auto text = arg.text();
    const bool relative = !text.starts_with('/') && !text.starts_with('~');
    while (text.starts_with("./")) text.erase(0, 2);
    const auto& bases = scope_.bases;
    const auto whole = !relative ? text : bases.size() == 1 ? bases[0] + "/" + text : "";
    if (catalog::is_known(whole) && (whole.starts_with('/') || whole.starts_with("~/"))) {
      file.path = whole;
      file.known = true;
      const auto normal = catalog::normal(whole, "");
      file.secret = std::ranges::any_of(normal.paths, [&](const auto& p) {
        return scope_.catalog.places().reading(p, normal.rest) != Effect::Read;
      });
    }
  }
  // A word that is no path is no file where it cannot be looked for.
  if (!file.known && !named) return;
  const auto same = [&](const RunFile& f) { return f.path == file.path; };
  if (std::ranges::none_of(report_.runs, same)) report_.runs.push_back(std::move(file));
}

// Which of an interpreter's words is the script is its own to say, and its options
// may name more: all that look like a file are looked at.
void Program::runs_words(std::span<const Arg> args) {
  for (const auto& arg : args) {
    if (!arg.known()) continue;
    auto text = arg.text();
    if (text.starts_with('-')) text.erase(0, text.find('=') + (text.find('=') < text.size()));
    const bool plain = text.find("://") == std::string::npos &&
                       std::ranges::none_of(text, [](char c) { return c <= ' '; });
    if (plain && text.find_first_of("/.") < text.size())
      runs(literal_arg(std::move(text), arg.range), false);
  }
}

}  // namespace hitl::classify
