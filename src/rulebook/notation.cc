// SPDX-License-Identifier: Apache-2.0
#include "rulebook/notation.h"

#include <array>
#include <string>
#include <utility>

namespace hitl::rulebook {
namespace {

using catalog::Argument;
using catalog::Command;
using catalog::Option;
using catalog::Role;
using catalog::Shape;
using catalog::Style;

std::string said(std::string_view text) { return "'" + std::string(text) + "'"; }

bool is_spelling(std::string_view word) {
  return word.size() >= 2 && (word[0] == '-' || word[0] == '+');
}

Status add_spelling(Command& command, std::string_view spelling, std::uint16_t index) {
  if (!command.spellings.emplace(std::string(spelling), index).second)
    return fail(Errc::Invalid, "option " + said(spelling) + " is listed twice");
  return Ok{};
}

Result<std::uint16_t> known_option(const Command& command, std::string_view spelling) {
  const auto found = command.spellings.find(spelling);
  if (found == command.spellings.end())
    return fail(Errc::Invalid, "option " + said(spelling) + " is not listed");
  return found->second;
}

// "--lines=name" or "--color[=text]": takes the argument off the last spelling.
Status take_argument(std::string_view& word, Option& option) {
  const auto equals = word.find('=');
  if (equals == std::string_view::npos) return Ok{};
  auto role = word.substr(equals + 1);
  word = word.substr(0, equals);
  option.argument = Argument::Required;
  if (word.ends_with('[')) {
    if (!role.ends_with(']')) return fail(Errc::Invalid, "']' is missing");
    word.remove_suffix(1);
    role.remove_suffix(1);
    option.argument = Argument::Joined;
  }
  auto shape = shape_of(role);
  if (!shape) return shape.error();
  option.shape = *std::move(shape);
  return Ok{};
}

}  // namespace

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (true) {
    const auto from = text.find_first_not_of(' ');
    if (from == std::string_view::npos) return out;
    text.remove_prefix(from);
    const auto to = std::min(text.find(' '), text.size());
    out.push_back(text.substr(0, to));
    text.remove_prefix(to);
  }
}

std::vector<std::string> names_of(std::string_view text) {
  std::vector<std::string> names = {""};
  for (const auto word : words_of(text)) {
    std::vector<std::string> longer;
    for (const auto& name : names)
      for (std::size_t from = 0; from <= word.size();) {
        const auto to = std::min(word.find('|', from), word.size());
        longer.push_back(name + (name.empty() ? "" : " ") +
                         std::string(word.substr(from, to - from)));
        from = to + 1;
      }
    names = std::move(longer);
  }
  return names;
}

Result<Shape> shape_of(std::string_view text) {
  if (text.starts_with('{') && text.ends_with('}')) {
    Shape shape{Role::Word, {}};
    shape.words = names_of(text.substr(1, text.size() - 2));
    return shape;
  }
  if (const auto role = catalog::role_named(text)) return Shape{*role, {}};
  return fail(Errc::Invalid, "unknown role " + said(text));
}

Status add_option(Command& command, std::string_view text) {
  Option option;
  const auto index = static_cast<std::uint16_t>(command.options.size());
  std::vector<std::string_view> spellings;
  for (auto word : words_of(text)) {
    if (word == ">tree") {
      option.tree = true;
    } else if (word == ">text") {
      option.plain_operands = true;
    } else if (word.starts_with('!') || word.starts_with(':') || word.starts_with('?')) {
      const auto effect = catalog::effect_named(word.substr(1));
      if (!effect) return fail(Errc::Invalid, "unknown effect " + said(word.substr(1)));
      option.effects.add(*effect);
      option.swaps |= word[0] != '!';
      option.alone |= word[0] == '?';
    } else if (option.argument == Argument::None && is_spelling(word)) {
      if (auto taken = take_argument(word, option); !taken) return taken;
      spellings.push_back(word);
    } else {
      return fail(Errc::Invalid, "unexpected " + said(word));
    }
  }
  if (spellings.empty()) return fail(Errc::Invalid, "an option must begin with '-' or '+'");
  option.name = spellings[0];
  for (const auto s : spellings)
    if (auto added = add_spelling(command, s, index); !added) return added;
  command.options.push_back(std::move(option));
  return Ok{};
}

Status add_flags(Command& command, std::string_view text) {
  const auto add = [&](std::string_view spelling) -> Status {
    const auto index = static_cast<std::uint16_t>(command.options.size());
    if (auto added = add_spelling(command, spelling, index); !added) return added;
    Option option;
    option.name = spelling;
    command.options.push_back(std::move(option));
    return Ok{};
  };
  for (const auto word : words_of(text)) {
    if (!is_spelling(word)) return fail(Errc::Invalid, said(word) + " is no option");
    if (command.style != Style::Gnu || word.starts_with("--")) {
      if (auto added = add(word); !added) return added;
      continue;
    }
    for (const char letter : word.substr(1))
      if (auto added = add(std::string{word[0], letter}); !added) return added;
  }
  return Ok{};
}

Status add_operand(Command& command, std::string_view text) {
  const auto words = words_of(text);
  if (words.empty()) return fail(Errc::Invalid, "an operand needs a role");
  catalog::Operand operand;
  auto role = words[0];
  if (role.ends_with('*')) {
    operand.many = true;
    role.remove_suffix(1);
  }
  auto shape = shape_of(role);
  if (!shape) return shape.error();
  operand.shape = *std::move(shape);
  if (words.size() > 1 && (words[1] != "unless" || words.size() == 2))
    return fail(Errc::Invalid, "unexpected " + said(words[1]));
  for (std::size_t i = 2; i < words.size(); ++i) {
    auto option = known_option(command, words[i]);
    if (!option) return option.error();
    operand.unless.push_back(*option);
  }
  if (!command.operands.empty() && command.operands.back().many)
    return fail(Errc::Invalid, "nothing can follow an operand with '*'");
  command.operands.push_back(std::move(operand));
  return Ok{};
}

}  // namespace hitl::rulebook
