// SPDX-License-Identifier: Apache-2.0
#include "shell/session.h"

#include <algorithm>
#include <array>
#include <span>

#include "shell/keeper.h"
#include "shell/reserved.h"
#include "shell/walk.h"
#include "shell/word.h"

namespace hitl::shell {
namespace {

using namespace std::string_view_literals;

// Only shown or run by the shell at its prompt, which is the bastion's.
constexpr std::array kPlayed = {"PS1"sv, "PS2"sv, "PS0"sv, "PROMPT_COMMAND"sv};
// What they are decides how the bastion's own words are read.
constexpr std::array kOurs = {"IFS"sv,       "BASH_ENV"sv, "ENV"sv,        "POSIXLY_CORRECT"sv,
                              "SHELLOPTS"sv, "BASHOPTS"sv, "HISTFILE"sv,   "BASH_COMPAT"sv,
                              "FUNCNEST"sv,  "TMOUT"sv,    "auto_resume"sv};
// They change what later lines mean, or the shell's own reading.
constexpr std::array kRefused = {"alias"sv, "unalias"sv, "shopt"sv,    "enable"sv, "bind"sv,
                                 "fc"sv,    "suspend"sv, "readonly"sv, "coproc"sv, "logout"sv};
constexpr std::array kDeclaring = {"declare"sv, "typeset"sv, "local"sv};
constexpr std::array kNaming = {"read"sv,      "unset"sv,  "export"sv,  "declare"sv,
                                "typeset"sv,   "local"sv,  "getopts"sv, "mapfile"sv,
                                "readarray"sv, "printf"sv, "wait"sv,    "let"sv};

bool is_in(const auto& list, std::string_view s) {
  return std::ranges::find(list, s) != list.end();
}
bool is_inner(std::string_view name) { return name.starts_with("__h"); }

// The words from the command's name on: `builtin` and `command -p` are no name.
std::size_t name_index(const Simple& s) {
  std::size_t i = 0;
  while (i < s.words.size() &&
         (is_literal(s.words[i], "builtin") || is_literal(s.words[i], "command") ||
          (i > 0 && (is_literal(s.words[i], "-p") || is_literal(s.words[i], "--")))))
    ++i;
  return i;
}

class Checker {
 public:
  explicit Checker(SessionEdit& out) : out_(out) {}

  void check(const Script& script) {
    Visitor v;
    v.command = [this](const Command& c, const Place& p) { command(c, p); };
    v.word = [this](const Word& w, const Place&) { word(w); };
    walk(script, v);
  }

 private:
  void refuse(std::string why) {
    if (out_.refused.empty()) out_.refused = std::move(why);
  }

  void assigned(std::string_view name) {
    if (is_inner(name)) refuse("names that begin with __h are the session's own");
    if (is_in(kOurs, name) || is_in(kPlayed, name))
      refuse(std::string(name) + " cannot be changed here in a session");
  }

  void command(const Command& c, const Place&) {
    if (const auto* f = std::get_if<FunctionDef>(&c.node)) {
      if (is_builtin(f->name) || is_inner(f->name))
        refuse("a function named like the builtin " + f->name);
    } else if (const auto* loop = std::get_if<For>(&c.node)) {
      assigned(loop->name);
    } else if (const auto* s = std::get_if<Simple>(&c.node)) {
      simple(c, *s);
    }
  }

  void simple(const Command& c, const Simple& s) {
    for (const auto& a : s.assignments) assigned(a.name);
    const auto at = name_index(s);
    if (at == s.words.size()) return;
    const auto name = literal_text(s.words[at]);
    if (!name) return;
    const std::span<const Word> operands(s.words.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                                         s.words.end());
    if (is_in(kRefused, *name)) refuse(*name + " would change how later lines are read");
    if (*name == "exec" && operands.empty() && !c.redirections.empty())
      refuse("exec with redirections: the session's shell needs its streams");
    if (*name == "set") set(operands);
    if (*name == "trap") trap(operands);
    if (*name == "hash" && !operands.empty()) refuse("hash with operands");
    if (*name == "read" || *name == "mapfile" || *name == "readarray") reads(*name, operands);
    if (is_in(kDeclaring, *name)) declare(*name, operands);
    if (is_in(kNaming, *name))
      for (const auto& w : operands) {
        assigned(w.assigns.empty()
                     ? literal_prefix(w)
                     : std::string_view(w.assigns).substr(0, w.assigns.find_first_of("+=")));
        // -vNAME, -rpNAME
        if (const auto option = literal_prefix(w); option.starts_with('-'))
          for (std::size_t i = 1; i < option.size(); ++i) assigned(option.substr(i));
      }
  }

