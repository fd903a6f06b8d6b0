// SPDX-License-Identifier: Apache-2.0
#include "shell/sinks.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "shell/reserved.h"
#include "shell/word.h"

namespace hitl::shell {
namespace {

using namespace std::string_view_literals;
using Words = std::span<const Word>;

Sink none() { return {}; }

// An option, as far as it is known: "" for a word that may or may not be one.
std::optional<std::string> option(const Word& word) {
  auto text = literal_text(word);
  if (text) return text->starts_with('-') ? text : std::nullopt;
  const auto prefix = literal_prefix(word);
  return prefix.empty() || prefix.starts_with('-') ? std::optional<std::string>("") : std::nullopt;
}

// mapfile, getopts, unset: options and names must be there as text.
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
      // the first option with an argument takes what is behind it, or the next word
      const auto at = text->find_first_of("adinNptu", 1);
      if (at == std::string::npos) continue;
      const bool is_next = at + 1 == text->size();
      if ((*text)[at] != 'a') {
        i += is_next ? 1 : 0;
      } else if (!is_next && !is_name(text->substr(at + 1))) {
        return {"a variable's name other than letters, digits and _", operands[i].range};
      }
      continue;
    }
    if (!is_name(*text))
      return {"a variable's name other than letters, digits and _", operands[i].range};
  }
  return none();
}

// %n, with flags and width
bool counts_bytes(std::string_view format) {
  for (auto at = format.find('%'); at != std::string_view::npos; at = format.find('%', at)) {
    at = format.find_first_not_of("#0- +'123456789.*hjlLqtz", at + 1);
    if (at == std::string_view::npos) return false;
    if (format[at] == 'n') return true;
    ++at;
  }
  return false;
}

Sink printf_format(Words operands) {
  if (operands.empty()) return none();
  const auto first = option(operands[0]);
  if (first && first->empty())
    return {"a printf format that is known only when it runs: write printf '%s'",
            operands[0].range};
  if (first && *first != "--" && *first != "-") {
    const auto name = *first == "-v" && operands.size() > 1 ? literal_text(operands[1]) : first;
    if (!is_name(name.value_or("")))
      return {"printf -v with anything but a plain name", operands[0].range};
  }
  const auto at = printf_format_at(operands);
  if (at == operands.size()) return none();
  if (const auto format = literal_text(operands[at]); format && counts_bytes(*format))
    return {"%n in a printf format, which sets a variable", operands[at].range};
  return none();
}

// -p takes a name; what is unknown could be that option, with its name glued on.
Sink wait_options(Words operands, const KnownWords& known) {
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const auto& w = operands[i];
    const auto text = literal_text(w);
    if (!text && (known.is_number(w) || known.is_process(w))) continue;
    if (!text)
      return {"an operand of 'wait' that is known only when it runs: write wait -- before it",
              w.range};
    if (!text->starts_with('-') || *text == "--") return none();
    const auto p = text->find('p');
    if (p == std::string::npos) continue;
    const bool is_next = p + 1 == text->size();
    if (is_next && ++i == operands.size()) return none();
    const auto name = is_next ? literal_text(operands[i]) : text->substr(p + 1);
    if (!is_name(name.value_or("")))
      return {"wait -p with anything but a plain name", operands[i].range};
  }
  return none();
}

bool is_operator(const Word& word) {
  constexpr std::array kOperators = {"!="sv,  "-a"sv,  "-ef"sv, "-eq"sv, "-ge"sv, "-gt"sv,
                                     "-le"sv, "-lt"sv, "-ne"sv, "-nt"sv, "-o"sv,  "-ot"sv,
                                     "<"sv,   "="sv,   "=="sv,  ">"sv,   ")"sv};
  const auto text = literal_text(word);
  return text && std::ranges::find(kOperators, *text) != kOperators.end();
}

// A value in [ ] must not be able to become the operator -v.
Sink test(Words operands, const KnownWords& known) {
  for (const auto& w : operands)
    if (may_split(w) && !known.is_number(w) && !(has_glob(w) && !has_unknown(w)))
      return {"an unquoted expansion in [ ]: quote it", w.range};
  if (!operands.empty() && is_literal(operands[0], "!")) operands = operands.subspan(1);
  // What is unknown could be the operator for what comes next.
  for (std::size_t i = 0; i + 1 < operands.size(); ++i)
    if (!literal_text(operands[i]) && !known.is_number(operands[i]) &&
        !is_operator(operands[i + 1]))
      return {"a test in [ ] that is known only when it runs", operands[i].range};
  for (std::size_t i = 0; i + 1 < operands.size(); ++i) {
    if (!is_literal(operands[i], "-v") && !is_literal(operands[i], "-R")) continue;
    const auto name = literal_text(operands[i + 1]);
    if (!name || !is_name(*name))
      return {"-v in [ ] with anything but a plain name", operands[i + 1].range};
  }
  return none();
}

// Operands are printed quoted, and braces are expanded before.
Sink set_options(Words operands) {
  bool names_option = false;
  for (const auto& w : operands) {
    const auto text = literal_text(w);
    if (!text) return {"an option of 'set' that is known only when it runs: write set --", w.range};
    const bool is_option = text->size() > 1 && (text->starts_with('-') || text->starts_with('+'));
    if (!std::exchange(names_option, false) && (!is_option || *text == "--")) return none();
    if (*text == "keyword" || (is_option && text->find('k') != std::string::npos))
      return {"set -k: operands would become variables", w.range};
    if (*text == "braceexpand" || (is_option && text->find('B') != std::string::npos))
      return {"set +B: braces are expanded before it runs", w.range};
    names_option = is_option && text->find('o') != std::string::npos;
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

std::size_t printf_format_at(std::span<const Word> operands) {
  std::size_t at = 0;
  if (!operands.empty() && is_literal(operands[0], "-v")) at = 2;
  if (at < operands.size() && is_literal(operands[at], "--")) ++at;
  return std::min(at, operands.size());
}

Sink sink_of(const Simple& simple, const KnownWords& known) {
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
    if (*name == "set") return set_options(operands);
    if (*name == "let") return {"'let': write name=$((...))", words[0].range};
    if (*name == "printf") return printf_format(operands);
    if (*name == "test") return test(operands, known);
    if (*name == "[")
      return test(operands.empty() ? operands : operands.first(operands.size() - 1), known);
    if (*name == "wait") return wait_options(operands, known);
    if (is_declaration(*name)) return declaration(*name, operands, words[0].range);
    return none();
  }
  return none();
}

}  // namespace hitl::shell
