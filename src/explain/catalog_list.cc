// SPDX-License-Identifier: Apache-2.0
#include "explain/catalog_list.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>
#include <string>
#include <vector>

namespace hitl::explain {
namespace {

using Json = nlohmann::ordered_json;
using catalog::Command;

std::vector<const Command*> in_order(const catalog::Catalog& catalog) {
  std::vector<const Command*> out;
  catalog.each([&](const Command& c) { out.push_back(&c); });
  std::ranges::sort(out, {}, &Command::name);
  return out;
}

Json names_of(catalog::EffectSet effects) {
  auto out = Json::array();
  for (const auto e : catalog::all_effects())
    if (effects.has(e)) out.push_back(catalog::name_of(e));
  return out;
}

Json json_of(const catalog::Shape& shape) {
  if (shape.role == catalog::Role::Word) return shape.words;
  return catalog::name_of(shape.role);
}

Json options_of(const Command& c) {
  std::vector<std::vector<std::string>> spellings(c.options.size());
  for (const auto& [spelling, index] : c.spellings) spellings[index].push_back(spelling);
  auto out = Json::array();
  for (std::size_t i = 0; i < c.options.size(); ++i) {
    const auto& o = c.options[i];
    std::ranges::sort(spellings[i]);
    Json option = {{"names", spellings[i]}, {"effects", names_of(o.effects)}};
    if (o.argument != catalog::Argument::None) {
      option["argument"] = json_of(o.shape);
      option["joined"] = o.argument == catalog::Argument::Joined;
    }
    option["instead"] = o.swaps;
    out.push_back(std::move(option));
  }
  return out;
}

Json json_of(const Command& c) {
  Json out = {{"name", c.name}, {"effects", names_of(c.effects)}};
  if (!c.reader.empty()) out["reader"] = c.reader;
  out["style"] = c.style == catalog::Style::Gnu     ? "gnu"
                 : c.style == catalog::Style::Words ? "words"
                                                    : "none";
  out["options"] = options_of(c);
  auto operands = Json::array();
  for (const auto& o : c.operands)
    operands.push_back({{"role", json_of(o.shape)}, {"many", o.many}});
  out["operands"] = std::move(operands);
  auto required = Json::array();
  for (const auto index : c.requires_one) required.push_back(c.options[index].name);
  out["requires"] = std::move(required);
  out["insert"] = c.insert;
  out["inherits"] = c.inherits;
  out["sub_commands"] = c.has_subcommands;
  return out;
}

}  // namespace

Coverage coverage_of(const catalog::Catalog& catalog) {
  Coverage out;
  std::set<std::string> programs;
  catalog.each([&](const Command& c) {
    const auto space = c.name.find(' ');
    programs.insert(c.name.substr(0, space));
    if (space != std::string::npos) ++out.sub_commands;
    if (c.effects == catalog::EffectSet{catalog::Effect::Read}) ++out.readers;
    out.options += c.spellings.size();
  });
  out.programs = programs.size();
  return out;
}

void print_coverage(const Coverage& c, std::ostream& out) {
  out << c.programs << " programs, " << c.sub_commands << " sub-commands, " << c.readers
      << " plain reads among them, " << c.options << " spellings of options\n";
}

void print_commands(const catalog::Catalog& catalog, std::ostream& out) {
  for (const auto* c : in_order(catalog)) out << json_of(*c).dump() << "\n";
}

}  // namespace hitl::explain
