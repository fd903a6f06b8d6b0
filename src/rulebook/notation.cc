// SPDX-License-Identifier: Apache-2.0
#include "rulebook/notation.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "config/toml.h"

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

template <class T, std::size_t N>
Result<T> named(const std::array<std::pair<std::string_view, T>, N>& table, std::string_view name,
                std::string_view kind) {
  std::vector<std::string_view> known;
  for (const auto& [word, value] : table) {
    if (word == name) return value;
    known.push_back(word);
  }
  return fail(Errc::Invalid,
              "unknown " + std::string(kind) + " " + said(name) + config::suggestion(name, known));
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
  if (const auto plus = role.find('+'); plus != std::string_view::npos) {
    auto second = shape_of(role.substr(plus + 1));
    if (!second) return second.error();
    option.second = *std::move(second);
    role = role.substr(0, plus);
  }
  auto shape = shape_of(role);
  if (!shape) return shape.error();
  option.shape = *std::move(shape);
  return Ok{};
}

}  // namespace

Result<catalog::Effect> effect_of(std::string_view name) {
  std::array<std::pair<std::string_view, catalog::Effect>, catalog::kEffects> table;
  std::ranges::transform(catalog::all_effects(), table.begin(),
                         [](auto e) { return std::pair(catalog::name_of(e), e); });
  return named(table, name, "effect");
}

Result<Role> role_of(std::string_view name) { return named(catalog::kRoles, name, "role"); }

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
  Shape shape;
  if (!text.starts_with('{')) {
    const auto role = role_of(text);
    if (!role) return role.error();
    shape.role = *role;
    return shape;
  }
  const auto end = text.rfind('}');
  if (end == std::string_view::npos) return fail(Errc::Invalid, "'}' is missing");
  shape.role = Role::Word;
  shape.words = names_of(text.substr(1, end - 1));
  text.remove_prefix(end + 1);
  shape.list = text.starts_with(',');
  if (shape.list) text.remove_prefix(1);
  if (text.empty()) return shape;
  if (text[0] != '!') return fail(Errc::Invalid, "unexpected " + said(text));
  const auto effect = effect_of(text.substr(1));
  if (!effect) return effect.error();
  shape.otherwise = *effect;
  return shape;
}

Status add_option(Command& command, std::string_view text) {
  Option option;
  const auto index = static_cast<std::uint16_t>(command.options.size());
  std::vector<std::string_view> spellings;
  for (auto word : words_of(text)) {
    if (word == ">text") {
      option.plain_operands = true;
    } else if (word.starts_with('>')) {
      const auto role = role_of(word.substr(1));
      if (!role) return role.error();
      option.operands = *role;
    } else if (word.starts_with('!') || word.starts_with(':') || word.starts_with('?')) {
      const auto effect = effect_of(word.substr(1));
      if (!effect) return effect.error();
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
  std::size_t i = 1;
  for (; i < words.size() && words[i].starts_with('!'); ++i) {
    const auto effect = effect_of(words[i].substr(1));
    if (!effect) return effect.error();
    operand.effects.add(*effect);
  }
  if (i < words.size() && (words[i] != "unless" || i + 1 == words.size()))
    return fail(Errc::Invalid, "unexpected " + said(words[i]));
  for (++i; i < words.size(); ++i) {
    auto option = known_option(command, words[i]);
    if (!option) return option.error();
    operand.unless.push_back(*option);
  }
  const auto& before = command.operands;
  if ((!before.empty() && before.back().many && operand.many) ||
      (before.size() > 1 && before[before.size() - 2].many))
    return fail(Errc::Invalid, "only one more can follow an operand with '*'");
  command.operands.push_back(std::move(operand));
  return Ok{};
}

}  // namespace hitl::rulebook
