// SPDX-License-Identifier: Apache-2.0
#include "shell/sinks.h"

#include <algorithm>
#include <optional>
#include <span>

#include "shell/reserved.h"
#include "shell/word.h"

namespace hitl::shell {
namespace {

using Words = std::span<const Word>;
using IsNumber = std::function<bool(const Word&)>;

Sink none() { return {}; }

// An option, as far as it is known: "" for a word that may or may not be one.
std::optional<std::string> option(const Word& word) {
  auto text = literal_text(word);
  if (text) return text->starts_with('-') ? text : std::nullopt;
  const auto prefix = literal_prefix(word);
  return prefix.empty() || prefix.starts_with('-') ? std::optional<std::string>("") : std::nullopt;
}

// read, mapfile, getopts, unset: options and names must be there as text.
Sink names(Words operands) {
  for (const auto& w : operands)
    if (!literal_text(w)) return {"a variable's name that is known only when it runs", w.range};
  for (const auto& w : operands) {
    const auto text = *literal_text(w);
    if (text.find('[') != std::string::npos)
      return {"an array element where a variable's name is expected", w.range};
  }
  return none();
}

// read takes option arguments that may be anything (-p "$prompt").
Sink read_names(Words operands) {
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const auto text = literal_text(operands[i]);
    if (!text) return {"a variable's name that is known only when it runs", operands[i].range};
    if (text->size() > 1 && text->starts_with('-')) {
      if (std::string_view("dinNptu").find(text->back()) != std::string_view::npos) ++i;
      continue;
    }
    if (!is_name(*text))
      return {"a variable's name other than letters, digits and _", operands[i].range};
  }
  return none();
}

Sink printf_format(Words operands) {
  if (operands.empty()) return none();
  const auto first = option(operands[0]);
  if (!first || *first == "--" || *first == "-") return none();
  if (first->empty())
    return {"a printf format that is known only when it runs: write printf '%s'",
            operands[0].range};
  if (*first == "-v" && operands.size() > 1) {
    const auto name = literal_text(operands[1]);
    if (name && is_name(*name)) return none();
  }
  return {"printf -v with anything but a plain name", operands[0].range};
}

// A value in [ ] must not be able to become the operator -v.
Sink test(Words operands, const IsNumber& is_number) {
  for (const auto& w : operands)
    if (may_split(w) && !is_number(w) && !(has_glob(w) && !has_unknown(w)))
      return {"an unquoted expansion in [ ]: quote it", w.range};
  if (!operands.empty() && is_literal(operands[0], "!")) operands = operands.subspan(1);
  if (operands.size() == 2 && !literal_text(operands[0]) && !is_number(operands[0]))
    return {"a test in [ ] that is known only when it runs", operands[0].range};
  for (std::size_t i = 0; i + 1 < operands.size(); ++i) {
    if (!is_literal(operands[i], "-v") && !is_literal(operands[i], "-R")) continue;
    const auto name = literal_text(operands[i + 1]);
    if (!name || !is_name(*name))
      return {"-v in [ ] with anything but a plain name", operands[i + 1].range};
  }
  return none();
}

// Attributes change what later assignments mean.
Sink declaration(std::string_view name, Words operands, Range range) {
  if (name == "readonly")
    return {"'readonly': later assignments would not do what they say", range};
  for (const auto& w : operands) {
    if (!w.assigns.empty()) continue;
    const auto text = literal_text(w);
    if (!text) return {"a variable's name that is known only when it runs", w.range};
    if (text->starts_with('-') || text->starts_with('+')) {
      const std::string_view known = name == "export" ? "npf" : "xpgfF";
      if (text->starts_with('+') || text->size() < 2 ||
          !std::ranges::all_of(text->substr(1),
                               [&](char c) { return known.find(c) != std::string_view::npos; }))
        return {"an attribute of variables: only -x, -g and listings are understood", w.range};
      continue;
    }
    if (!is_name(*text)) return {"a variable's name other than letters, digits and _", w.range};
  }
  return none();
}

}  // namespace

Sink sink_of(const Simple& simple, const IsNumber& is_number) {
  Words words(simple.words);
  // command and builtin run what follows them
  while (!words.empty()) {
    const auto name = literal_text(words[0]);
    if (!name) return none();
    const Words operands = words.subspan(1);
    if (*name == "command" || *name == "builtin") {
      words = operands;
      if (!words.empty() && (is_literal(words[0], "-v") || is_literal(words[0], "-V")))
        return none();
      if (!words.empty() && (is_literal(words[0], "-p") || is_literal(words[0], "--")))
        words = words.subspan(1);
      if (!words.empty() && !literal_text(words[0])) return none();
      if (!words.empty() && is_declaration(*literal_text(words[0])))
        return {"a declaration behind '" + *name + "'", words[0].range};
      continue;
    }
    if (*name == "read") return read_names(operands);
    if (*name == "mapfile" || *name == "readarray" || *name == "getopts" || *name == "unset")
      return names(operands);
    if (*name == "let") return {"'let': write name=$((...))", words[0].range};
    if (*name == "printf") return printf_format(operands);
    if (*name == "test") return test(operands, is_number);
    if (*name == "[")
      return test(operands.empty() ? operands : operands.first(operands.size() - 1), is_number);
    if (*name == "wait" && operands.size() > 1 && !names(operands).reason.empty())
      return names(operands);
    if (is_declaration(*name)) return declaration(*name, operands, words[0].range);
    return none();
  }
  return none();
}

}  // namespace hitl::shell
