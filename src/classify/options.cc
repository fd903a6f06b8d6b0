// SPDX-License-Identifier: Apache-2.0
#include "classify/options.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "catalog/pattern.h"

namespace hitl::classify {
namespace {

using catalog::Argument;
using catalog::Command;
using catalog::Option;
using catalog::Role;
using catalog::Style;

bool all_digits(std::string_view s) {
  return !s.empty() && std::ranges::all_of(s, [](char c) { return c >= '0' && c <= '9'; });
}

// The argument's value from `from` on: what is joined to an option.
Arg tail(const Arg& arg, std::size_t from) {
  Arg out = arg;
  out.patterns = {arg.patterns[0].substr(from)};
  return out;
}

const catalog::Operand kText;

class Parser {
 public:
  Parser(const catalog::Catalog& catalog, const Command& command, std::span<const Arg> args)
      : catalog_(catalog), args_(args) {
    out_.command = &command;
    out_.path.emplace_back(&command, 0);
  }

  Parsed parse() {
    if (command().bundle && args_.size() > 1) old_style();
    for (; i_ < args_.size() && !lost_; ++i_) {
      const Arg& arg = args_[i_];
      const auto& text = arg.patterns[0];
      const bool options = !ended_ && command().style != Style::None;
      if (options && arg.known() && text == "--") {
        ended_ = true;
      } else if (options && is_option(arg)) {
        option(arg);
      } else if (options && may_be_option(arg) && text != "-" && !command().mild_options) {
        problem(arg, "could become an option of " + command().name);
        found_.push_back(i_);
      } else if (command().response_files && arg.text().starts_with('@')) {
        problem(arg, "names a file with more options");
      } else if (!descend(arg)) {
        found_.push_back(i_);
        if (command().ordered) ended_ = true;
      }
    }
    give_roles();
    require();
    return std::move(out_);
  }

 private:
  const Command& command() const { return *out_.command; }

  void problem(const Arg& arg, std::string what) {
    out_.problems.push_back({arg.range, shown(arg) + " " + std::move(what)});
  }

  // What the entry knows, and where sub-commands inherit, its parents.
  const Option* known(std::string_view spelling) const {
    if (const auto* o = command().option(spelling)) return o;
    for (const auto& [parent, at] : out_.path)
      if (parent->inherits)
        if (const auto* o = parent->option(spelling)) return o;
    return nullptr;
  }

  // Surely an option word, although its argument may not be known.
  bool is_option(const Arg& arg) const {
    const auto& text = arg.patterns[0];
    if (arg.patterns.size() != 1 || arg.below || text.size() < 2) return false;
    if (text[0] == '-') return !catalog::is_hole(text[1]);
    return text[0] == '+' &&
           (command().digits || command().plus || command().option(text) != nullptr ||
            command().option(text.substr(0, 2)) != nullptr);
  }

  void option(const Arg& arg) {
    const std::string_view text = arg.patterns[0];
    if (command().digits && all_digits(text.substr(1))) return;
    const auto equals = text.find('=');
    const auto spelling = text.substr(0, equals);
    const bool whole = text.starts_with("--") || command().style == Style::Words;
    if (const auto* o = known(whole ? spelling : text); o != nullptr) {
      if (whole && equals != std::string_view::npos) {
        if (o->argument == Argument::None || o->second) return problem(arg, "takes no argument");
        return give(*o, arg, tail(arg, equals + 1));
      }
      if (arg.several) return problem(arg, "may be several words");
      return o->argument == Argument::Required ? give_next(*o, arg) : give(*o, arg);
    }
    if (whole) return problem(arg, "is not a known option of " + command().name);
    cluster(arg);
  }

  // -abc, -n5, -n 5
  void cluster(const Arg& arg) {
    const std::string_view text = arg.patterns[0];
    for (std::size_t k = 1; k < text.size(); ++k) {
      const auto* o = catalog::is_hole(text[k]) ? nullptr : known(std::string{text[0], text[k]});
      if (o == nullptr) return problem(arg, "is not a known option of " + command().name);
      const bool last = k + 1 == text.size();
      if (last && arg.several) return problem(arg, "may be several words");
      if (o->argument == Argument::None) {
        give(*o, arg);
        continue;
      }
      if (!last) return give(*o, arg, tail(arg, k + 1));
      return o->argument == Argument::Required ? give_next(*o, arg) : give(*o, arg);
    }
  }

  // tar tzf x: letters without "-", their arguments after them in order.
  void old_style() {
    const Arg& first = args_[1];
    if (!first.known() || first.text().starts_with('-')) return;
    i_ = 2;
    std::size_t next = 2;
    for (const char letter : first.text()) {
      const auto* o = known(std::string{'-', letter});
      if (o == nullptr) return problem(first, "is not a known option of " + command().name);
      if (o->argument != Argument::Required) {
        give(*o, first);
      } else if (next == args_.size()) {
        problem(first, "needs an argument");
      } else {
        give(*o, first, args_[next++]);
      }
    }
    i_ = next;
  }

