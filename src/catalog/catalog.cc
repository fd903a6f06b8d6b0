// SPDX-License-Identifier: Apache-2.0
#include "catalog/catalog.h"

#include <algorithm>

#include "catalog/pattern.h"

namespace hitl::catalog {
namespace {

bool any_meets(const std::vector<std::string>& patterns, std::string_view name) {
  const auto text = literal(name);
  return std::ranges::any_of(patterns, [&](const auto& p) { return meet(p, text); });
}

}  // namespace

bool Catalog::add(Command command) {
  auto name = command.name;
  return commands_.emplace(std::move(name), std::move(command)).second;
}

void Catalog::add_harmless_variable(std::string_view notation) {
  harmless_.push_back(from_notation(notation));
}
void Catalog::add_values(const std::vector<std::string>& names,
                         const std::vector<std::string>& values) {
  auto& added = values_.emplace_back();
  for (const auto& n : names) added.names.push_back(from_notation(n));
  for (const auto& v : values) added.values.push_back(from_notation(v));
}
void Catalog::add_grave_variable(std::string_view notation) {
  grave_.push_back(from_notation(notation));
}
void Catalog::add_secret_variable(std::string_view notation) {
  secret_.push_back(from_notation(notation));
}

const Command* Catalog::find(std::string_view name) const {
  const auto found = commands_.find(name);
  return found == commands_.end() ? nullptr : &found->second;
}

std::optional<std::string_view> Catalog::program_of(std::string_view word) const {
  const auto slash = word.rfind('/');
  if (slash == std::string_view::npos) return word;
  if (std::ranges::find(folders_, word.substr(0, slash)) == folders_.end()) return std::nullopt;
  return word.substr(slash + 1);
}

bool Catalog::is_harmless_variable(std::string_view name) const {
  return any_meets(harmless_, name);
}
bool Catalog::takes_value(std::string_view name, std::string_view value) const {
  return std::ranges::all_of(values_, [&](const Values& v) {
    return !any_meets(v.names, name) ||
           std::ranges::any_of(v.values, [&](const auto& p) { return covers(p, value); });
  });
}
bool Catalog::is_pinned_variable(std::string_view name) const {
  const auto is = [&](const auto& pin) { return pin.first == name; };
  return std::ranges::any_of(pins_, is) || std::ranges::any_of(look_pins_, is);
}
bool Catalog::is_pin(std::string_view name, std::string_view value) const {
  return std::ranges::any_of(
      pins_, [&](const auto& pin) { return pin.first == name && pin.second == value; });
}
bool Catalog::is_grave_variable(std::string_view name) const { return any_meets(grave_, name); }
bool Catalog::is_secret_variable(std::string_view name) const { return any_meets(secret_, name); }

}  // namespace hitl::catalog
