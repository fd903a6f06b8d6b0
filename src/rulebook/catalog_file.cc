// SPDX-License-Identifier: Apache-2.0
#include "rulebook/catalog_file.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "config/toml.h"
#include "rulebook/notation.h"

namespace hitl::rulebook {
namespace {

using catalog::Catalog;
using catalog::Command;
using catalog::EffectSet;
using catalog::Style;

// Commands by name, with the place of each for the fault of a second one.
class Entries {
 public:
  void read(config::Table& table);
  // Parents of sub-commands that no file lists are known by that alone: they
  // have no options, and without a sub-command they are unknown.
  void into(Catalog& catalog);

 private:
  void add(config::Table& table, const std::string& name, const Command& command);

  struct Entry {
    Command command;
    std::string place;
  };
  std::map<std::string, Entry, std::less<>> entries_;
};

// Calls `add` with each text of the array; what it finds wrong is a fault there.
template <class Add>
void each(config::Table& table, std::string_view key, Add add) {
  const auto texts = table.strings(key);
  if (!texts) return;
  for (std::size_t i = 0; i < texts->size(); ++i)
    if (const Status done = add((*texts)[i]); !done) table.fault(key, i, done.error().what);
}

EffectSet effects_of(config::Table& table, std::string_view key) {
  EffectSet set;
  each(table, key, [&](const std::string& name) -> Status {
    const auto effect = effect_of(name);
    if (!effect) return effect.error();
    set.add(*effect);
    return Ok{};
  });
  return set;
}

void read_traits(config::Table& table, Command& command) {
  each(table, "traits", [&](const std::string& trait) -> Status {
    const std::map<std::string_view, bool*> known = {
        {"digits", &command.digits},
        {"bundle", &command.bundle},
        {"ordered", &command.ordered},
        {"plus", &command.plus},
        {"response-files", &command.response_files},
        {"mild-options", &command.mild_options},
        {"inherits", &command.inherits},
        {"keys", &command.keys},
    };
    if (const auto found = known.find(trait); found != known.end())
      return *found->second = true, Ok{};
    std::vector<std::string_view> names;
    for (const auto& [name, member] : known) names.push_back(name);
    return fail(Errc::Invalid, "unknown trait '" + trait + "'" + config::suggestion(trait, names));
  });
}

Command command_of(config::Table& table, bool sub_command) {
  Command command;
  command.effects = effects_of(table, "effects");
  if (!table.has("effects")) table.fault("effects", "a command needs 'effects'");
  command.says = table.string("says").value_or("");
  command.reader =
      table.word("reader", {"find", "xargs", "dd", "environment", "shell", "ps", "watch", "joined"})
          .value_or("");
  const auto style = table.word("style", {"gnu", "words", "none"}).value_or("gnu");
  command.style = style == "words" ? Style::Words : style == "none" ? Style::None : Style::Gnu;
  const auto input = table.word("stdin", {"none", "data", "script"}).value_or("none");
  command.input = input == "data"     ? InputRole::Data
                  : input == "script" ? InputRole::Script
                                      : InputRole::None;
  read_traits(table, command);
  if (const auto flags = table.string("flags"))
    if (const auto added = add_flags(command, *flags); !added)
      table.fault("flags", added.error().what);
  each(table, "options", [&](const std::string& text) { return add_option(command, text); });
  // What programs answer and leave it at that.  Sub-commands do not: git shows
  // a manual by a program that its configuration names.
  if (command.style == Style::Gnu && !sub_command)
    for (const char* text : {"--help ?read", "--version ?read"})
      if (!command.spellings.contains(
              std::string_view(text).substr(0, std::string_view(text).find(' '))))
        (void)add_option(command, text);
  each(table, "operands", [&](const std::string& text) { return add_operand(command, text); });
  each(table, "requires", [&](const std::string& text) -> Status {
    const auto found = command.spellings.find(text);
    if (found == command.spellings.end())
      return fail(Errc::Invalid, "option '" + text + "' is not listed");
    command.requires_one.push_back(found->second);
    return Ok{};
  });
  command.least = static_cast<std::uint16_t>(table.integer("least", 0, 16).value_or(0));
  command.insert = table.strings("insert").value_or(std::vector<std::string>{});
  return command;
}

void Entries::read(config::Table& table) {
  const auto names = table.strings("names");
  if (!names || names->empty()) table.fault("names", "a command needs 'names'");
  const bool sub_command =
      names && std::ranges::any_of(*names, [](const auto& n) { return n.find(' ') != n.npos; });
  const auto command = command_of(table, sub_command);
  if (names)
    for (const auto& notation : *names)
      for (const auto& name : names_of(notation)) add(table, name, command);
  table.done();
}

void Entries::add(config::Table& table, const std::string& name, const Command& command) {
  const auto [entry, fresh] = entries_.emplace(name, Entry{command, table.place()});
  if (!fresh) table.fault("names", "'" + name + "' is there already, at " + entry->second.place);
  entry->second.command.name = name;
}

void Entries::into(Catalog& catalog) {
  std::vector<std::string> parents;
  for (const auto& [name, entry] : entries_)
    for (auto space = name.find(' '); space != std::string::npos; space = name.find(' ', space + 1))
      parents.push_back(name.substr(0, space));
  for (const auto& name : parents) {
    auto& command = entries_[name].command;
    if (command.name.empty()) {
      command.name = name;
      command.effects = {catalog::Effect::Unknown};
    }
    command.has_subcommands = true;
  }
  for (auto& [name, entry] : entries_) catalog.add(std::move(entry.command));
}

void read_places(config::Table& root, Catalog& catalog) {
  for (auto& table : root.tables("place")) {
    const auto word = table.string("effect");
    const auto effect = effect_of(word.value_or(""));
    if (!effect) table.fault("effect", effect.error().what);
    for (const auto& path : table.strings("paths").value_or(std::vector<std::string>{}))
      if (effect) catalog.add_place(path, *effect);
    table.done();
  }
  for (const auto& path : root.strings("plain").value_or(std::vector<std::string>{}))
    catalog.add_plain(path);
  for (const auto& name : root.strings("plain_names").value_or(std::vector<std::string>{}))
    catalog.add_plain_name(name);
}

void read_environment(config::Table& root, Catalog& catalog) {
  using List = std::vector<std::string>;
  if (auto variables = root.table("variables")) {
    for (const auto& v : variables->strings("harmless").value_or(List{}))
      catalog.add_harmless_variable(v);
    for (const auto& v : variables->strings("grave").value_or(List{}))
      catalog.add_grave_variable(v);
    for (const auto& v : variables->strings("secret").value_or(List{}))
      catalog.add_secret_variable(v);
    variables->done();
  }
  for (auto& table : root.tables("values")) {
    catalog.add_values(table.strings("names").value_or(List{}),
                       table.strings("are").value_or(List{}));
    table.done();
  }
  const auto read_pins = [&](std::string_view key, auto pin) {
    each(root, key, [&](const std::string& text) -> Status {
      const auto equals = text.find('=');
      if (equals == std::string::npos || equals == 0)
        return fail(Errc::Invalid, "a pin is NAME=VALUE");
      (catalog.*pin)(text.substr(0, equals), text.substr(equals + 1));
      return Ok{};
    });
  };
  read_pins("pins", &Catalog::pin);
  read_pins("look_pins", &Catalog::pin_for_looks);
  for (auto& folder : root.strings("folders").value_or(List{})) catalog.add_folder(folder);
}

}  // namespace

Result<std::vector<CatalogText>> read_catalog(const std::vector<std::string>& folders) {
  std::vector<CatalogText> out;
  for (const auto& folder : folders) {
    std::error_code error;
    std::vector<std::string> paths;
    for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
         it.increment(error))
      if (it->path().extension() == ".toml") paths.push_back(it->path().string());
    if (error) return fail(Errc::NotFound, folder + ": " + error.message());
    std::ranges::sort(paths);
    for (const auto& path : paths) {
      auto file = config::File::read(path);
      if (!file) return file.error();
      out.push_back({path, file->text()});
    }
  }
  return out;
}

Result<Catalog> load_catalog(const std::vector<CatalogText>& texts) {
  Catalog catalog;
  Entries entries;
  std::string faults;
  for (const auto& [name, text] : texts) {
    auto file = config::File::parse(text, name);
    auto root = file.root();
    for (auto& table : root.tables("command")) entries.read(table);
    read_places(root, catalog);
    read_environment(root, catalog);
    root.done();
    for (const auto& fault : file.faults()) faults += (faults.empty() ? "" : "\n") + fault;
  }
  if (!faults.empty()) return fail(Errc::Invalid, faults);
  entries.into(catalog);
  return catalog;
}

}  // namespace hitl::rulebook