  void give(const Option& o, const Arg& by) { out_.given.push_back({&o, &by}); }

  void give(const Option& o, const Arg& by, Arg value) {
    if (value.several && !command().mild_options) problem(value, "may be several words");
    give(o, by);
    out_.uses.push_back({&o.shape, std::move(value), nullptr});
  }

  void give_next(const Option& o, const Arg& arg) {
    const std::size_t wanted = o.second ? 2 : 1;
    if (i_ + wanted >= args_.size()) return problem(arg, "needs an argument");
    give(o, arg, args_[++i_]);
    if (!o.second) return;
    const Arg& value = args_[++i_];
    if (value.several) problem(value, "may be several words");
    out_.uses.push_back({&*o.second, value, nullptr});
  }

  // True if the word names a sub-command.
  bool descend(const Arg& arg) {
    if (!command().has_subcommands || !found_.empty() || ended_) return false;
    const auto* sub = arg.known() ? catalog_.find(command().name + " " + arg.text()) : nullptr;
    if (sub == nullptr) {
      if (!command().operands.empty()) return false;
      problem(arg, "is not a known command of " + command().name);
      return lost_ = true;
    }
    out_.command = sub;
    out_.path.emplace_back(sub, i_);
    return true;
  }

  bool given(const Option& option) const {
    return std::ranges::find(out_.given, &option, &Given::option) != out_.given.end();
  }

  bool left_out(const catalog::Operand& operand) const {
    return std::ranges::any_of(
        operand.unless, [&](std::uint16_t index) { return given(command().options[index]); });
  }

  void give_roles() {
    if (lost_) return;
    const bool text = out_.any(&Option::plain_operands);
    std::vector<const catalog::Operand*> roles;
    for (const auto& operand : command().operands)
      if (!left_out(operand)) roles.push_back(&operand);
    // Behind a role for many stands that of the last one.
    const catalog::Operand* last = nullptr;
    if (roles.size() > 1 && roles[roles.size() - 2]->many) {
      last = roles.back();
      roles.pop_back();
    }
    std::size_t role = 0;
    for (const auto index : found_) {
      const Arg& arg = args_[index];
      if (last != nullptr && index == found_.back() && (index != found_.front() || arg.several)) {
        use(*last, arg);
        if (!arg.several) return;
      }
      if (text) {
        use(kText, arg);
        continue;
      }
      while (role < roles.size() && roles[role]->shape.role == Role::Assign && !is_assignment(arg))
        ++role;
      if (role == roles.size()) {
        problem(arg, "is one operand too many for " + command().name);
        return;
      }
      if (roles[role]->shape.role == Role::Command) {
        out_.inner = index;
        return;
      }
      // One word that may be several can reach every role from here on.
      if (arg.several)
        for (std::size_t later = role; later < roles.size(); ++later) use(*roles[later], arg);
      else
        use(*roles[role], arg);
      if (!roles[role]->many && roles[role]->shape.role != Role::Assign) ++role;
    }
  }

  static bool is_assignment(const Arg& arg) {
    const auto& text = arg.patterns[0];
    const auto equals = text.find('=');
    return equals != std::string::npos && equals > 0 &&
           catalog::is_known(std::string_view(text).substr(0, equals));
  }

  void use(const catalog::Operand& operand, const Arg& arg) {
    out_.uses.push_back({&operand.shape, arg, &operand});
    ++out_.operands;
  }

  void require() {
    const bool asks = out_.any(&Option::swaps);
    if (lost_) return;
    if (out_.operands < command().least && !asks)
      out_.problems.push_back(
          {args_[0].range, command().name + " may read a script with so few operands"});
    const auto& wanted = command().requires_one;
    if (wanted.empty()) return;
    // An option with an effect of its own says what happens.
    const bool met =
        std::ranges::any_of(wanted, [&](auto index) { return given(command().options[index]); }) ||
        std::ranges::any_of(out_.given, [](const Given& g) { return !g.option->effects.empty(); });
    if (!met)
      out_.problems.push_back({args_[0].range, command().name + " is not known without " +
                                                   command().options[wanted[0]].name});
  }

  const catalog::Catalog& catalog_;
  std::span<const Arg> args_;
  std::size_t i_ = 1;
  bool ended_ = false;
  bool lost_ = false;  // in a sub-command that is not known: so is the meaning of the rest
  std::vector<std::size_t> found_;  // indexes of operands
  Parsed out_;
};

}  // namespace

bool Parsed::has(std::string_view option) const {
  return std::ranges::any_of(given, [&](const Given& g) { return g.option->name == option; });
}

bool Parsed::any(bool Option::*property) const {
  return std::ranges::any_of(given, [&](const Given& g) { return g.option->*property; });
}

Parsed parse_options(const catalog::Catalog& catalog, const Command& command,
                     std::span<const Arg> args) {
  return Parser(catalog, command, args).parse();
}

}  // namespace hitl::classify
