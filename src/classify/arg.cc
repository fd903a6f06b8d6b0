// SPDX-License-Identifier: Apache-2.0
#include "classify/arg.h"

#include <algorithm>
#include <string_view>

#include "catalog/pattern.h"
#include "shell/word.h"

namespace hitl::classify {
namespace {

using catalog::kAny;
using catalog::kOne;
using catalog::kSome;

// More texts than this at once are as good as unknown.
constexpr std::size_t kMaxPatterns = 16;

const std::string kUnknown(1, kAny);
const std::string kNumber(1, kSome);

bool holds_a_number(const shell::Param& p) {
  static constexpr std::string_view kNames[] = {
      "#", "?", "$", "!", "RANDOM", "UID", "EUID", "PPID", "SECONDS", "LINENO", "BASHPID"};
  return p.op == shell::ParamOp::Length || (p.op == shell::ParamOp::None && p.index.empty() &&
                                            std::ranges::find(kNames, p.name) != std::end(kNames));
}

// Unquoted, such a value becomes several words, or what it matches.
bool is_expanded_again(const std::string& value) {
  return value.find_first_of(" \t\n*?[\\") != std::string::npos;
}

class Builder {
 public:
  Builder(const Scope& scope, const Substituted& substituted)
      : scope_(scope), substituted_(substituted) {}

  Arg build(const shell::Word& word) {
    arg_.range = word.range;
    arg_.patterns = {catalog::literal(word.assigns)};
    for (const auto& part : word.parts)
      std::visit(
          shell::Match{[&](const shell::Literal& l) { append({catalog::literal(l.text)}); },
                       [&](const shell::Glob& g) {
                         arg_.several = true;
                         append({std::string(1, g.text == "*" ? kSome : kOne)});
                       },
                       [&](const shell::Tilde& t) { append({"~" + catalog::literal(t.user)}); },
                       [&](const shell::Param& p) { param(p); },
                       [&](const shell::CommandSub& c) { substitution(c, word.parts.size() == 1); },
                       [&](const shell::Arith&) { append({kNumber}); },
                       // The name that bash gives the pipe.
                       [&](const shell::ProcessSub&) { append({"/dev/fd/63"}); }},
          part);
    return std::move(arg_);
  }

 private:
  void append(const std::vector<std::string>& texts) {
    std::vector<std::string> longer;
    for (const auto& have : arg_.patterns)
      for (const auto& text : texts) longer.push_back(have + text);
    if (longer.size() > kMaxPatterns) longer = {kUnknown};
    arg_.patterns = std::move(longer);
  }

  void param(const shell::Param& p) {
    const bool plain = p.op == shell::ParamOp::None && p.index.empty();
    if (plain && !p.values.empty()) {
      std::vector<std::string> texts;
      for (const auto& v : p.values) texts.push_back(catalog::literal(v));
      return append(texts);
    }
    if (holds_a_number(p)) return append({kNumber});
    if (const auto found = scope_.values.find(p.name);
        plain && found != scope_.values.end() &&
        (p.quoted || std::ranges::none_of(found->second, is_expanded_again)))
      return append(found->second);
    if (plain && !scope_.assigned.anything && !scope_.assigned.names.contains(p.name)) {
      if (p.name == "HOME") return append({"~"});
      if (p.name == "PWD" && scope_.bases.size() == 1 && !scope_.bases[0].empty())
        return append(scope_.bases);
    }
    arg_.several |= !p.quoted || p.name == "@" || p.index == "@";
    append({kUnknown});
  }

  void substitution(const shell::CommandSub& c, bool alone) {
    arg_.several |= !c.quoted;
    if (alone)
      if (const auto made = substituted_(c.body); made && made->size() == 1) {
        arg_.below = made->front().below;
        arg_.name = made->front().name;
        arg_.narrowed = made->front().narrowed;
        return append(made->front().patterns);
      }
    append({kUnknown});
  }

  const Scope& scope_;
  const Substituted& substituted_;
  Arg arg_;
};

}  // namespace

bool Arg::known() const {
  return patterns.size() == 1 && !several && !below && catalog::is_known(patterns[0]);
}

const std::string& Arg::text() const { return patterns[0]; }

Arg arg_of(const shell::Word& word, const Scope& scope, const Substituted& substituted) {
  return Builder(scope, substituted).build(word);
}

Arg literal_arg(std::string text, shell::Range range) {
  Arg arg;
  arg.patterns = {std::move(text)};
  arg.range = range;
  return arg;
}

bool may_be_option(const Arg& arg) {
  if (arg.below) return false;  // found below a folder: it begins with that folder
  return std::ranges::any_of(arg.patterns, [](const std::string& p) {
    return !p.empty() && (p[0] == '-' || catalog::is_hole(p[0]));
  });
}

}  // namespace hitl::classify
