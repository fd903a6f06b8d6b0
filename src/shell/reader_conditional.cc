// SPDX-License-Identifier: Apache-2.0
// [[ ]]: file tests, strings and patterns.  What bash evaluates as arithmetic
// is read here and admitted later, where values are known.
#include <algorithm>
#include <array>
#include <utility>

#include "shell/reader.h"
#include "shell/word.h"

namespace hitl::shell {
namespace {

using namespace std::string_view_literals;

constexpr std::array kUnary = {"-a"sv, "-b"sv, "-c"sv, "-d"sv, "-e"sv, "-f"sv, "-g"sv, "-h"sv,
                               "-k"sv, "-n"sv, "-p"sv, "-r"sv, "-s"sv, "-u"sv, "-w"sv, "-x"sv,
                               "-z"sv, "-G"sv, "-L"sv, "-N"sv, "-O"sv, "-S"sv};

constexpr std::array kBinary = {"-eq"sv, "-ne"sv, "-lt"sv, "-le"sv, "-gt"sv, "-ge"sv,
                                "-nt"sv, "-ot"sv, "-ef"sv, "=="sv,  "="sv,   "!="sv};

bool is_unary(std::string_view op) { return std::ranges::find(kUnary, op) != kUnary.end(); }

}  // namespace

bool Reader::conditional(Command& out) {
  bash_only_ = true;
  pos_ += 2;
  Conditional test;
  if (!cond_or(test.expr)) return false;
  if (bare_word() != "]]") return expected("']]'");
  pos_ += 2;
  out.node = std::move(test);
  return true;
}

bool Reader::cond_blanks() {
  for (;;) {
    if (!skip_blanks()) return false;
    if (peek() != '\n') return true;
    if (!pending_.empty()) return refuse_here("a newline in [[ ]] on a here-document's line");
    ++pos_;
  }
}

bool Reader::cond_or(CondExpr& out) {
  if (!enter()) return false;
  CondExpr first;
  if (!cond_and(first)) return false;
  if (!lookahead("||")) {
    out = std::move(first);
    leave();
    return true;
  }
  out.kind = CondExpr::Kind::Or;
  out.sub.push_back(std::move(first));
  while (take("||"))
    if (!cond_and(out.sub.emplace_back())) return false;
  leave();
  return true;
}

bool Reader::cond_and(CondExpr& out) {
  CondExpr first;
  if (!cond_not(first)) return false;
  if (!lookahead("&&")) {
    out = std::move(first);
    return true;
  }
  out.kind = CondExpr::Kind::And;
  out.sub.push_back(std::move(first));
  while (take("&&"))
    if (!cond_not(out.sub.emplace_back())) return false;
  return true;
}

bool Reader::cond_not(CondExpr& out) {
  if (!cond_blanks() || !count()) return false;
  if (bare_word() == "!") {
    ++pos_;
    if (!enter()) return false;
    out.kind = CondExpr::Kind::Not;
    if (!cond_not(out.sub.emplace_back())) return false;
    leave();
    return true;
  }
  if (peek() == '(') {
    ++pos_;
    if (!cond_or(out)) return false;
    if (!take(")")) return expected("')'");
    return cond_blanks();
  }
  return cond_test(out) && cond_blanks();
}

// Newlines may stand before and behind it, not inside.
bool Reader::cond_test(CondExpr& out) {
  if (!at_word() || peek() == '<' || peek() == '>' || bare_word() == "]]")
    return expected("an operand in [[ ]]");
  const auto begin = pos_;
  Word left;
  if (!word(Context::Single, left)) return false;
  const auto source = text_.substr(begin, pos_ - begin);
  if (source.starts_with('-') && source.size() == 2) {
    if (source == "-v" || source == "-o" || source == "-R" || source == "-t")
      return refuse_at(begin, "this test in [[ ]]: it may evaluate its operand");
    if (!is_unary(source)) return refuse_at(begin, "an unknown test in [[ ]]");
    if (!skip_blanks()) return false;
    if (!at_word() || peek() == '<' || peek() == '>' || bare_word() == "]]")
      return expected("an operand in [[ ]]");
    out.op = source == "-a" ? "-e" : source == "-h" ? "-L" : std::string(source);
    return word(Context::Single, out.words.emplace_back());
  }
  if (source == "!" || source == "(" || source.starts_with("]]"))
    return refuse_at(begin, "this operand in [[ ]]: quote it");
  const auto after = pos_;
  if (!skip_blanks()) return false;
  const char c = peek();
  if (bare_word() == "]]" || c == ')' || lookahead("&&") || lookahead("||") || ended()) {
    out.op = "-n";
    out.words.push_back(std::move(left));
    return true;
  }
  if (after == pos_) return expected("an operator in [[ ]]");
  std::string op;
  if (c == '<' || c == '>') {
    op = std::string(1, c);
  } else {
    std::size_t n = 0;
    while (!is_meta(peek(n)) && n < 4) ++n;
    op = text_.substr(pos_, n);
    if (op == "=~") return refuse_here("=~ in [[ ]]: use == with a pattern, or grep");
    if (std::ranges::find(kBinary, op) == kBinary.end())
      return refuse_here("an unknown operator in [[ ]]");
  }
  pos_ += op.size();
  if (!is_blank(peek())) return expected("a space after the operator in [[ ]]");
  if (!skip_blanks()) return false;
  if (!at_word() || peek() == '<' || peek() == '>' || bare_word() == "]]")
    return expected("an operand in [[ ]]");
  const bool matches = op == "==" || op == "=" || op == "!=";
  out.kind = CondExpr::Kind::Binary;
  out.op = op == "=" ? "==" : op;
  out.words.push_back(std::move(left));
  return word(matches ? Context::Pattern : Context::Single, out.words.emplace_back());
}

}  // namespace hitl::shell
