// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <utility>

#include "shell/reader.h"
#include "shell/reserved.h"
#include "shell/word.h"

namespace hitl::shell {

bool Reader::compound(Command& out, std::string_view word) {
  if (!enter()) return false;
  const auto begin = pos_;
  const auto run = [&] {
    if (word == "if") return if_clause(out);
    if (word == "for") return for_clause(out);
    if (word == "while" || word == "until") return loop(out, word == "until");
    if (word == "case") return case_clause(out);
    if (word == "[[") return conditional(out);
    if (word == "{") {
      Group group;
      ++pos_;
      if (!body(group.body, "{") || !keyword("}")) return false;
      out.node = std::move(group);
      return true;
    }
    if (word == "function") {
      pos_ += word.size();
      if (!skip_blanks()) return false;
      std::size_t n = 0;
      while (is_name_char(peek(n))) ++n;
      std::string name(text_.substr(pos_, n));
      pos_ += n;
      if (!skip_blanks()) return false;
      if (peek() != '(' && bare_word() != "{") return expected("'{' after the function's name");
      return function(out, std::move(name), static_cast<std::uint32_t>(begin));
    }
    if (word == "time") return refuse_here("'time' in the middle of a pipeline: put it in front");
    if (word == "coproc" || word == "select")
      return refuse_here(fmt::format("'{}' is not understood", word));
    return expected("a command");
  };
  if (!run()) return false;
  out.range.end = here();
  leave();
  return true;
}

// A list that has at least one command, up to whatever closes it.
bool Reader::body(List& out, std::string_view what) {
  if (!list(out, false)) return false;
  if (out.items.empty()) return expected(fmt::format("a command after '{}'", what));
  return true;
}

bool Reader::keyword(std::string_view word) {
  if (bare_word() != word) return expected(fmt::format("'{}'", word));
  pos_ += word.size();
  return true;
}

bool Reader::subshell(Command& out) {
  if (!enter()) return false;
  Subshell sub;
  ++pos_;
  if (!body(sub.body, "(")) return false;
  if (!take(")")) return expected("')'");
  out.node = std::move(sub);
  out.range.end = here();
  leave();
  return true;
}

// ((e)) succeeds as [[ $((e)) -ne 0 ]] does, but for errors of the calculation,
// which end more than the command inside [[ ]]: what can fail is left out.
bool Reader::arithmetic_command(Command& out) {
  bash_only_ = true;
  const auto begin = here();
  Arith sum;
  if (!arith_text(sum, 2)) return false;
  for (std::size_t i = 0; i + 1 < sum.tokens.size(); ++i) {
    const auto& op = sum.tokens[i].text;
    const auto& right = sum.tokens[i + 1];
    if ((op == "/" || op == "%" || op == "**") &&
        (right.kind != Arith::Kind::Number || right.text == "0"))
      return refuse_at(begin, "/, % or ** in (( )) by anything but a number: use [ ] and $(( ))");
  }
  CondExpr test;
  test.kind = CondExpr::Kind::Binary;
  test.op = "-ne";
  test.words.resize(2);
  test.words[0].range = test.words[1].range = sum.range;
  sum.quoted = true;
  test.words[0].parts.emplace_back(std::move(sum));
  test.words[1].parts.emplace_back(Literal{"0", {}});
  out.node = Conditional{std::move(test)};
  out.range.end = here();
  return true;
}

bool Reader::if_clause(Command& out) {
  If clause;
  pos_ += 2;
  for (;;) {
    IfBranch& branch = clause.branches.emplace_back();
    if (!body(branch.condition, "if") || !keyword("then") || !body(branch.body, "then"))
      return false;
    if (bare_word() != "elif") break;
    pos_ += 4;
  }
  if (bare_word() == "else") {
    pos_ += 4;
    if (!body(clause.otherwise.emplace(), "else")) return false;
  }
  if (!keyword("fi")) return false;
  out.node = std::move(clause);
  return true;
}

bool Reader::for_clause(Command& out) {
  For clause;
  pos_ += 3;
  if (!skip_blanks()) return false;
  if (peek() == '(') return refuse_here("for (( )): write a for over words, or a while");
  std::size_t n = 0;
  if (is_name_start(peek()))
    while (is_name_char(peek(n))) ++n;
  if (n == 0 || !is_meta(peek(n))) return expected("a variable's name after 'for'");
  clause.name = text_.substr(pos_, n);
  pos_ += n;
  if (!skip_blank_lines()) return false;
  if (bare_word() == "in") {
    pos_ += 2;
    for (;;) {
      if (!skip_blanks()) return false;
      if (!at_word() || peek() == '#') break;
      // inside a case bash takes it for the end
      if (clause.words.empty() && bare_word() == "esac") return expected("a word");
      if (!words(Context::Argument, clause.words)) return false;
      if (!clause.words.empty() && !clause.words.back().assigns.empty())
        return refuse_here("a tilde after = in a for: write the folder's name");
    }
    if (peek() != ';' && peek() != '\n' && peek() != '#') return expected("';' or a newline");
  } else {
    Word all;
    all.range = {here(), here()};
    Param param;
    param.name = "@";
    param.quoted = true;
    all.parts.emplace_back(std::move(param));
    clause.words.push_back(std::move(all));
  }
  if (peek() == ';' && !separator()) return false;
  if (!skip_blank_lines() || !keyword("do") || !body(clause.body, "do") || !keyword("done"))
    return false;
  out.node = std::move(clause);
  return true;
}

bool Reader::loop(Command& out, bool until) {
  Loop clause;
  clause.until = until;
  pos_ += 5;
  if (!body(clause.condition, until ? "until" : "while") || !keyword("do") ||
      !body(clause.body, "do") || !keyword("done"))
    return false;
  out.node = std::move(clause);
  return true;
}

bool Reader::case_clause(Command& out) {
  Case clause;
  pos_ += 4;
  if (!skip_blanks()) return false;
  if (!at_word() || peek() == '<' || peek() == '>') return expected("a word after 'case'");
  if (!word(Context::Single, clause.subject) || !skip_blank_lines() || !keyword("in")) return false;
  for (;;) {
    if (!skip_blank_lines()) return false;
    if (bare_word() == "esac") break;
    if (!arm(clause.arms.emplace_back())) return false;
  }
  if (clause.arms.empty()) return expected("a pattern after 'in'");
  pos_ += 4;
  out.node = std::move(clause);
  return true;
}

bool Reader::arm(CaseArm& out) {
  if (!count()) return false;
  out.range.begin = here();
  if (take("(") && !skip_blanks()) return false;
  for (;;) {
    if (!at_word() || peek() == '<' || peek() == '>') return expected("a pattern");
    // inside { } bash takes it for the closing one, inside $( ) for the end
    if (bare_word() == "}" || bare_word() == "esac") return expected("a pattern");
    if (!word(Context::Pattern, out.patterns.emplace_back()) || !skip_blanks()) return false;
    if (take(")")) break;
    if (!take("|")) return expected("')' after a pattern");
    if (!skip_blanks()) return false;
  }
  if (!list(out.body, false)) return false;
  out.range.end = here();
  if (lookahead(";;&") || lookahead(";&"))
    return refuse_here("';&' and ';;&' in a case are not understood");
  if (take(";;")) return true;
  if (bare_word() == "esac") return true;
  return expected("';;' or 'esac'");
}

// At the '(' of "name()", or at the '{' of "function name {".
bool Reader::function(Command& out, std::string name, std::uint32_t begin) {
  if (!enter()) return false;
  // ':' too: a fork bomb must be understood to be denied
  const bool is_colon = name == ":";
  if (!is_name(name) && !is_colon)
    return refuse_at(begin, "a function's name other than letters, digits and _");
  if (is_reserved(name) || (is_builtin(name) && !is_colon))
    return refuse_at(begin, fmt::format("a function named like the shell's own '{}'", name));
  if (take("(")) {
    if (!skip_blanks()) return false;
    if (!take(")")) return expected("')' after the function's name");
  }
  if (!skip_blank_lines()) return false;
  FunctionDef def;
  def.name = std::move(name);
  if (!keyword("{") || !body(def.body, "{") || !keyword("}")) return false;
  out.range = {begin, here()};
  out.node = std::move(def);
  leave();
  if (!skip_blanks()) return false;
  if (at_redirection()) return refuse_here("a redirection after a function definition");
  return true;
}

}  // namespace hitl::shell