  void set(std::span<const Word> operands) {
    bool names_option = false;
    for (const auto& w : operands) {
      const auto text = literal_text(w);
      if (!text) return refuse("set with a value that is not known");
      if (names_option) {
        names_option = false;
        if (*text != "pipefail" && *text != "errexit" && *text != "nounset")
          return refuse("set -o " + *text + " would change how lines are read or shown");
        continue;
      }
      if (*text == "--" || *text == "-") return;
      if (!text->starts_with('-') && !text->starts_with('+')) return;
      for (const char option : text->substr(1)) {
        if (option == 'o') names_option = true;
        if (std::string_view("euCfo").find(option) == std::string_view::npos)
          return refuse(std::string("set with option ") + option +
                        ": it would change how lines are read or shown");
      }
    }
    if (names_option) refuse("set -o without a name");
  }

  // From 10 on there is the shell's own input: who reads it takes a part of the next
  // line, and the rest, any text within quotes, would be a line of its own.
  void reads(const std::string& name, std::span<const Word> operands) {
    const std::string_view valued = name == "read" ? "adinNptu" : "cCdnOsu";
    for (std::size_t i = 0; i < operands.size(); ++i) {
      const auto option = literal_text(operands[i]).value_or("");
      if (!option.starts_with('-')) continue;
      const auto at = option.find_first_of(valued, 1);
      if (at == std::string::npos) continue;
      const bool is_next = at + 1 == option.size();
      if (is_next) ++i;
      if (option[at] != 'u') continue;
      std::string descriptor = is_next ? "" : option.substr(at + 1);
      if (is_next && i < operands.size()) descriptor = literal_text(operands[i]).value_or("");
      if (descriptor.size() != 1 || descriptor[0] < '0' || descriptor[0] > '9')
        refuse(name + " -u with another descriptor than 0 to 9");
    }
  }

  void trap(std::span<const Word> operands) {
    for (const auto& w : operands) {
      const auto text = literal_text(w);
      if (!text) return refuse("trap with a value that is not known");
      std::string name = *text;
      for (char& ch : name)
        if (ch >= 'a' && ch <= 'z') ch = static_cast<char>(ch - 'a' + 'A');
      if (name.starts_with("SIG")) name.erase(0, 3);
      if (name == "DEBUG" || name == "ERR" || name == "RETURN")
        refuse("trap " + name + " would run between the session's lines");
    }
  }

  void declare(const std::string& name, std::span<const Word> operands) {
    for (const auto& w : operands) {
      const auto text = literal_prefix(w);
      if (!w.assigns.empty() || !(text.starts_with('-') || text.starts_with('+'))) continue;
      if (text.find_first_not_of("-+axpg") != std::string::npos)
        refuse(name + " " + text + " changes what later values mean");
    }
  }

  void word(const Word& w) {
    for (const auto& part : w.parts)
      if (const auto* p = std::get_if<Param>(&part)) {
        if (is_inner(p->name)) refuse("names that begin with __h are the session's own");
        if (p->op == ParamOp::Assign) assigned(p->name);
      }
  }

  SessionEdit& out_;
};

// Takes the played assignments out of what the shell itself runs.
class Player {
 public:
  explicit Player(SessionEdit& out) : out_(out) {}

  void list(List& l) {
    for (auto& item : l.items)
      if (!item.background) command(item.command);
  }

 private:
  void command(Command& c) {
    if (auto* s = std::get_if<Simple>(&c.node)) return simple(*s);
    if (auto* g = std::get_if<Group>(&c.node)) return list(g->body);
    if (auto* a = std::get_if<AndOr>(&c.node))
      for (auto& operand : a->operands) command(operand);
    if (auto* p = std::get_if<Pipeline>(&c.node); p != nullptr && p->stages.size() == 1)
      command(p->stages[0]);
  }

