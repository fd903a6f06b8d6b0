// SPDX-License-Identifier: Apache-2.0
#include "classify/arg.h"

#include <algorithm>
#include <string_view>

#include "catalog/pattern.h"
#include "classify/scope.h"
#include "shell/word.h"

namespace hitl::classify {
namespace {

using catalog::kAny;
using catalog::kOne;
using catalog::kSome;

// Of what was written, people see this much.
constexpr std::size_t kMaxShown = 80;

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
                       [&](const shell::Param& p) { param(p, word.parts.size() == 1); },
                       [&](const shell::CommandSub& c) { substitution(c, word.parts.size() == 1); },
                       [&](const shell::Arith&) { append_hole(kNumber); },
                       // The name that bash gives the pipe.
                       [&](const shell::ProcessSub&) { append({"/dev/fd/63"}); }},
          part);
    if (unforeseen_)
      arg_.written = scope_.text.substr(word.range.begin, word.range.end - word.range.begin);
    return std::move(arg_);
  }

 private:
  // What only a run can tell.
  void append_hole(const std::string& hole) {
    unforeseen_ = true;
    append({hole});
  }

  void append(const std::vector<std::string>& texts) {
    std::vector<std::string> longer;
    for (const auto& have : arg_.patterns)
      for (const auto& text : texts) longer.push_back(have + text);
    if (longer.size() > kMaxPatterns) longer = {kUnknown};
    arg_.patterns = std::move(longer);
  }

  void param(const shell::Param& p, bool alone) {
    const bool plain = p.op == shell::ParamOp::None && p.index.empty();
    if (plain && !p.values.empty()) {
      std::vector<std::string> texts;
      for (const auto& v : p.values) texts.push_back(catalog::literal(v));
      return append(texts);
    }
    if (holds_a_number(p)) return append_hole(kNumber);
    if (const auto found = scope_.values.find(p.name);
        plain && found != scope_.values.end() &&
        (p.quoted || std::ranges::none_of(found->second.patterns, is_expanded_again)))
      return take(found->second, alone);
    if (plain && !scope_.assigned.anything && !scope_.assigned.names.contains(p.name)) {
      if (p.name == "HOME") return append({"~"});
      if (p.name == "PWD" && scope_.bases.size() == 1 && !scope_.bases[0].empty())
        return append(scope_.bases);
    }
    arg_.several |= !p.quoted || p.name == "@" || p.index == "@";
    append_hole(kUnknown);
  }

  void substitution(const shell::CommandSub& c, bool alone) {
    arg_.made = true;
    const auto made = substituted_(c.body);
    if (made && made->size() == 1) {
      // One plain word stays one.
      const auto& word = made->front();
      arg_.several |= !c.quoted &&
                      (!word.known() || word.text().find_first_of("*?[ \t\n") != std::string::npos);
      return take(word, alone);
    }
    arg_.several |= !c.quoted;
    append_hole(kUnknown);
  }

  // What was found below a folder is that only as a whole word.
  void take(const Arg& value, bool alone) {
    if (value.below && !alone) return append_hole(kUnknown);
    arg_.below = value.below;
    arg_.name = value.name;
    arg_.narrowed = value.narrowed;
    arg_.written = value.written;
    append(value.patterns);
  }

  const Scope& scope_;
  const Substituted& substituted_;
  Arg arg_;
  bool unforeseen_ = false;
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

std::string shown(const Arg& arg) {
  auto text = arg.written.empty() ? catalog::shown(arg.text()) : arg.written;
  if (text.size() > kMaxShown) text.replace(text.begin() + kMaxShown, text.end(), "...");
  return text;
}

bool may_be_option(const Arg& arg) {
  if (arg.below) return false;  // found below a folder: it begins with that folder
  return std::ranges::any_of(arg.patterns, [](const std::string& p) {
    return !p.empty() && (p[0] == '-' || catalog::is_hole(p[0]));
  });
}

}  // namespace hitl::classify
