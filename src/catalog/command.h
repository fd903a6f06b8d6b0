// SPDX-License-Identifier: Apache-2.0
// What the catalogue says about one program or sub-command: plain data, made by
// rulebook from etc/catalog.d, read by classify.  hitl-catalog(5) has the form
// in which people write it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "catalog/effect.h"
#include "hitl/verdict.h"

namespace hitl::catalog {

// Lets a std::string map be asked with a std::string_view.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
};
template <class T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

// What an operand, or the argument of an option, is to the program.
enum class Role : std::uint8_t {
  Text,      // any text at all; nothing happens by it
  Name,      // names, numbers and lists of them: no white space, no "=", no quotes
  Bare,      // a name without "/"
  Property,  // names of properties, none of which shows an environment or a credential
  Plus,      // begins with "+"
  Word,      // one of Shape::words; "a.*" stands for all that begin with "a."
  Input,     // a file whose content is read
  Metadata,  // a path whose names, sizes or attributes are read
  Archive,   // an input that is fetched from another host where it has a ":"
  Tree,      // a folder that is read with all in it
  Visible,   // the same without names that begin with a dot; none given: the working directory
  Pretty,    // a format of git, which asks no other program
  Filter,    // a pattern of the file names of which the content is read
  Glob,      // the same, or with "!" one of those that are left out
  Revision,  // what git shows: a revision, a path of the repository, or REV:PATH
  Output,    // a file that is made or written
  Changed,   // a path that is changed as a whole: mode, owner, place
  Removed,   // a path that is removed
  Linked,    // a path whose content becomes reachable under another name
  Command,   // this word and all after it are a command of their own
  Shell,     // the text of a shell script
  Fields,    // what kubectl prints: fields of objects, none of which can hold a secret
  Sed,       // the text of a sed, awk, jq or SQL program
  Awk,
  Jq,
  Sql,
  Assign,  // NAME=VALUE words, as env(1) takes them before its command
  Host,    // a host that is talked to, by name or address
  Url,     // the same, of http or https; where an entry has either, it talks to no other
};

inline constexpr std::array<std::pair<std::string_view, Role>, 28> kRoles = {{
    {"text", Role::Text},       {"name", Role::Name},         {"plus", Role::Plus},
    {"input", Role::Input},     {"metadata", Role::Metadata}, {"tree", Role::Tree},
    {"filter", Role::Filter},   {"output", Role::Output},     {"changed", Role::Changed},
    {"removed", Role::Removed}, {"linked", Role::Linked},     {"command", Role::Command},
    {"shell", Role::Shell},     {"sed", Role::Sed},           {"awk", Role::Awk},
    {"jq", Role::Jq},           {"sql", Role::Sql},           {"assign", Role::Assign},
    {"pretty", Role::Pretty},   {"archive", Role::Archive},   {"revision", Role::Revision},
    {"bare", Role::Bare},       {"property", Role::Property}, {"visible", Role::Visible},
    {"glob", Role::Glob},       {"fields", Role::Fields},     {"host", Role::Host},
    {"url", Role::Url},
}};

constexpr std::string_view name_of(Role role) {
  for (const auto& [name, known] : kRoles)
    if (known == role) return name;
  return "";
}

struct Shape {
  Role role = Role::Text;
  // Of Role::Word:
  std::vector<std::string> words;
  bool list = false;                   // several of them, with commas between
  Effect otherwise = Effect::Unknown;  // what another word is
};

enum class Argument : std::uint8_t { None, Required, Joined /* optional, only as --o=x or -ox */ };

struct Option {
  std::string name;  // the first spelling
  Argument argument = Argument::None;
  Shape shape;
  std::optional<Shape> second;   // of an option with two arguments
  EffectSet effects;             // what it adds
  std::optional<Role> operands;  // the role of operands that are files, instead of their own
  bool plain_operands = false;   // all operands are then Text
  bool swaps = false;            // it brings effects of its own instead of the command's
  bool alone = false;            // only where there is no operand
};

struct Operand {
  Shape shape;
  EffectSet effects;                  // what it adds where it is given
  bool many = false;                  // this one and all after it
  std::vector<std::uint16_t> unless;  // left out where one of these options is given
};

// How option words are written.
enum class Style : std::uint8_t {
  Gnu,    // -abc is a cluster, --long=x; options and operands mix
  Words,  // -long is one option, also --long; options and operands mix
  None,   // no options: every word is an operand
};

struct Command {
  std::string name;  // "git log"
  EffectSet effects;
  Style style = Style::Gnu;
  InputRole input = InputRole::None;  // where no Input operand names something else
  std::string reader;                 // code in classify judges the words; else empty

  std::vector<Option> options;
  TextMap<std::uint16_t> spellings;  // "-n", "--lines": index into options
  std::vector<Operand> operands;
  std::vector<std::uint16_t> requires_one;  // without one of these options it is unknown

  std::uint16_t least = 0;  // with fewer operands it is unknown

  bool digits = false;          // -5 and +5 are options
  bool plus = false;            // a word that begins with "+" is an option (less, vi)
  bool response_files = false;  // an operand "@FILE" holds more options
  bool bundle = false;          // a first word without "-" is a cluster (tar, ps)
  bool ordered = false;         // options end at the first operand
  bool mild_options = false;    // no option of the program adds an effect
  bool keys = false;            // on a terminal it does what keys say
  bool inherits = false;        // sub-commands know its options too
  bool has_subcommands = false;

  // Words put in after the command's own, so that what its configuration could
  // make it run is off.
  std::vector<std::string> insert;
  // What it means, for a reason: "restarts services".  Empty: by the effects.
  std::string says;

  const Option* option(std::string_view spelling) const {
    const auto found = spellings.find(spelling);
    return found == spellings.end() ? nullptr : &options[found->second];
  }
};

}  // namespace hitl::catalog
