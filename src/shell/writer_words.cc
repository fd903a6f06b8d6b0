// SPDX-License-Identifier: Apache-2.0
// Words: what is literal is quoted, what is live is not.
#include "shell/printer.h"
#include "shell/word.h"
#include "shell/writer.h"

namespace hitl::shell {
namespace {

std::string_view operator_of(const Param& p) {
  switch (p.op) {
    case ParamOp::None:
    case ParamOp::Length:
      return "";
    case ParamOp::Default:
      return p.colon ? ":-" : "-";
    case ParamOp::Assign:
      return p.colon ? ":=" : "=";
    case ParamOp::Error:
      return p.colon ? ":?" : "?";
    case ParamOp::Alternative:
      return p.colon ? ":+" : "+";
    case ParamOp::RemovePrefix:
      return "#";
    case ParamOp::RemovePrefixes:
      return "##";
    case ParamOp::RemoveSuffix:
      return "%";
    case ParamOp::RemoveSuffixes:
      return "%%";
    case ParamOp::Replace:
      return "/";
    case ParamOp::ReplaceAll:
      return "//";
    case ParamOp::ReplacePrefix:
      return "/#";
    case ParamOp::ReplaceSuffix:
      return "/%";
    case ParamOp::Substring:
      return ":";
    case ParamOp::UpperFirst:
      return "^";
    case ParamOp::Upper:
      return "^^";
    case ParamOp::LowerFirst:
      return ",";
    case ParamOp::Lower:
      return ",,";
  }
  return "";
}

}  // namespace

void Writer::word(const Word& w) {
  out_ += w.assigns;
  if (w.parts.empty() && w.assigns.empty())
    out_ += "''";
  else
    word_parts(w);
}

void Writer::word_parts(const Word& w) {
  for (std::size_t i = 0; i < w.parts.size(); ++i) {
    const auto* literal = std::get_if<Literal>(&w.parts[i]);
    if (literal == nullptr) {
      part(w.parts[i]);
      continue;
    }
    const auto first = i;
    std::string text = literal->text;
    for (; i + 1 < w.parts.size() && std::holds_alternative<Literal>(w.parts[i + 1]); ++i)
      text += std::get<Literal>(w.parts[i + 1]).text;
    // The slash or colon behind a tilde ends the user's name, and in
    // NAME=a:~/b the colon makes the tilde live: neither may be quoted.
    if (first > 0 && std::holds_alternative<Tilde>(w.parts[first - 1])) {
      out_ += text[0];
      text.erase(0, 1);
      if (text.empty()) continue;
    }
    const bool before_tilde =
        i + 1 < w.parts.size() && std::holds_alternative<Tilde>(w.parts[i + 1]);
    if (before_tilde) text.pop_back();
    if (!text.empty() || !before_tilde) out_ += quoted(text);
    if (before_tilde) out_ += ':';
  }
}

void Writer::part(const WordPart& part) {
  const auto in_quotes = [&](bool is_quoted) {
    if (is_quoted) out_ += '"';
    expansion(part);
    if (is_quoted) out_ += '"';
  };
  std::visit(Match{[&](const Literal& l) { out_ += quoted(l.text); },
                   [&](const Glob& g) { out_ += g.text; },
                   [&](const Tilde& t) {
                     out_ += '~';
                     out_ += t.user;
                   },
                   [&](const Param& p) { in_quotes(p.quoted); },
                   [&](const CommandSub& c) { in_quotes(c.quoted); },
                   [&](const Arith& a) { in_quotes(a.quoted); },
                   [&](const ProcessSub& p) {
                     out_ += p.output ? '>' : '<';
                     substitution(p.body);
                   }},
             part);
}

// Without the quotes around it.
void Writer::expansion(const WordPart& part) {
  if (const auto* p = std::get_if<Param>(&part)) return param(*p);
  if (const auto* a = std::get_if<Arith>(&part)) return arithmetic(*a);
  if (const auto* c = std::get_if<CommandSub>(&part)) {
    out_ += '$';
    substitution(c->body);
  }
}

void Writer::substitution(const List& body) {
  ++depth_;
  const bool bare = std::exchange(bare_, false);
  // bodies of the line around us cannot come in here
  auto outer = std::exchange(pending_, {});
  out_ += '(';
  if (begins_with_subshell(body)) out_ += ' ';
  list(body);
  out_ += ')';
  pending_ = std::move(outer);
  bare_ = bare;
  --depth_;
}

void Writer::arithmetic(const Arith& a) {
  out_ += "$((";
  for (const auto& t : a.tokens) {
    if (&t != a.tokens.data()) out_ += ' ';
    if (t.kind == Arith::Kind::Dollar)
      out_ += "${" + t.text + '}';
    else
      out_ += t.text;
  }
  out_ += "))";
}

void Writer::param(const Param& p) {
  out_ += "${";
  if (p.op == ParamOp::Length) out_ += '#';
  out_ += p.name;
  if (!p.index.empty()) out_ += '[' + p.index + ']';
  out_ += operator_of(p);
  for (std::size_t i = 0; i < p.operands.size(); ++i) {
    if (i > 0) out_ += p.op == ParamOp::Substring ? ':' : '/';
    // a space keeps ${x: -1} from being ${x:-1}
    if (p.op == ParamOp::Substring && literal_prefix(p.operands[i]).starts_with('-')) out_ += ' ';
    for (const auto& part : p.operands[i].parts) operand(part);
  }
  out_ += '}';
}

void Writer::operand(const WordPart& part) {
  if (const auto* literal = std::get_if<Literal>(&part))
    out_ += literal->text;
  else if (const auto* glob = std::get_if<Glob>(&part))
    out_ += glob->text;
  else
    expansion(part);
}

}  // namespace hitl::shell
