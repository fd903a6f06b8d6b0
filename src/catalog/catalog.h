// SPDX-License-Identifier: Apache-2.0
// All that is known about programs, paths and variables.  Immutable once made;
// reads no files (rulebook does) and judges nothing (classify does).
//
// What a catalogue does not list it knows nothing about, and says so.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/command.h"
#include "catalog/effect.h"
#include "catalog/place.h"

namespace hitl::catalog {

class Catalog {
 public:
  using Pins = std::vector<std::pair<std::string, std::string>>;

  // False if the name is there already.
  bool add(Command command);
  void add_place(std::string_view notation, Effect effect) { places_.add(notation, effect); }
  void add_plain(std::string_view notation) { places_.add_plain(notation); }
  void add_plain_name(std::string_view notation) { places_.add_plain_name(notation); }
  // Names that a prefix or an export may set; "LC_*" is a pattern.
  void add_harmless_variable(std::string_view notation);
  // Variables that are harmless with certain values only.
  void add_values(const std::vector<std::string>& names, const std::vector<std::string>& values);
  // Names that no assignment may set unseen.
  void add_grave_variable(std::string_view notation);
  // Variables whose value is a credential.
  void add_secret_variable(std::string_view notation);
  void add_folder(std::string folder) { folders_.push_back(std::move(folder)); }
  void pin(std::string name, std::string value) {
    pins_.emplace_back(std::move(name), std::move(value));
  }
  void pin_for_looks(std::string name, std::string value) {
    look_pins_.emplace_back(std::move(name), std::move(value));
  }

  // By the name as the shell finds it: "git log", "ls".
  const Command* find(std::string_view name) const;
  // The command that the first word of a command names: bare, or with one of
  // the system's folders before it.  Empty for any other path.
  std::optional<std::string_view> program_of(std::string_view word) const;

  const Places& places() const { return places_; }
  bool is_harmless_variable(std::string_view name) const;
  // False where only certain values are harmless and `value`, a pattern, can be
  // another.
  bool takes_value(std::string_view name, std::string_view value) const;
  bool is_grave_variable(std::string_view name) const;
  bool is_secret_variable(std::string_view name) const;
  // The target's environment has it with this value anyhow.
  bool is_pin(std::string_view name, std::string_view value) const;
  bool is_pinned_variable(std::string_view name) const;

  // Environment on which the entries rely, set where a command runs.
  const Pins& pins() const { return pins_; }
  // The same only for what is allowed because it looks: it turns off what a
  // command that people approve may need, as hooks and configuration.
  const Pins& look_pins() const { return look_pins_; }
  std::size_t size() const { return commands_.size(); }
  template <class Visit>
  void each(Visit visit) const {
    for (const auto& [name, command] : commands_) visit(command);
  }

 private:
  TextMap<Command> commands_;
  Places places_;
  std::vector<std::string> harmless_, grave_, secret_;  // patterns
  struct Values {
    std::vector<std::string> names, values;  // patterns
  };
  std::vector<Values> values_;
  std::vector<std::string> folders_;
  Pins pins_, look_pins_;
};

}  // namespace hitl::catalog
