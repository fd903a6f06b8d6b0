// SPDX-License-Identifier: Apache-2.0
// find: where it starts, what it selects, what it does with what it found.
#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/pattern.h"
#include "classify/program.h"

namespace hitl::classify {
namespace {

using catalog::Role;

// Primaries without an argument and with one, that only select or print.
constexpr std::string_view kAlone[] = {"-print",
                                       "-print0",
                                       "-ls",
                                       "-prune",
                                       "-quit",
                                       "-depth",
                                       "-d",
                                       "-mount",
                                       "-xdev",
                                       "-daystart",
                                       "-empty",
                                       "-executable",
                                       "-readable",
                                       "-writable",
                                       "-nouser",
                                       "-nogroup",
                                       "-true",
                                       "-false",
                                       "-not",
                                       "-a",
                                       "-and",
                                       "-o",
                                       "-or",
                                       "-noleaf",
                                       "-follow",
                                       "-warn",
                                       "-nowarn",
                                       "-ignore_readdir_race",
                                       "-noignore_readdir_race",
                                       "(",
                                       ")",
                                       "!",
                                       ","};
constexpr std::string_view kWithOne[] = {
    "-name",     "-iname",    "-path",   "-ipath",     "-wholename", "-iwholename", "-lname",
    "-ilname",   "-regex",    "-iregex", "-regextype", "-type",      "-xtype",      "-size",
    "-perm",     "-user",     "-group",  "-uid",       "-gid",       "-mtime",      "-mmin",
    "-atime",    "-amin",     "-ctime",  "-cmin",      "-newer",     "-anewer",     "-cnewer",
    "-maxdepth", "-mindepth", "-links",  "-inum",      "-samefile",  "-printf",     "-fstype",
    "-used",     "-context"};
// Those that do not narrow down what is selected.
constexpr std::string_view kAnything[] = {
    "-xdev",     "-mount", "-depth",    "-d",        "-print", "-print0", "-follow",
    "-noleaf",   "-warn",  "-nowarn",   "-delete",   "-type",  "-xtype",  "-mindepth",
    "-maxdepth", "-true",  "-readable", "-writable", "!",      "-not"};

template <std::size_t N>
bool among(const std::string_view (&list)[N], std::string_view word) {
  return std::ranges::find(list, word) != std::end(list);
}

bool is_not(std::string_view word) { return word == "!" || word == "-not"; }

bool is_or(std::string_view word) { return word == "-o" || word == "-or"; }

bool is_newer(std::string_view word) { return word.starts_with("-newer") && word.size() == 8; }

bool is_action(std::string_view word) {
  for (const char* begin : {"-exec", "-ok", "-print", "-fprint", "-ls", "-fls", "-delete"})
    if (word.starts_with(begin)) return true;
  return false;
}

bool begins_expression(const Arg& arg) {
  const auto& t = arg.text();
  return t.starts_with('-') || t == "(" || t == "!" || t == ",";
}

}  // namespace

// What one run of find is made of.
struct Found {
  std::vector<Arg> roots;
  std::string name;       // of -name, where that must hold for all that is found
  bool narrowed = false;  // something selects
  bool either = false;    // -o: nothing must hold
  bool negated = false;   // of the primary that comes next
};

namespace {

// All that is found, as one argument in the place of {}.
Arg found_arg(const Found& found, shell::Range range) {
  Arg arg;
  for (const auto& root : found.roots)
    arg.patterns.insert(arg.patterns.end(), root.patterns.begin(), root.patterns.end());
  if (arg.patterns.empty()) arg.patterns = {"."};
  arg.below = true;
  arg.narrowed = found.narrowed;
  arg.written = found.narrowed ? "what matches below" : "everything below";
  for (const auto& root : found.roots) arg.written += " " + shown(root);
  if (found.roots.empty()) arg.written += " .";
  if (found.narrowed && !found.either) arg.name = found.name;
  arg.range = range;
  return arg;
}

std::string selected_names(std::string_view text, bool any_case) {
  auto name = catalog::from_fnmatch(text);
  if (any_case)
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

// The roots; sets `i` to where the expression begins.
Found look(std::span<const Arg> args, std::size_t& i) {
  Found found;
  for (i = 1; i < args.size(); ++i) {
    const auto& t = args[i].text();
    if (t == "-H" || t == "-L" || t == "-P") continue;
    if (begins_expression(args[i])) break;
    found.roots.push_back(args[i]);
  }
  int depth = 0;
  bool acts = false;
  for (std::size_t k = i; k < args.size(); ++k) {
    const auto& t = args[k].text();
    depth += t == "(" ? 1 : t == ")" ? -1 : 0;
    acts |= is_action(t);
    // What stands before `-prune -o` is not what comes after it, unless something
    // is done with it.
    if (is_or(t) && args[k - 1].text() == "-prune" && depth == 0 && !acts)
      found.either = false;
    else
      found.either |=
          is_or(t) || t == "," || (is_not(t) && k + 1 < args.size() && args[k + 1].text() == "(");
  }
  return found;
}

// A primary that stands before an action selects what the action gets; of most
// of a tree nothing is selected by what leaves some out.
void select(Found& found, std::string_view primary, std::string_view value) {
  if (std::exchange(found.negated, is_not(primary))) return;
  // X -prune -o Y: what is done with Y is not done with X.
  if (is_or(primary)) {
    found.name.clear();
    found.narrowed = false;
    return;
  }
  if (primary == "-name" || primary == "-iname") {
    if (value.find_first_not_of('*') == std::string_view::npos) return;
    if (found.name.empty()) found.name = selected_names(value, primary == "-iname");
    found.narrowed = true;
  } else if (primary.starts_with('-') && !among(kAnything, primary)) {
    found.narrowed = true;
  }
}

// What find prints as names: nothing where it also prints something else, or
// where what selects comes after the print.
std::optional<Found> printed(std::span<const Arg> args) {
  std::size_t i = 1;
  auto found = look(args, i);
  bool done = false;
  for (const auto& root : found.roots)
    if (may_be_option(root)) return std::nullopt;
  bool prunes = false;
  for (; i < args.size(); ++i) {
    const auto& word = args[i].text();
    if (!args[i].known()) return std::nullopt;
    prunes |= word == "-prune";
    if (word == "-print" || word == "-print0") {
      done = true;
    } else if (done && word != "-quit" && word != ")") {
      return std::nullopt;
    } else if (among(kWithOne, word) || is_newer(word)) {
      if (word == "-printf" || ++i == args.size()) return std::nullopt;
      select(found, word, args[i].text());
    } else if (among(kAlone, word) && word != "-ls") {
      select(found, word, "");
    } else {
      return std::nullopt;
    }
  }
  // Without -print what is pruned is printed too.
  return prunes && !done ? std::nullopt : std::optional(found);
}

}  // namespace

void Program::find(const catalog::Command&, std::span<const Arg> args, const Setting& setting) {
  std::size_t i = 1;
  auto found = look(args, i);
  report_.effects.add(Effect::Read);
  for (const auto& root : found.roots) path(root, Role::Metadata);
  for (const auto& root : found.roots)
    if (may_be_option(root) && !root.below)
      cause(Effect::Unknown, root.range, shown(root) + " could become an option of find");

  for (; i < args.size(); ++i) {
    const Arg& arg = args[i];
    const auto& word = arg.text();
    if (!arg.known()) {
      cause(Effect::Unknown, arg.range, shown(arg) + " could become an action of find");
    } else if (among(kAlone, word)) {
      select(found, word, "");
    } else if (among(kWithOne, word) || is_newer(word)) {
      if (++i == args.size())
        cause(Effect::Unknown, arg.range, word + " needs an argument");
      else if (args[i].several && !catalog::is_known(args[i].text()) &&
               args[i].text().find(catalog::kAny) != std::string::npos)
        cause(Effect::Unknown, args[i].range, shown(args[i]) + " may be several words");
      else
        select(found, word, args[i].text());
    } else if (word == "-delete") {
      path(found_arg(found, arg.range), Role::Removed);
    } else if (word == "-fprint" || word == "-fprint0" || word == "-fls" || word == "-fprintf") {
      if (i + 1 == args.size()) {
        cause(Effect::Unknown, arg.range, word + " needs an argument");
        break;
      }
      path(args[i + 1], Role::Output);
      i += word == "-fprintf" ? 2 : 1;
    } else if (word == "-exec" || word == "-execdir" || word == "-ok" || word == "-okdir") {
      std::vector<Arg> inner;
      std::size_t k = i + 1;
      for (; k < args.size(); ++k) {
        const auto& t = args[k].text();
        if (t == ";" || (t == "+" && k > i + 1 && args[k - 1].text() == "{}")) break;
        if (t == "{}") {
          Arg it = found_arg(found, args[k].range);
          inner.push_back(std::move(it));
        } else if (t.find("{}") != std::string::npos) {
          Arg some = literal_arg(std::string(1, catalog::kAny), args[k].range);
          inner.push_back(std::move(some));
        } else {
          inner.push_back(args[k]);
        }
      }
      if (k == args.size() || inner.empty()) {
        cause(Effect::Unknown, arg.range, word + " is not complete");
        break;
      }
      Setting inside = setting;
      inside.names.reset();
      inside.reads_line = false;
      if (word.ends_with("dir"))
        cause(Effect::Unknown, arg.range, word + " runs in folders that are not known beforehand");
      judge(inner, inside, false);
      i = k;
    } else {
      cause(Effect::Unknown, arg.range, word + " is not a known part of find's expression");
    }
  }
}

std::optional<std::vector<Arg>> names_written(std::span<const Arg> args, const Setting& setting) {
  if (args.empty() || !args[0].known()) return std::nullopt;
  const auto slash = args[0].text().rfind('/');
  const auto name = std::string_view(args[0].text()).substr(slash + 1);
  const auto rest = args.subspan(1);
  const auto all = [&](auto good) { return std::ranges::all_of(rest, good); };
  if (name == "echo" || name == "printf") {
    if (rest.empty() || !all([](const Arg& a) { return !may_be_option(a) || a.below; }))
      return std::nullopt;
    if (name == "printf" && !all([](const Arg& a) {
          return a.known() && a.text().find_first_of("%\\") == std::string::npos;
        }))
      return std::nullopt;
    // Words of one argument would come apart again.
    if (!all([](const Arg& a) { return a.text().find_first_of(" \t\n\\") == std::string::npos; }))
      return std::nullopt;
    return std::vector<Arg>(rest.begin(), rest.end());
  }
  if (name == "find") {
    const auto found = printed(args);
    if (!found) return std::nullopt;
    return std::vector<Arg>{found_arg(*found, args[0].range)};
  }
  if (name == "ls") {
    std::vector<Arg> names;
    bool itself = false;
    for (const auto& a : rest) {
      if (a.known() && a.text().starts_with("-")) {
        if (a.text().find_first_not_of("-dtr1SUX") != std::string::npos) return std::nullopt;
        itself |= a.text().find('d') != std::string::npos;
        continue;
      }
      if (may_be_option(a)) return std::nullopt;
      names.push_back(a);
    }
    // A folder that a glob names is listed by its content, unless -d is given;
    // a name with a known ending (*.log) is taken for a file.
    const bool files = std::ranges::all_of(names, [](const Arg& a) {
      const auto& t = a.text();
      const auto star = t.find_last_of("\x01\x02\x03");
      return a.patterns.size() == 1 && star != std::string::npos &&
             t.find('.', star) != std::string::npos && t.find(catalog::kAny) == std::string::npos;
    });
    if (names.empty() || (!itself && !files)) return std::nullopt;
    return names;
  }
  if (name == "pgrep" || name == "pidof") {
    // Numbers, unless an option wants names or another separator.
    if (!all([](const Arg& a) {
          return a.known() && (!a.text().starts_with('-') ||
                               a.text().find_first_of("-lad", 1) == std::string::npos);
        }))
      return std::nullopt;
    Arg number = literal_arg(std::string(1, catalog::kSome), args[0].range);
    number.several = true;
    return std::vector<Arg>{number};
  }
  static constexpr std::string_view kFilters[] = {"head",  "tail",  "sort", "uniq", "grep",
                                                  "egrep", "fgrep", "tac",  "shuf"};
  if (among(kFilters, name) && setting.names) {
    // Only what takes lines out or changes their order.
    const bool grep = name.ends_with("grep");
    std::size_t operands = 0;
    for (const auto& a : rest) {
      if (!a.known()) return std::nullopt;
      if (!a.text().starts_with('-')) {
        if (a.text().find_first_not_of("0123456789") != std::string::npos || grep) ++operands;
        continue;
      }
      if (name == "uniq" && a.text() != "-u" && a.text() != "-d") return std::nullopt;
      if (grep && a.text().find_first_not_of("-viEFwx") != std::string::npos) return std::nullopt;
    }
    if (operands > (grep ? 1u : 0u)) return std::nullopt;
    return setting.names;
  }
  return std::nullopt;
}

}  // namespace hitl::classify
