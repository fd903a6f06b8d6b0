// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "shell/arithmetic.h"
#include "shell/reader.h"

namespace hitl::shell {
namespace {

bool is_special_param(char c) {
  return c != '\0' && std::string_view("@*#?-$!").find(c) != std::string_view::npos;
}

// Characters that mean themselves there to every shell.  A pattern's own are
// left out even in quotes, where shells disagree.
bool is_operand_char(char c, bool is_quoted, bool is_pattern) {
  if (is_name_char(c)) return true;
  std::string_view allowed = "_./,:+@=-";
  if (is_quoted) allowed = is_pattern ? "_./,:+@=- " : "_./,:+@=- <>|;%?*[]^";
  return c != '\0' && allowed.find(c) != std::string_view::npos;
}

}  // namespace

bool Reader::dollar(Pieces& out, Quote quote) {
  const auto mark = here();
  const bool is_quoted = quote != Quote::None;
  if (peek() == '`') {
    CommandSub sub;
    sub.quoted = is_quoted;
    if (!backquoted(sub, quote)) return false;
    add_part(out, std::move(sub), mark);
    return true;
  }
  const char next = peek(1);
  if (next == '(' && peek(2) == '(') {
    Arith sum;
    sum.quoted = is_quoted;
    if (!arith_text(sum, 3)) return false;
    bash_only_ |= std::ranges::any_of(sum.tokens, [](const auto& t) { return t.text == "**"; });
    add_part(out, std::move(sum), mark);
    return true;
  }
  if (next == '(') {
    CommandSub sub;
    sub.quoted = is_quoted;
    pos_ += 2;
    if (!command_sub(sub)) return false;
    add_part(out, std::move(sub), mark);
    return true;
  }
  if (next == '[') return refuse_here("$[ ]: write $(( ))");
  if (next == '"' && !is_quoted) return refuse_here("$\"...\": drop the dollar sign");
  Param param;
  param.quoted = is_quoted;
  if (next == '{') {
    pos_ += 2;
    if (!enter() || !braced(param, quote)) return false;
    leave();
    add_part(out, std::move(param), mark);
    return true;
  }
  std::size_t length = 0;
  if (is_name_start(next)) {
    while (is_name_char(peek(1 + length))) ++length;
  } else if (is_digit(next) || is_special_param(next)) {
    length = 1;
  }
  if (length == 0) {
    add_text(out, is_quoted ? Piece::Kind::Quoted : Piece::Kind::Bare, "$", mark);
    ++pos_;
    return true;
  }
  param.name = text_.substr(pos_ + 1, length);
  pos_ += 1 + length;
  if (!count()) return false;
  add_part(out, std::move(param), mark, true);
  return true;
}

// After "${".
bool Reader::braced(Param& out, Quote quote) {
  if (!count()) return false;
  const auto open = pos_;
  if (peek() == '!') {
    if (peek(1) == '}') {
      out.name = "!";
      pos_ += 2;
      return true;
    }
    return refuse_at(open, "${!name}: the name that is meant is not known");
  }
  if (peek() == '#' && peek(1) != '}') {
    ++pos_;
    out.op = ParamOp::Length;
    if (!param_name(out) || !param_index(out)) return false;
    if (out.name.size() == 1 && is_special_param(out.name[0]) && out.name != "@" && out.name != "*")
      return refuse_at(open, "the length of a special parameter");
    if (!out.index.empty() || out.name == "@" || out.name == "*") bash_only_ = true;
    if (!take("}")) return refuse_here("${#name} with an operator");
    return true;
  }
  if (!param_name(out) || !param_index(out)) return false;
  if (take("}")) return true;
  if (ended()) return refuse_at(open - 2, "${ is not closed");
  return param_operator(out, quote);
}

bool Reader::param_name(Param& out) {
  std::size_t length = 0;
  if (is_name_start(peek()))
    while (is_name_char(peek(length))) ++length;
  else if (is_digit(peek()))
    while (is_digit(peek(length))) ++length;
  else if (is_special_param(peek()))
    length = 1;
  if (length == 0) return refuse_here("a name is expected inside ${ }");
  out.name = text_.substr(pos_, length);
  pos_ += length;
  return true;
}

bool Reader::param_index(Param& out) {
  if (peek() != '[') return true;
  bash_only_ = true;
  std::size_t length = 0;
  if (peek(1) == '@' || peek(1) == '*')
    length = 1;
  else
    while (is_digit(peek(1 + length))) ++length;
  if (length == 0 || length > 6 || peek(1 + length) != ']' || !is_name_start(out.name[0]) ||
      (length > 1 && peek(1) == '0'))
    return refuse_here("an array subscript other than a number, @ or *");
  out.index = text_.substr(pos_ + 1, length);
  pos_ += length + 2;
  return true;
}

bool Reader::param_operator(Param& out, Quote quote) {
  const auto mark = pos_;
  const bool is_list = out.name == "@" || out.name == "*" || out.index == "@" || out.index == "*";
  const auto pattern_op = [&](ParamOp op) {
    out.op = op;
    return operand(out.operands.emplace_back(), quote, Use::Pattern, "}") && take("}");
  };
  const auto replace_op = [&](ParamOp op) {
    out.op = op;
    bash_only_ = true;
    if (!operand(out.operands.emplace_back(), quote, Use::Pattern, "/}")) return false;
    if (out.operands[0].parts.empty()) return refuse_at(mark, "an empty pattern inside ${ }");
    if (take("/") && !operand(out.operands.emplace_back(), quote, Use::Replacement, "}"))
      return false;
    return take("}");
  };
  const auto case_op = [&](ParamOp op) {
    out.op = op;
    bash_only_ = true;
    return take("}") || refuse_at(mark, "a pattern after ^ or , inside ${ }");
  };
  if (is_list && !(peek() == ':' && (is_digit(peek(1)) || peek(1) == ' ')))
    return refuse_at(mark, "an operator on all elements inside ${ }");
  if (take("##")) return pattern_op(ParamOp::RemovePrefixes);
  if (take("#")) return pattern_op(ParamOp::RemovePrefix);
  if (take("%%")) return pattern_op(ParamOp::RemoveSuffixes);
  if (take("%")) return pattern_op(ParamOp::RemoveSuffix);
  if (take("//")) return replace_op(ParamOp::ReplaceAll);
  if (take("/#")) return replace_op(ParamOp::ReplacePrefix);
  if (take("/%")) return replace_op(ParamOp::ReplaceSuffix);
  if (take("/")) return replace_op(ParamOp::Replace);
  if (take("^^")) return case_op(ParamOp::Upper);
  if (take("^")) return case_op(ParamOp::UpperFirst);
  if (take(",,")) return case_op(ParamOp::Lower);
  if (take(",")) return case_op(ParamOp::LowerFirst);
  if (peek() == '@') return refuse_here("${name@...}: it can run what the value holds");
  out.colon = peek() == ':' && peek(1) != '\0' &&
              std::string_view("-=?+").find(peek(1)) != std::string_view::npos;
  if (out.colon) ++pos_;
  const char c = peek();
  if (c == ':') {
    ++pos_;
    return substring(out);
  }
  if (c == '-')
    out.op = ParamOp::Default;
  else if (c == '=')
    out.op = ParamOp::Assign;
  else if (c == '?')
    out.op = ParamOp::Error;
  else if (c == '+')
    out.op = ParamOp::Alternative;
  else
    return refuse_here("this operator inside ${ }");
  if (out.op == ParamOp::Assign && !is_name_start(out.name[0]))
    return refuse_here("an assignment to a special parameter inside ${ }");
  ++pos_;
  return operand(out.operands.emplace_back(), quote, Use::Text, "}") && take("}");
}

// After "${name:"; the numbers only, since bash evaluates the rest.
bool Reader::substring(Param& out) {
  bash_only_ = true;
  out.op = ParamOp::Substring;
  const auto number = [&] {
    Word& w = out.operands.emplace_back();
    w.range.begin = here();
    while (is_blank(peek())) ++pos_;
    std::string text;
    if (peek() == '-') {
      if (text_[pos_ - 1] == ':' && out.operands.size() == 1) return false;  // that is ${name:-
      text = "-";
      ++pos_;
    }
    while (is_digit(peek()) && text.size() < 8) text.push_back(text_[pos_++]);
    w.range.end = here();
    w.parts.emplace_back(Literal{text, {}});
    const auto digits = text.starts_with('-') ? text.substr(1) : text;
    return !digits.empty() && (digits == "0" || digits[0] != '0');
  };
  if (!number() || (take(":") && !number()) || !take("}"))
    return refuse_here("an offset or length inside ${ } that is no plain number");
  return true;
}

// The word of an operator: characters that no shell reads differently there,
// and expansions.
bool Reader::operand(Word& out, Quote quote, Use use, std::string_view stops) {
  const bool is_pattern = use == Use::Pattern;
  const bool is_quoted = quote != Quote::None;
  out.range.begin = here();
  Pieces pieces;
  while (stops.find(peek()) == std::string_view::npos) {
    const auto mark = here();
    if (ended()) return refuse_here("${ is not closed");
    const char c = peek();
    if (c == '$') {
      if (peek(1) == '\'' || peek(1) == '"') return refuse_here("a quote inside ${ }");
      if (!dollar(pieces, quote)) return false;
      const Piece& last = pieces.back();
      if (last.kind != Piece::Kind::Expansion) return refuse_at(mark, "a lone $ inside ${ }");
      if (const auto* p = std::get_if<Param>(&*last.part);
          p != nullptr && (p->name == "@" || p->name == "*" || p->index == "@" || p->index == "*"))
        return refuse_at(mark, "all parameters as an operand inside ${ }");
      out.parts.push_back(*last.part);
      continue;
    }
    if (is_pattern && (c == '*' || c == '?')) {
      out.parts.emplace_back(Glob{std::string(1, c)});
      ++pos_;
      continue;
    }
    if (is_pattern && c == '[') {
      auto close = pos_ + 1;
      while (close < end_ && close < pos_ + 64 &&
             (is_name_char(text_[close]) || text_[close] == '-' || text_[close] == '^' ||
              text_[close] == '!' || text_[close] == '.'))
        ++close;
      if (close + 1 >= end_ || text_[close] != ']' || close < pos_ + 2)
        return refuse_here("an unusual bracket expression inside ${ }");
      out.parts.emplace_back(Glob{std::string(text_.substr(pos_, close + 1 - pos_))});
      pos_ = close + 1;
      continue;
    }
    if (!is_operand_char(c, is_quoted, use != Use::Text)) {
      if (c == '\'' || c == '"' || c == '\\' || c == '`')
        return refuse_here("a quote inside ${ }: shells read it differently");
      return refuse_here("this character inside ${ }: shells read it differently");
    }
    if (!out.parts.empty() && std::holds_alternative<Literal>(out.parts.back()))
      std::get<Literal>(out.parts.back()).text.push_back(c);
    else
      out.parts.emplace_back(Literal{std::string(1, c), {}});
    ++pos_;
  }
  out.range.end = here();
  return count();
}

// A list inside a substitution, up to end_ or a ')'.
bool Reader::inner_list(List& out) {
  if (!enter()) return false;
  auto outer = std::exchange(pending_, {});
  outer_pending_ += outer.size();
  const bool outer_has_document = std::exchange(has_document_, false);
  ++substitutions_;
  if (!list(out, false)) return false;
  if (!pending_.empty()) return refuse_at(pending_[0].begin, "a here-document without its body");
  // On a line of its own in there, bash reads "<file" as "cat file".
  if (out.items.size() > 1)
    for (const auto& item : out.items)
      if (const auto* s = std::get_if<Simple>(&item.command.node);
          s != nullptr && s->words.empty() && s->assignments.empty())
        return refuse_at(item.command.range.begin,
                         "a redirection without a command among others inside a substitution: "
                         "write cat");
  pending_ = std::move(outer);
  outer_pending_ -= pending_.size();
  has_document_ = outer_has_document;
  --substitutions_;
  leave();
  return true;
}

// After "$(".
bool Reader::command_sub(CommandSub& out) {
  const auto open = pos_ - 2;
  if (!inner_list(out.body)) return false;
  if (!take(")")) return ended() ? refuse_at(open, "$( is not closed") : expected("')'");
  return true;
}

bool Reader::backquoted(CommandSub& out, Quote quote) {
  const auto open = pos_;
  std::size_t close = pos_ + 1;
  while (close < end_ && text_[close] != '`') {
    if (text_[close] == '\\') {
      const char next = close + 1 < end_ ? text_[close + 1] : '\0';
      if (next == '\\' || next == '$' || next == '`' || quote != Quote::None)
        return refuse_at(close, "a backslash inside backquotes: write $( )");
    }
    ++close;
  }
  cost_.steps += close - pos_;
  if (close >= end_) return unclosed(open, "a backquote is not closed");
  // bash's brace expansion loses its way among quotes in there
  const auto inside = text_.substr(pos_, close - pos_);
  if (inside.find('{') != std::string_view::npos &&
      inside.find_first_of("'\"") != std::string_view::npos)
    return refuse_at(open, "braces and quotes inside backquotes: write $( )");
  const auto outer_end = std::exchange(end_, close);
  ++pos_;
  if (!inner_list(out.body)) return false;
  if (!ended()) return expected("a command");
  end_ = outer_end;
  ++pos_;
  return true;
}

// At "<(" or ">(".
bool Reader::process_sub(ProcessSub& out) {
  const auto open = pos_;
  bash_only_ = true;
  out.output = peek() == '>';
  pos_ += 2;
  if (peek() == '(') return refuse_here("'((' in a process substitution: put a space between");
  if (!count() || !inner_list(out.body)) return false;
  if (out.body.items.empty()) return expected("a command");
  if (!take(")"))
    return ended() ? refuse_at(open, "a substitution is not closed") : expected("')'");
  return true;
}

// At "$((" or "((", which has `opening` bytes.
bool Reader::arith_text(Arith& out, std::size_t opening) {
  out.range.begin = here();
  pos_ += opening;
  const auto found = read_arithmetic(text_.substr(0, end_).substr(pos_));
  cost_.steps += found.length;
  if (found.reason != nullptr)
    return refuse_at(pos_ + found.length,
                     opening == 3 ? std::string(found.reason)
                                  : fmt::format("{} (for a subshell write '( (')", found.reason));
  pos_ += found.length;
  if (!take("))")) return refuse_here("$(( is not closed by ))");
  out.range.end = here();
  out.tokens = found.tokens;
  for (std::size_t i = 0; i < out.tokens.size(); ++i)
    if (!count()) return false;
  return true;
}

}  // namespace hitl::shell
