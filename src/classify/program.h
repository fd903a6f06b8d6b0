// SPDX-License-Identifier: Apache-2.0
// One program with its arguments: what the catalogue says that it does.  Also
// behind wrappers (env, xargs, find -exec), where the program's words are a
// part of the wrapper's.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "classify/arg.h"
#include "classify/options.h"
#include "classify/report.h"
#include "classify/scope.h"

namespace hitl::classify {

// Where the program stands.
struct Setting {
  bool reads_line = false;                // its standard input is the submitted line's own
  std::optional<std::vector<Arg>> names;  // what the stage before it writes, as names
  std::optional<std::string> text;        // its standard input, where that is known
};

// Words to put in after word `after` of the simple command.
struct Insertion {
  std::size_t after;
  const std::vector<std::string>* words;
};

// The text of word `at`, which is a script, in canonical form.
struct Rewrite {
  std::size_t at;
  std::string text;
};

class Program {
 public:
  // Judges a script inside a word; nothing where it is not understood.
  using Script = std::function<std::optional<std::string>(const Arg&, const Setting&)>;

  Program(const Scope& scope, CommandReport& report, InputRole& input, Script script)
      : scope_(scope), report_(report), input_(input), script_(std::move(script)) {}

  // args[0] names the program.  `direct`: the shell itself runs it, so that it
  // may be a function or a builtin.
  void judge(std::span<const Arg> args, const Setting& setting, bool direct);

  const std::vector<Insertion>& insertions() const { return insertions_; }
  const std::vector<Rewrite>& rewrites() const { return rewrites_; }

  // Variables that a builtin sets or shows.
  void declare(std::span<const Arg> args);
  // A path in a role, also of a redirection.  `limited`: of a tree only files
  // with harmless names are read.
  void path(const Arg& arg, catalog::Role role, bool limited = false);
  // `values`: what it can become, as patterns.
  void assignment(std::string_view name, std::span<const std::string> values, shell::Range range,
                  bool exported);
  void cause(Effect effect, shell::Range range, std::string reason, std::string path = {},
             bool whole = false, std::string host = {});
  // A file that it runs; `named`: it surely is one.
  void runs(const Arg& arg, bool named);

 private:
  void by_options(const catalog::Command& command, std::span<const Arg> args,
                  const Setting& setting);
  void by_role(const Use& use, catalog::Role role, const Parsed& parsed, const Setting& setting);
  EffectSet effects_of(const Parsed& parsed, std::span<const Arg> args);
  void unknown(std::span<const Problem> problems);
  void tell(EffectSet effects, shell::Range range, const std::string& who,
            const std::string& objects, std::string what = {});
  void insert(const Parsed& parsed, std::span<const Arg> args);
  void reads_input(const Parsed& parsed, const Setting& setting);
  void selected(const Arg& arg, const std::vector<std::string>& names);
  void revision(const Arg& arg, const Parsed& parsed);
  bool is_limited(const Parsed& parsed) const;
  void language(const Use& use, std::string (*reader)(std::string_view), std::string_view name);
  void shell_text(const Arg& arg, const Setting& setting);
  void talks_to(const Arg& arg, std::string host);
  // Where it surely lies; nothing where that is not known.
  std::optional<std::string> known_file(const Arg& arg) const;
  // Its words that may be files which it runs.
  void runs_words(std::span<const Arg> args);

  void shows_variables(std::string_view name, std::span<const Arg> rest, shell::Range range);

  // Programs that only code can read, by the catalogue's word for each.
  using Args = std::span<const Arg>;
  void find(const catalog::Command& command, Args args, const Setting& setting);
  void xargs(const catalog::Command& command, Args args, const Setting& setting);
  void dd(const catalog::Command& command, Args args, const Setting& setting);
  void environment(const catalog::Command& command, Args args, const Setting& setting);
  void shell(const catalog::Command& command, Args args, const Setting& setting);
  void ps(const catalog::Command& command, Args args, const Setting& setting);
  void watch(const catalog::Command& command, Args args, const Setting& setting);
  void joined(const catalog::Command& command, Args args, const Setting& setting);

  void read_path(const Arg& arg, const std::string& what, const std::string& path,
                 const std::string& rest, catalog::Role role, bool limited);
  void written_path(const Arg& arg, const std::string& what, const std::string& path,
                    catalog::Role role);

  const Scope& scope_;
  CommandReport& report_;
  InputRole& input_;
  Script script_;
  std::vector<Insertion> insertions_;
  std::vector<Rewrite> rewrites_;
  int depth_ = 0;
  bool told_hosts_ = false;  // of the entry at hand: all that it talks to
};

// What an effect is, for people: "removes files or objects".
std::string_view says(Effect effect);

// True if to a shell the word is only itself.
bool is_plain(const Arg& arg);

// From the first to the last of them.
shell::Range whole(std::span<const Arg> args);

// What the command is known to write, as names for the stage after it or for
// the words around its substitution; nothing where it is not known.
std::optional<std::vector<Arg>> names_written(std::span<const Arg> args, const Setting& setting);

}  // namespace hitl::classify
