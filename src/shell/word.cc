// SPDX-License-Identifier: Apache-2.0
#include "shell/word.h"

#include <algorithm>

namespace hitl::shell {

std::optional<std::string> literal_text(const Word& word) {
  std::string text = word.assigns;
  for (const auto& part : word.parts) {
    const auto* literal = std::get_if<Literal>(&part);
    if (literal == nullptr) return std::nullopt;
    text += literal->text;
  }
  return text;
}

std::optional<std::vector<std::string>> plain_words(const Script& script) {
  if (script.body.items.size() != 1 || script.body.items[0].background) return std::nullopt;
  const auto& command = script.body.items[0].command;
  const auto* simple = std::get_if<Simple>(&command.node);
  if (simple == nullptr || simple->words.empty() || !simple->assignments.empty() ||
      !command.redirections.empty())
    return std::nullopt;
  std::vector<std::string> words;
  for (const auto& word : simple->words) {
    auto text = literal_text(word);
    if (!text) return std::nullopt;
    words.push_back(std::move(*text));
  }
  return words;
}

void drop_idle_quotes(Word& word, bool is_value) {
  const auto is_idle = [](const WordPart& part) {
    const auto* literal = std::get_if<Literal>(&part);
    return literal != nullptr && literal->text.empty();
  };
  if (std::ranges::none_of(word.parts, is_idle)) return;
  const bool is_split = std::ranges::any_of(word.parts, [](const WordPart& part) {
    return std::visit(
        Match{[](const Glob&) { return false; }, [](const Literal&) { return false; },
              [](const Tilde&) { return false; }, [](const Param& p) { return !p.quoted; },
              [](const CommandSub& c) { return !c.quoted; },
              [](const Arith& a) { return !a.quoted; }, [](const ProcessSub&) { return false; }},
        part);
  });
  if (is_split && !is_value) return;
  auto first = word.parts.front();
  std::erase_if(word.parts, is_idle);
  if (word.parts.empty() && !is_value) word.parts.push_back(std::move(first));
}

bool is_literal(const Word& word, std::string_view text) {
  return word.assigns.empty() && word.parts.size() == 1 &&
         std::holds_alternative<Literal>(word.parts[0]) &&
         std::get<Literal>(word.parts[0]).text == text;
}

std::string literal_prefix(const Word& word) {
  std::string text = word.assigns;
  for (const auto& part : word.parts) {
    const auto* literal = std::get_if<Literal>(&part);
    if (literal == nullptr) break;
    text += literal->text;
  }
  return text;
}

bool has_glob(const Word& word) {
  return std::ranges::any_of(word.parts, [](const WordPart& part) {
    return std::visit(
        Match{[](const Glob&) { return true; }, [](const Literal&) { return false; },
              [](const Tilde&) { return false; }, [](const Param&) { return false; },
              [](const CommandSub&) { return false; }, [](const Arith&) { return false; },
              [](const ProcessSub&) { return false; }},
        part);
  });
}

bool has_unknown(const Word& word) {
  return std::ranges::any_of(word.parts, [](const WordPart& part) {
    return std::visit(
        Match{[](const Glob&) { return false; }, [](const Literal&) { return false; },
              [](const Tilde&) { return true; }, [](const Param&) { return true; },
              [](const CommandSub&) { return true; }, [](const Arith&) { return true; },
              [](const ProcessSub&) { return true; }},
        part);
  });
}

bool may_split(const Word& word) {
  return std::ranges::any_of(word.parts, [](const WordPart& part) {
    return std::visit(
        Match{[](const Glob&) { return true; }, [](const Literal&) { return false; },
              [](const Tilde&) { return false; },
              [](const Param& p) { return !p.quoted || p.name == "@" || p.index == "@"; },
              [](const CommandSub& c) { return !c.quoted; },
              [](const Arith& a) { return !a.quoted; }, [](const ProcessSub&) { return false; }},
        part);
  });
}

bool is_name(std::string_view text) {
  const auto letter = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  };
  return !text.empty() && letter(text[0]) &&
         std::ranges::all_of(text, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace hitl::shell