  // Of an operand NAME=value, whose literal text has the name in it.
  static std::optional<std::string> value_of(const Word& w) {
    const auto text = literal_text(w);
    if (!text || w.assigns.find('+') != std::string::npos) return std::nullopt;
    return text->substr(w.assigns.size());
  }

  void play(std::string_view name, const std::optional<std::string>& value) {
    if (name == "PS2" && value) out_.continuation = shown(*value);
    if (name != "PS1") return;
    if (!value)
      out_.refused = "PS1 from a value that is not known: give it as text";
    else if (!is_harmless_prompt(*value))
      out_.refused = "PS1 with $( ), backquotes or arithmetic would run code at every prompt";
    else
      out_.prompt = *value;
  }

  static std::string shown(std::string_view value) {
    std::string out;
    for (std::size_t i = 0; i < value.size(); ++i) {
      const auto two = value.substr(i, 2);
      if (two == "\\[" || two == "\\]") {
        ++i;
        continue;
      }
      if (two == R"(\\)") ++i;
      out += value[i];
    }
    return out;
  }

  void simple(Simple& s) {
    const auto at = name_index(s);
    const bool alone = s.words.empty();
    const bool exports = at < s.words.size() && is_literal(s.words[at], "export");
    const bool unsets = at < s.words.size() && is_literal(s.words[at], "unset");
    if (!alone && !exports && !unsets) return;
    bool any = false;
    std::erase_if(s.assignments, [&](const Assignment& a) {
      if (!alone || !is_in(kPlayed, a.name)) return false;
      play(a.name, a.append || a.array ? std::nullopt : literal_text(a.value));
      return any = true;
    });
    for (std::size_t i = at + 1; i < s.words.size();) {
      const auto& w = s.words[i];
      const auto named = w.assigns.empty() ? literal_text(w).value_or("")
                                           : w.assigns.substr(0, w.assigns.find_first_of("+="));
      if (!is_in(kPlayed, named)) {
        ++i;
        continue;
      }
      if (!w.assigns.empty())
        play(named, value_of(w));
      else if (unsets)
        play(named, "");
      s.words.erase(s.words.begin() + static_cast<std::ptrdiff_t>(i));
      any = true;
    }
    // "export" alone would list everything.
    if (any && s.words.size() == at + 1) s.words.clear();
    if (any && s.words.empty() && s.assignments.empty())
      s.words.push_back({{}, {}, {Literal{":", {}}}});
  }

  SessionEdit& out_;
};

}  // namespace

bool is_harmless_prompt(std::string_view value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto rest = value.substr(i + 1);
    if (value[i] == '`' || value[i] == kMark) return false;
    if (value[i] == '\\') {
      // \NNN could be any of these bytes.
      if (!rest.empty() && rest[0] >= '0' && rest[0] <= '7') {
        int code = 0;
        for (std::size_t n = 0; n < 3 && n < rest.size() && rest[n] >= '0' && rest[n] <= '7'; ++n)
          code = code * 8 + (rest[n] - '0');
        code &= 0xff;  // as bash does: \444 is a $ too
        if (code == '$' || code == '`' || code == '\\' || code == kMark) return false;
      }
      if (rest.empty()) continue;
      // \\ is a bare backslash: it takes away the one that bash puts before a $ in
      // what \W, \w or \$ shows, and a folder's name would run.
      if (rest[0] == '\\' && rest.size() > 1 && "\\$`"sv.find(rest[1]) != std::string_view::npos)
        return false;
      if (rest.starts_with("D{") &&
          rest.substr(0, rest.find('}')).find_first_of("\\$`") != std::string_view::npos)
        return false;
      ++i;
      continue;
    }
    if (value[i] != '$') continue;
    if (rest.empty()) continue;
    if (rest[0] == '(' || rest[0] == '[' || rest[0] == '\\' || rest[0] == '\'' || rest[0] == '"')
      return false;
    if (rest[0] != '{') continue;
    const auto close = rest.find('}');
    if (close == std::string_view::npos || !is_name(rest.substr(1, close - 1))) return false;
  }
  return true;
}

SessionEdit adapt_to_session(Script& script) {
  SessionEdit out;
  Player(out).list(script.body);
  Checker(out).check(script);
  return out;
}

}  // namespace hitl::shell
