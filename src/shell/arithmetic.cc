// SPDX-License-Identifier: Apache-2.0
#include "shell/arithmetic.h"

#include <algorithm>
#include <array>

namespace hitl::shell {
namespace {

using namespace std::string_view_literals;
using Kind = Arith::Kind;

// Longest first, so that the first match is the token.
constexpr std::array kOperators = {"**"sv, "<<"sv, ">>"sv, "<="sv, ">="sv, "=="sv, "!="sv,
                                   "&&"sv, "||"sv, "+"sv,  "-"sv,  "*"sv,  "/"sv,  "%"sv,
                                   "<"sv,  ">"sv,  "&"sv,  "|"sv,  "^"sv,  "!"sv,  "~"sv,
                                   "?"sv,  ":"sv,  "("sv,  ")"sv};

bool is_name_char(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Checks the order of operands and operators: enough, because the text is
// printed token by token in the order in which it was read.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  ArithmeticText run() {
    for (;;) {
      while (pos_ < text_.size() &&
             (text_[pos_] == ' ' || text_[pos_] == '\t' || text_[pos_] == '\n'))
        ++pos_;
      if (parens_ == 0 && text_.substr(pos_).starts_with("))")) {
        if (wants_operand_) return stop("a number is missing in $(( ))");
        if (questions_ != 0) return stop("a ? without its : in $(( ))");
        out_.length = pos_;
        return std::move(out_);
      }
      if (pos_ >= text_.size()) return stop("$(( is not closed by ))");
      if (const char* reason = wants_operand_ ? operand() : binary()) return stop(reason);
    }
  }

 private:
  ArithmeticText stop(const char* reason) {
    out_.length = pos_;
    out_.reason = reason;
    return std::move(out_);
  }

  void add(Kind kind, std::string_view text) { out_.tokens.push_back({kind, std::string(text)}); }

  std::string_view run_of_name() {
    std::size_t n = 0;
    while (pos_ + n < text_.size() && is_name_char(text_[pos_ + n])) ++n;
    return text_.substr(pos_, n);
  }

  const char* operand() {
    const char c = text_[pos_];
    if (c == '(') {
      if (++parens_ > 32) return "too many parentheses in $(( ))";
      add(Kind::Operator, "(");
      ++pos_;
      return nullptr;
    }
    if (c == '+' || c == '-' || c == '!' || c == '~') {
      if (text_.substr(pos_).starts_with("++") || text_.substr(pos_).starts_with("--"))
        return "++ and -- in $(( )): write name=$((name + 1))";
      add(Kind::Operator, text_.substr(pos_, 1));
      ++pos_;
      return nullptr;
    }
    wants_operand_ = false;
    if (c == '$') return dollar();
    const auto run = run_of_name();
    if (run.empty()) return "this character in $(( ))";
    pos_ += run.size();
    if (is_digit(run[0])) {
      // octal, hexadecimal and bases: each shell has its own rules
      if (!is_plain_integer(run)) {
        pos_ -= run.size();
        return "a number in $(( )) that is not plain decimal";
      }
      add(Kind::Number, run);
      return nullptr;
    }
    if (pos_ < text_.size() && text_[pos_] == '[') return "an array element in $(( ))";
    add(Kind::Name, run);
    return nullptr;
  }

  // $name, ${name}, and the special parameters that are always a number.
  const char* dollar() {
    auto rest = text_.substr(pos_ + 1);
    if (rest.starts_with('#') || rest.starts_with('?')) {
      add(Kind::Dollar, rest.substr(0, 1));
      pos_ += 2;
      return nullptr;
    }
    if (rest.starts_with("{#}") || rest.starts_with("{?}")) {
      add(Kind::Dollar, rest.substr(1, 1));
      pos_ += 4;
      return nullptr;
    }
    if (rest.starts_with('(') || rest.starts_with('`'))
      return "a command's output in $(( )): it could be run; assign it and check it first";
    const bool braced = rest.starts_with('{');
    if (braced) rest.remove_prefix(1);
    std::size_t n = 0;
    while (n < rest.size() && is_name_char(rest[n])) ++n;
    if (n == 0 || is_digit(rest[0])) return "this expansion in $(( )): only names are understood";
    if (braced && (n >= rest.size() || rest[n] != '}'))
      return "this expansion in $(( )): only names are understood";
    add(Kind::Dollar, rest.substr(0, n));
    pos_ += 1 + n + (braced ? 2 : 0);
    if (pos_ < text_.size() &&
        (is_name_char(text_[pos_]) || text_[pos_] == '$' || text_[pos_] == '['))
      return "text glued to an expansion in $(( ))";
    return nullptr;
  }

  const char* binary() {
    const auto rest = text_.substr(pos_);
    if (rest.starts_with(')')) {
      if (parens_ == 0) return "a ) too many in $(( ))";
      --parens_;
      add(Kind::Operator, ")");
      ++pos_;
      return nullptr;
    }
    if (rest.starts_with("++") || rest.starts_with("--"))
      return "++ and -- in $(( )): write name=$((name + 1))";
    const auto* op =
        std::ranges::find_if(kOperators, [&](std::string_view o) { return rest.starts_with(o); });
    if (op == kOperators.end() || *op == "!" || *op == "~" || *op == "(")
      return rest.starts_with('=') ? "an assignment in $(( )): write name=$((...))"
                                   : "this operator in $(( ))";
    const auto after = rest.substr(op->size());
    if (after.starts_with('=') && *op != "==" && *op != "!=" && *op != "<=" && *op != ">=")
      return "an assignment in $(( )): write name=$((...))";
    if (*op == "?") ++questions_;
    if (*op == ":" && --questions_ < 0) return "a : without its ? in $(( ))";
    if (*op == ":" || *op == "?") {
      if (parens_ != 0) return "?: inside parentheses in $(( ))";
    }
    add(Kind::Operator, *op);
    pos_ += op->size();
    wants_operand_ = true;
    return nullptr;
  }

  std::string_view text_;
  std::size_t pos_ = 0;
  int parens_ = 0;
  int questions_ = 0;
  bool wants_operand_ = true;
  ArithmeticText out_;
};

}  // namespace

ArithmeticText read_arithmetic(std::string_view text) { return Reader(text).run(); }

bool is_plain_integer(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || text.size() > 18) return false;
  if (text[0] == '0' && text.size() > 1) return false;
  return std::ranges::all_of(text, is_digit);
}

}  // namespace hitl::shell
