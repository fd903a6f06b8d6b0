// SPDX-License-Identifier: Apache-2.0
#include "classify/options.h"

#include <gtest/gtest.h>

#include "catalog/pattern.h"

namespace hitl::classify {
namespace {

using catalog::Argument;
using catalog::Role;

catalog::Operand operand(Role role, bool many = false) {
  catalog::Operand operand;
  operand.shape.role = role;
  operand.many = many;
  return operand;
}

// sort's kind: -r, -n, -k KEY, -o FILE, --color[=WHEN], operands in* .
catalog::Command sorter() {
  catalog::Command c;
  c.name = "sorter";
  const auto add = [&](std::vector<const char*> names, Argument argument, Role role) {
    for (const char* n : names)
      c.spellings.emplace(n, static_cast<std::uint16_t>(c.options.size()));
    catalog::Option option;
    option.name = names[0];
    option.argument = argument;
    option.shape.role = role;
    c.options.push_back(std::move(option));
  };
  add({"-r", "--reverse"}, Argument::None, Role::Text);
  add({"-n"}, Argument::None, Role::Text);
  add({"-k", "--key"}, Argument::Required, Role::Text);
  add({"-o", "--output"}, Argument::Required, Role::Output);
  add({"--color"}, Argument::Joined, Role::Text);
  c.operands = {operand(Role::Input, true)};
  return c;
}

std::vector<Arg> words(const std::vector<std::string>& texts) {
  std::vector<Arg> out;
  for (const auto& t : texts) out.push_back(literal_arg(catalog::from_notation(t), {}));
  return out;
}

// "option:value" for each use; "!" for each problem.
std::string told(const catalog::Command& command, const std::vector<std::string>& texts) {
  const catalog::Catalog catalog;
  const auto args = words(texts);
  const auto parsed = parse_options(catalog, command, args);
  std::string out;
  for (const auto& g : parsed.given) out += g.option->name + " ";
  for (const auto& u : parsed.uses)
    out += (u.shape->role == Role::Output ? "out:"
            : u.operand                   ? "in:"
                                          : "arg:") +
           catalog::shown(u.arg.text()) + " ";
  for (std::size_t i = 0; i < parsed.problems.size(); ++i) out += "! ";
  if (!out.empty()) out.pop_back();
  return out;
}

TEST(OptionsTest, SpellingsOfTheSameOptions) {
  const auto c = sorter();
  struct Case {
    std::vector<std::string> words;
    const char* want;
  };
  const Case cases[] = {
      {{"sorter", "-rn", "x"}, "-r -n in:x"},
      {{"sorter", "x", "-r"}, "-r in:x"},
      {{"sorter", "-k2", "x"}, "-k arg:2 in:x"},
      {{"sorter", "-k", "2", "x"}, "-k arg:2 in:x"},
      {{"sorter", "-rk2"}, "-r -k arg:2"},
      {{"sorter", "--key=2"}, "-k arg:2"},
      {{"sorter", "--key", "2"}, "-k arg:2"},
      {{"sorter", "-ox"}, "-o out:x"},
      {{"sorter", "-rnox"}, "-r -n -o out:x"},
      {{"sorter", "-o", "-r"}, "-o out:-r"},
      {{"sorter", "--output", "x", "y"}, "-o out:x in:y"},
      {{"sorter", "--color", "x"}, "--color in:x"},
      {{"sorter", "--color=auto", "x"}, "--color arg:auto in:x"},
      {{"sorter", "--", "-o", "x"}, "in:-o in:x"},
      {{"sorter", "-"}, "in:-"},
  };
  for (const auto& k : cases) EXPECT_EQ(told(c, k.words), k.want);
}

TEST(OptionsTest, WhatIsNotListedIsAProblem) {
  const auto c = sorter();
  const std::vector<std::string> cases[] = {
      {"sorter", "-x"},        {"sorter", "-rx"},
      {"sorter", "--rev"},     {"sorter", "--reverse=1"},
      {"sorter", "-k"},        {"sorter", "--output"},
      {"sorter", "--outpu=x"}, {"sorter", "--compress-program=x"},
      {"sorter", "-r**"}};
  for (const auto& k : cases) EXPECT_NE(told(c, k).find('!'), std::string::npos) << k[1];
}

TEST(OptionsTest, AWordThatCouldBecomeAnOptionIsAProblemUnlessOptionsOnlyRead) {
  auto c = sorter();
  for (const char* word : {"*", "**", "?x", "*.txt"})
    EXPECT_NE(told(c, {"sorter", word}).find('!'), std::string::npos) << word;
  EXPECT_EQ(told(c, {"sorter", "a*"}), "in:a*");
  EXPECT_EQ(told(c, {"sorter", "--", "*"}), "in:*");
  c.mild_options = true;
  EXPECT_EQ(told(c, {"sorter", "*"}), "in:*");
}

TEST(OptionsTest, BehindARoleForManyStandsThatOfTheLast) {
  auto c = sorter();
  c.operands = {operand(Role::Input, true), operand(Role::Output)};
  EXPECT_EQ(told(c, {"copier", "a", "b", "c"}), "in:a in:b out:c");
  EXPECT_EQ(told(c, {"copier", "a"}), "in:a");
  auto args = words({"copier", "a*"});
  args[1].several = true;
  const auto parsed = parse_options(catalog::Catalog(), c, args);
  ASSERT_EQ(parsed.uses.size(), 2u);
  EXPECT_EQ(parsed.uses[0].shape->role, Role::Output);
  EXPECT_EQ(parsed.uses[1].shape->role, Role::Input);
}

TEST(OptionsTest, OneWordThatMayBeSeveralReachesEveryRoleAfterIt) {
  auto c = sorter();
  c.operands = {operand(Role::Input), operand(Role::Output)};
  const catalog::Catalog catalog;
  auto args = words({"sorter", "a*"});
  args[1].several = true;
  const auto parsed = parse_options(catalog, c, args);
  ASSERT_EQ(parsed.uses.size(), 2u);
  EXPECT_EQ(parsed.uses[1].shape->role, Role::Output);
}

}  // namespace
}  // namespace hitl::classify
