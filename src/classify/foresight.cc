// SPDX-License-Identifier: Apache-2.0
#include "classify/foresight.h"

#include <algorithm>
#include <variant>

#include "shell/word.h"

namespace hitl::classify {

using shell::Command;
using shell::Simple;
using shell::Word;

// Blanks in another spelling, most likely: no such line is allowed.
bool Foresight::is_ifs(const shell::WordPart& part) const {
  const auto* p = std::get_if<shell::Param>(&part);
  return p != nullptr && p->name == "IFS" && !p->quoted && p->op == shell::ParamOp::None &&
         !scope_.assigned.names.contains("IFS");
}

bool Foresight::has_ifs(const Word& word) const {
  return std::ranges::any_of(word.parts, [&](const auto& part) { return is_ifs(part); });
}

// rm${IFS}-rf is two words.
std::vector<Word> Foresight::split_at_ifs(const Word& word) const {
  std::vector<Word> out;
  bool open = false;
  for (const auto& part : word.parts) {
    if (!is_ifs(part)) {
      if (!open) out.push_back({word.range, "", {}});
      out.back().parts.push_back(part);
    }
    open = !is_ifs(part);
  }
  return out;
}

std::vector<Arg> Foresight::arguments(const Simple& s) const {
  std::vector<Arg> args;
  for (std::size_t i = 0; i < s.words.size(); ++i) {
    if (!has_ifs(s.words[i]))
      args.push_back(word(s.words[i]));
    else
      for (const auto& piece : split_at_ifs(s.words[i])) args.push_back(word(piece));
    if (!args.empty()) args.back().at = i;
  }
  return args;
}

// What a stage is known to write: echo, printf, or cat of a here-document.
std::optional<std::string> Foresight::text_of(const Command& c) const {
  const auto* s = std::get_if<Simple>(&c.node);
  if (s == nullptr || s->words.empty()) return std::nullopt;
  const auto is = [&](const char* name) { return shell::is_literal(s->words[0], name); };
  if (is("cat") && s->words.size() == 1 && c.redirections.size() == 1) {
    const auto& r = c.redirections[0];
    const auto text = word(r.target);
    const bool here = r.op == shell::RedirectOp::HereDoc || r.op == shell::RedirectOp::HereString;
    return here && text.known() ? std::optional(text.text()) : std::nullopt;
  }
  if ((!is("echo") && !is("printf")) || !c.redirections.empty()) return std::nullopt;
  const auto args = arguments(*s);
  std::string text;
  for (std::size_t i = 1; i < args.size(); ++i) {
    if (!args[i].known()) return std::nullopt;
    if (args[i].text().starts_with('-') || args[i].text().find('%') != std::string::npos) continue;
    text += (text.empty() ? "" : " ") + args[i].text();
  }
  return text;
}

// What a command, or a pipeline, is known to write as names.
std::optional<std::vector<Arg>> Foresight::names_of(const Command& c,
                                                    const Setting& setting) const {
  if (const auto* s = std::get_if<Simple>(&c.node)) {
    const bool quiet =
        std::ranges::all_of(c.redirections, [](const shell::Redirection& r) { return r.fd == 2; });
    if (!quiet || s->words.empty() || !s->assignments.empty()) return std::nullopt;
    return names_written(arguments(*s), setting);
  }
  if (const auto* p = std::get_if<shell::Pipeline>(&c.node)) {
    Setting here = setting;
    for (const auto& stage : p->stages) {
      here.names = names_of(stage, here);
      if (!here.names) return std::nullopt;
    }
    return here.names;
  }
  return std::nullopt;
}

Arg Foresight::word(const Word& word) const {
  return arg_of(word, scope_, [this](const shell::List& body) -> std::optional<std::vector<Arg>> {
    if (body.items.size() != 1) return std::nullopt;
    return names_of(body.items[0].command, {});
  });
}

}  // namespace hitl::classify
