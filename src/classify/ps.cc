// SPDX-License-Identifier: Apache-2.0
// ps of procps-ng, which takes three kinds of options and, where one of them
// fails, reads all words again as BSD's.  There "e" shows the environment of
// each process, so every word is looked at in both ways.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/pattern.h"
#include "classify/program.h"

namespace hitl::classify {
namespace {

// Letters without and with an argument.
constexpr std::string_view kUnix = "AaNdefFHjlLmMTwyZVc", kUnixWithOne = "CGgOopqstUu";
constexpr std::string_view kBsd = "acfghjlmnrsTuvwxXLMVZ", kBsdWithOne = "kNoOpqtUW";

constexpr std::string_view kLong[] = {"--everyone",   "--forest",     "--headers", "--no-headers",
                                      "--no-heading", "--cumulative", "--context", "--deselect",
                                      "--help",       "--version",    "--info"};
constexpr std::string_view kLongWithOne[] = {
    "--Group", "--group", "--User", "--user", "--format",  "--pid",   "--quick-pid", "--ppid",
    "--sid",   "--tty",   "--sort", "--cols", "--columns", "--width", "--rows",      "--lines"};

bool has(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }

// Columns: "pid,cmd=NAME", "environ" among them.
bool names_environment(std::string_view format) {
  return format.find("env") != std::string_view::npos ||
         format.find("ENV") != std::string_view::npos;
}

// What BSD's reading of a word shows.  A letter that is none ends ps; so does
// a list of processes that holds a letter.
bool shows_environment(std::string_view word) {
  bool environment = false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = word[i];
    if (has(kBsdWithOne, c)) {
      const auto rest = word.substr(i + 1);
      if (c == 'o' || c == 'O') return environment || names_environment(rest);
      if (c == 'p' || c == 'q')
        return environment && rest.find_first_not_of("0123456789, ") == rest.npos;
      return environment && c != 't';
    }
    if (c == 'e')
      environment = true;
    else if (!has(kBsd, c))
      return false;
  }
  return environment;
}

class Words {
 public:
  struct Bad {
    Effect effect;
    shell::Range range;
    std::string what;
  };

  explicit Words(std::span<const Arg> args) : args_(args) {}

  std::vector<Bad> read() {
    for (i_ = 1; i_ < args_.size(); ++i_) {
      const auto& arg = args_[i_];
      const std::string_view text = arg.text();
      if (!is_one(arg)) {
        unknown(arg);
      } else if (text.starts_with("--")) {
        long_option(arg);
      } else if (text.starts_with('-') && text.size() > 1) {
        cluster(arg);
      } else if (!is_number(arg)) {
        bsd(arg);
      }
    }
    return std::move(bad_);
  }

 private:
  static bool is_one(const Arg& arg) {
    return arg.patterns.size() == 1 && !arg.several && !arg.below;
  }
  // A number may be a variable: "$$".
  static bool is_number(const Arg& arg) {
    return is_one(arg) && !arg.text().empty() && std::ranges::all_of(arg.text(), [](char c) {
             return (c >= '0' && c <= '9') || c == ',' || c == ' ' || c == catalog::kSome;
           });
  }

  void unknown(const Arg& arg) {
    bad_.push_back({Effect::Unknown, arg.range, shown(arg) + " is not known to ps"});
  }
  void secret(const Arg& arg) {
    bad_.push_back(
        {Effect::ReadSecret, arg.range, shown(arg) + " shows the environments of processes"});
  }

  // The argument of `letter`, which begins with `joined` or is the next word.
  void argument(const Arg& arg, char letter, std::string_view joined) {
    const bool next = joined.empty();
    if (next && i_ + 1 == args_.size()) return unknown(arg);
    const Arg& value = next ? args_[++i_] : arg;
    const std::string_view text = next ? std::string_view(value.text()) : joined;
    if (next && is_number(value)) return;
    if (!value.known()) return unknown(value);
    const bool format = letter == 'o' || letter == 'O';
    if (format ? names_environment(text) : letter != 'C' && fails_as_bsd(text)) secret(value);
  }

  // Names that do not exist make ps start again.
  bool fails_as_bsd(std::string_view name) const {
    return shows_environment(name) ||
           (everything_ && std::ranges::all_of(name, [](char c) { return has(kBsd, c); }));
  }

  void cluster(const Arg& arg) {
    const std::string_view text = arg.text();
    for (std::size_t k = 1; k < text.size(); ++k) {
      everything_ |= text[k] == 'e';
      if (has(kUnixWithOne, text[k])) {
        const bool name = text[k] == 'u' || text[k] == 'U' || text[k] == 'g' || text[k] == 'G';
        if (name && k + 1 < text.size() && shows_environment(text.substr(1))) return secret(arg);
        return argument(arg, text[k], text.substr(k + 1));
      }
      if (!has(kUnix, text[k])) return unknown(arg);
    }
  }

  void bsd(const Arg& arg) {
    const std::string_view text = arg.text();
    if (!arg.known()) return unknown(arg);
    for (std::size_t k = 0; k < text.size(); ++k) {
      if (text[k] == 'e') return secret(arg);
      if (has(kBsdWithOne, text[k])) return argument(arg, text[k], text.substr(k + 1));
      if (!has(kBsd, text[k])) return unknown(arg);
    }
    if (text.empty() || text == "-") unknown(arg);
  }

  void long_option(const Arg& arg) {
    const std::string_view text = arg.text();
    const auto equals = text.find('=');
    const auto name = text.substr(0, equals);
    if (std::ranges::find(kLong, text) != std::end(kLong)) return;
    if (std::ranges::find(kLongWithOne, name) == std::end(kLongWithOne)) return unknown(arg);
    const char letter = name == "--format" || name == "--sort" ? 'o' : 'u';
    if (equals != text.npos && equals + 1 == text.size()) return unknown(arg);
    argument(arg, letter, equals == text.npos ? "" : text.substr(equals + 1));
  }

  std::span<const Arg> args_;
  std::size_t i_ = 1;
  bool everything_ = false;  // -e, which BSD reads as the environment
  std::vector<Bad> bad_;
};

}  // namespace

void Program::ps(const catalog::Command&, std::span<const Arg> args, const Setting&) {
  report_.effects.add(Effect::Read);
  for (const auto& bad : Words(args).read()) cause(bad.effect, bad.range, bad.what);
}

}  // namespace hitl::classify
