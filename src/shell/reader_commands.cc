// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <utility>

#include "shell/reader.h"
#include "shell/reserved.h"
#include "shell/source.h"
#include "shell/word.h"

namespace hitl::shell {
namespace {

constexpr std::string_view kClosers[] = {"then", "elif", "else", "fi", "do",
                                         "done", "esac", "}",    "in", "]]"};

bool is_closer(std::string_view word) {
  for (const auto c : kClosers)
    if (c == word) return true;
  return false;
}

}  // namespace

bool Reader::refuse_at(std::size_t offset, std::string_view reason) {
  if (pos_ >= text_.size()) unfinished_ = true;
  if (!error_) error_ = refuse(text_, offset, reason);
  return false;
}

bool Reader::count() {
  if (++cost_.nodes <= limits_.nodes) return true;
  if (!error_)
    error_ = fail(Errc::Limit, fmt::format("{}: more than {} words, commands and expansions",
                                           place(text_, pos_), limits_.nodes));
  return false;
}

bool Reader::enter() {
  if (++depth_ <= limits_.depth) return true;
  if (!error_)
    error_ = fail(Errc::Limit, fmt::format("{}: constructs nested more than {} deep",
                                           place(text_, pos_), limits_.depth));
  return false;
}

bool Reader::script(Script& out) {
  if (!list(out.body, true)) return false;
  if (!ended()) return expected("a command");
  if (!pending_.empty())
    return refuse_at(pending_[0].begin,
                     "the here-document's end, a line with its delimiter, is missing");
  out.bash_only = bash_only_;
  return true;
}

// What stands here instead of what was expected.
bool Reader::expected(std::string_view what) {
  if (ended()) return refuse_here(fmt::format("{} is missing at the end", what));
  const char c = peek();
  if (c == '\n') return refuse_here(fmt::format("{} is missing at the end of the line", what));
  if (const auto word = bare_word(); is_reserved(word))
    return refuse_here(fmt::format("'{}' where {} is expected", word, what));
  if (is_meta(c) || c == '#') return refuse_here(fmt::format("'{}' where {} is expected", c, what));
  return refuse_here(fmt::format("a word where {} is expected", what));
}

// Blanks and continued lines.  A continuation may stand between words only:
// gluing two lines could make one word of two.
bool Reader::skip_blanks() {
  for (;;) {
    if (is_blank(peek())) {
      ++pos_;
    } else if (peek() == '\\' && peek(1) == '\n') {
      const char before = pos_ > 0 ? text_[pos_ - 1] : '\n';
      if (!is_blank(before) && before != '\n' && !is_blank(peek(2)))
        return refuse_here("a line is continued without a space: put one before the backslash");
      if (!pending_.empty())
        return refuse_here("a here-document whose own line goes on over a newline");
      pos_ += 2;
    } else {
      return true;
    }
  }
}

// ';' or '&'
bool Reader::separator() {
  // bash prints the substitution anew to run it, and there loses what comes next
  if (has_document_)
    return refuse_here(
        fmt::format("a '{}' after a here-document inside a substitution, which bash loses: "
                    "put a newline there",
                    peek()));
  ++pos_;
  return true;
}

bool Reader::newline() {
  ++pos_;
  return pending_.empty() || read_bodies();
}

// Blanks, comments and newlines, with the here-documents that they release.
bool Reader::skip_blank_lines() {
  for (;;) {
    if (!skip_blanks()) return false;
    if (peek() == '#')
      while (!ended() && peek() != '\n') ++pos_;
    if (peek() != '\n') return true;
    if (!newline()) return false;
  }
}

bool Reader::at_word() {
  const char c = peek();
  if (c == '<' || c == '>') return peek(1) == '(';
  return !is_meta(c) && c != '#' && !(c == '\\' && peek(1) == '\n');
}

// The unquoted word here, as far as it could be a reserved one; else empty.
std::string_view Reader::bare_word() {
  std::size_t n = 0;
  for (char c = peek();
       (c >= 'a' && c <= 'z') || c == '{' || c == '}' || c == '!' || c == '[' || c == ']';
       c = peek(n))
    if (++n > 9) return {};
  // "!<(" is a word that goes on
  if ((peek(n) == '<' || peek(n) == '>') && peek(n + 1) == '(') return {};
  return n > 0 && is_meta(peek(n)) ? text_.substr(pos_, n) : std::string_view{};
}

// True where a list cannot go on: the end, ')', ';;' or a word that closes.
bool Reader::at_close() {
  return ended() || peek() == ')' || (peek() == ';' && (peek(1) == ';' || peek(1) == '&')) ||
         is_closer(bare_word());
}

bool Reader::list(List& out, bool is_top) {
  for (;;) {
    if (!skip_blank_lines()) return false;
    if (at_close()) return true;
    ListItem& next = out.items.emplace_back();
    if (!item(next)) return false;
    bool separated = next.background;
    if (peek() == ';' && peek(1) != ';' && peek(1) != '&') {
      if (!separator()) return false;
      separated = true;
    }
    if (!skip_blanks()) return false;
    const bool at_line_end = ended() || peek() == '\n' || peek() == '#';
    next.ends_line = is_top && at_line_end;
    if (!separated && !at_line_end && peek() != ')' && peek() != ';')
      return expected("';' or a newline");
  }
}

// One and-or list with the '&' after it.
bool Reader::item(ListItem& out) {
  if (!and_or(out.command) || !skip_blanks()) return false;
  if (peek() == '&' && peek(1) != '&' && peek(1) != '>') {
    out.background = true;
    if (!separator()) return false;
    if (!skip_blanks()) return false;
    const bool ends_arm = peek() == ';' && peek(1) == ';';
    if ((peek() == ';' && !ends_arm) || peek() == '&' || peek() == '|')
      return expected("a command");
  }
  return true;
}

bool Reader::and_or(Command& out) {
  Command first;
  if (!pipeline(first) || !skip_blanks()) return false;
  if (!lookahead("&&") && !lookahead("||")) {
    out = std::move(first);
    return true;
  }
  AndOr chain;
  out.range.begin = first.range.begin;
  chain.operands.push_back(std::move(first));
  while (lookahead("&&") || lookahead("||")) {
    if (has_document_)
      return refuse_here(
          "&& or || after a here-document inside a substitution, which bash may misread: "
          "put the here-document in a file or variable first");
    chain.ops.push_back(peek() == '&' ? AndOrOp::And : AndOrOp::Or);
    pos_ += 2;
    if (!skip_blank_lines() || !pipeline(chain.operands.emplace_back()) || !skip_blanks())
      return false;
  }
  out.range.end = chain.operands.back().range.end;
  out.node = std::move(chain);
  return true;
}

bool Reader::pipeline(Command& out) {
  Pipeline pipe;
  out.range.begin = here();
  if (bare_word() == "time" && !time_word(pipe)) return false;
  if (bare_word() == "!") {
    pipe.negated = true;
    ++pos_;
    if (!skip_blanks()) return false;
    if (bare_word() == "!") return refuse_here("'!' twice");
    if (bare_word() == "time") return refuse_here("'time' after '!': put it before");
    if (at_close() || peek() == '\n') return expected("a command");
  }
  for (;;) {
    if (!command(pipe.stages.emplace_back()) || !skip_blanks()) return false;
    if (peek() != '|' || peek(1) == '|') break;
    ++pos_;
    if (peek() == '&') {
      ++pos_;
      Word one;
      one.range = {here() - 2, here()};
      one.parts.emplace_back(Literal{"1", {}});
      pipe.stages.back().redirections.push_back({one.range, 2, RedirectOp::DupOut, std::move(one)});
      if (std::holds_alternative<FunctionDef>(pipe.stages.back().node))
        return refuse_here("|& after a function definition");
    }
    if (!skip_blank_lines()) return false;
    if (bare_word() == "!") return refuse_here("'!' after '|'");
  }
  if (pipe.stages.size() == 1 && !pipe.negated && pipe.timed == Pipeline::Timed::No) {
    // moved out first: it is part of what it replaces
    Command only = std::move(pipe.stages.front());
    out = std::move(only);
    return true;
  }
  out.range.end = pipe.stages.back().range.end;
  out.node = std::move(pipe);
  return true;
}

// "time" and "time -p", which bash knows before a pipeline only.
bool Reader::time_word(Pipeline& out) {
  bash_only_ = true;
  out.timed = Pipeline::Timed::Yes;
  pos_ += 4;
  if (!skip_blanks()) return false;
  if (lookahead("-p") && is_blank(peek(2))) {
    out.timed = Pipeline::Timed::Posix;
    pos_ += 2;
    if (!skip_blanks()) return false;
  }
  if (peek() == '-') return refuse_here("an option of 'time' other than -p");
  if (bare_word() == "time") return refuse_here("'time' twice");
  if (!at_redirection() && !at_word() && peek() != '(') return expected("a command after 'time'");
  return true;
}

bool Reader::command(Command& out) {
  if (!count()) return false;
  out.range.begin = here();
  if (peek() == '(') {
    if (!(peek(1) == '(' ? arithmetic_command(out) : subshell(out))) return false;
  } else if (const auto word = bare_word(); is_reserved(word) || word == "time") {
    if (!compound(out, word)) return false;
  } else {
    return simple(out);
  }
  for (;;) {
    if (!skip_blanks()) return false;
    if (!at_redirection()) break;
    if (std::holds_alternative<FunctionDef>(out.node))
      return refuse_here("a redirection after a function definition");
    if (!redirection(out.redirections)) return false;
    out.range.end = here();
  }
  if (at_word() && peek() != '#') return expected("';' or a newline");
  return true;
}

bool Reader::simple(Command& out) {
  Simple s;
  bool first = true;
  bool declares = false;
  out.range.end = here();
  for (;;) {
    if (!skip_blanks()) return false;
    if (peek() == '#') break;
    if (at_redirection()) {
      if (!redirection(out.redirections)) return false;
      out.range.end = here();
      first = false;
      continue;
    }
    if (!at_word()) break;
    if (s.words.empty()) {
      bool was_assignment = false;
      if (!assignment(s, !out.redirections.empty(), &was_assignment)) return false;
      if (was_assignment) {
        out.range.end = here();
        first = false;
        continue;
      }
      if (peek() == '%') return refuse_here("a job as a command: write fg");
      const auto begin = pos_;
      if (!words(Context::Argument, s.words)) return false;
      const auto source = text_.substr(begin, pos_ - begin);
      out.range.end = here();
      if (s.words.empty()) return refuse_at(begin, "a command's name is missing");
      // bash prints a substitution anew, and moves redirections behind the words
      if (substitutions_ > 0 && is_reserved(source))
        return refuse_at(begin, fmt::format("'{}' as a command's name: quote it", source));
      const auto name = literal_text(s.words[0]);
      if (s.words[0].assigns.size() > 0) return refuse_at(begin, "an assignment by braces");
      declares = name && is_declaration(*name);
      bash_only_ |= declares && *name != "export" && *name != "readonly";
      if (declares && *name != source)
        return refuse_at(begin, fmt::format("'{}' in quotes: write it plain", *name));
      if (peek() == '(' ||
          (first && is_blank(peek()) && name && (is_name(*name) || *name == ":"))) {
        const auto back = pos_;
        if (!skip_blanks()) return false;
        if (peek() == '(') {
          if (!first || s.words.size() != 1) return expected("';' or a newline");
          return function(out, std::string(source), static_cast<std::uint32_t>(begin));
        }
        pos_ = back;
      }
      continue;
    }
    if (!words(declares ? Context::Operand : Context::Argument, s.words)) return false;
    out.range.end = here();
    if (peek() == '(')
      return refuse_here(declares && text_[pos_ - 1] == '='
                             ? "an array in a declaration: assign it by itself"
                             : "an unquoted '(' in a word");
  }
  if (s.words.empty() && s.assignments.empty() && out.redirections.empty())
    return expected("a command");
  if (!s.words.empty())
    for (const auto& a : s.assignments)
      if (a.array) return refuse_at(a.range.begin, "an array assigned before a command");
  out.node = std::move(s);
  return true;
}

// NAME=word, NAME+=word or NAME=(words) here?
bool Reader::assignment(Simple& out, bool is_after_redirection, bool* was_one) {
  std::size_t n = 0;
  if (is_name_start(peek()))
    while (is_name_char(peek(n))) ++n;
  if (n == 0) return true;
  if (peek(n) == '[') {
    auto i = pos_ + n + 1;
    while (is_name_char(at(i))) ++i;
    const bool is_plain = i > pos_ + n + 1 && at(i) == ']';
    while (!is_meta(at(i)) && at(i) != ']') ++i;
    if (at(i) == ']' && (at(i + 1) == '=' || (at(i + 1) == '+' && at(i + 2) == '=')))
      return refuse_here("an assignment to an array element");
    if (is_plain) return true;
    // bash reads up to the bracket that closes it, over blanks and quotes
    return refuse_here("a name with '[' where a command is expected: quote the '['");
  }
  const bool append = peek(n) == '+' && peek(n + 1) == '=';
  if (!append && peek(n) != '=') return true;
  *was_one = true;
  if (!count()) return false;
  Assignment a;
  a.range.begin = here();
  a.name = text_.substr(pos_, n);
  a.append = append;
  bash_only_ |= append;
  pos_ += n + (append ? 2 : 1);
  if (peek() == '(') {
    if (is_after_redirection) return refuse_here("an array after a redirection: put it first");
    if (!array(a)) return false;
  } else if (at_word() || peek() == '#') {
    if (peek() == '<' || peek() == '>')
      return refuse_here("a process substitution in an assignment");
    if (!word(Context::Assignment, a.value)) return false;
    if (peek() == '(') return refuse_here("an unquoted '(' in a word");
  } else {
    a.value.range = {here(), here()};
  }
  a.range.end = here();
  out.assignments.push_back(std::move(a));
  return true;
}

bool Reader::array(Assignment& out) {
  out.array = true;
  bash_only_ = true;
  const auto open = pos_;
  ++pos_;
  for (;;) {
    if (!skip_blank_lines()) return false;
    if (take(")")) break;
    if (ended()) return refuse_at(open, "an array's ) is missing");
    if (!at_word() || peek() == '<' || peek() == '>') return expected("an array's word or ')'");
    const auto begin = pos_;
    const auto count = out.elements.size();
    if (!words(Context::Argument, out.elements)) return false;
    // printed, it would begin with a bracket
    for (auto i = count; i < out.elements.size(); ++i)
      if (const auto& e = out.elements[i];
          text_[begin] == '[' || (!e.parts.empty() && std::holds_alternative<Glob>(e.parts[0]) &&
                                  std::get<Glob>(e.parts[0]).text[0] == '['))
        return refuse_at(begin, "an array element with a subscript");
    if (!out.elements.empty() && !out.elements.back().assigns.empty())
      return refuse_here("a tilde after = in an array: write the folder's name");
  }
  if (!is_meta(peek()) || peek() == '(') return refuse_here("text right after an array");
  // bash prints a substitution anew, and there loses escaped quotes of an array
  if (substitutions_ > 0 && text_.substr(open, pos_ - open).find('\\') != std::string_view::npos)
    return refuse_at(open, "a backslash in an array inside a substitution");
  if (substitutions_ > 0)
    for (const auto& e : out.elements)
      for (const auto& part : e.parts)
        if (const auto* l = std::get_if<Literal>(&part);
            l != nullptr && l->text.find('\'') != std::string::npos)
          return refuse_at(open, "a single quote in an array inside a substitution");
  return true;
}

}  // namespace hitl::shell
