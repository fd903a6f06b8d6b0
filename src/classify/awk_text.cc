// SPDX-License-Identifier: Apache-2.0
// awk by its tokens: strings, comments and regular expressions are skipped, and
// in what is left nothing may stand that reaches a file, a program or code.
//
// Where a slash could be a division or begin a regular expression, what stands
// before it decides, as in awk's own grammar.  '>' is a comparison only inside
// parentheses or outside of braces; after print at brace level it is a file.
#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include "classify/program_text.h"

namespace hitl::classify {
namespace {

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Awk {
 public:
  explicit Awk(std::string_view text) : text_(text) {}

  std::string check() {
    while (i_ < text_.size() && bad_.empty()) token();
    if (bad_.empty() && (parens_ != 0 || braces_ != 0))
      bad_ = "brackets of the awk program do not match";
    return bad_;
  }

 private:
  char at(std::size_t k) const { return k < text_.size() ? text_[k] : '\0'; }

  void token() {
    const char c = text_[i_];
    if (c == ' ' || c == '\t') {
      ++i_;
    } else if (c == '\\') {
      if (at(i_ + 1) != '\n') return refuse("a stray backslash in the awk program");
      i_ += 2;
    } else if (c == '#') {
      i_ = std::min(text_.find('\n', i_), text_.size());
    } else if (c == '"') {
      string();
    } else if (is_letter(c)) {
      word();
    } else if (is_digit(c) || (c == '.' && is_digit(at(i_ + 1)))) {
      while (i_ < text_.size() &&
             (std::isalnum(static_cast<unsigned char>(text_[i_])) != 0 || text_[i_] == '.'))
        ++i_;
      operand_ = true;
    } else if (c == '/' && !operand_) {
      regex();
    } else {
      symbol(c);
    }
  }

  void refuse(std::string why) { bad_ = std::move(why); }

  void string() {
    for (++i_; i_ < text_.size(); ++i_) {
      if (text_[i_] == '\\') {
        ++i_;
      } else if (text_[i_] == '"') {
        ++i_;
        operand_ = true;
        return;
      } else if (text_[i_] == '\n') {
        break;
      }
    }
    refuse("a string of the awk program is not closed");
  }

  void regex() {
    bool bracket = false;
    for (++i_; i_ < text_.size(); ++i_) {
      const char c = text_[i_];
      if (c == '\\') {
        ++i_;
      } else if (c == '\n') {
        break;
      } else if (c == '[' && !bracket) {
        // awks disagree on a slash inside brackets, so there must be none.
        bracket = true;
        if (at(i_ + 1) == '^') ++i_;
        if (at(i_ + 1) == ']') ++i_;
      } else if (c == '[' && at(i_ + 1) == ':') {
        const auto close = text_.find(":]", i_ + 2);
        if (close == std::string_view::npos) break;
        i_ = close + 1;
      } else if (c == ']') {
        bracket = false;
      } else if (c == '/') {
        if (bracket) return refuse("a slash in a bracket expression of the awk program");
        ++i_;
        operand_ = true;
        return;
      }
    }
    refuse("a regular expression of the awk program is not closed");
  }

  void word() {
    const auto from = i_;
    while (i_ < text_.size() && (is_letter(text_[i_]) || is_digit(text_[i_]))) ++i_;
    const auto name = text_.substr(from, i_ - from);
    if (name == "system" || name == "getline" || name == "close" || name == "fflush")
      return refuse("awk's " + std::string(name) + " reaches a program or a file");
    if (name == "ENVIRON" || name == "PROCINFO" || name == "SYMTAB" || name == "FUNCTAB")
      return refuse("awk's " + std::string(name) + " shows the environment");
    if (name == "ARGV" || name == "ARGC")
      return refuse("awk's " + std::string(name) + " chooses the files that are read");
    if (name == "print" || name == "printf") printing_ = true;
    static constexpr std::string_view kKeywords[] = {"print", "printf", "return", "if",  "while",
                                                     "for",   "in",     "else",   "do",  "delete",
                                                     "exit",  "next",   "BEGIN",  "END", "case"};
    operand_ = std::ranges::find(kKeywords, name) == std::end(kKeywords);
    condition_ = name == "if" || name == "while" || name == "for" || name == "switch";
    // `length /x/` is read in two ways.
    if (name == "length") {
      const auto next = text_.find_first_not_of(" \t", i_);
      if (at(next) == '/') return refuse("a slash after length in the awk program");
    }
  }

  void symbol(char c) {
    switch (c) {
      case '@':
        return refuse("awk's @ loads code or calls by name");
      case '|':
        if (at(i_ + 1) != '|') return refuse("a pipe in the awk program runs a command");
        i_ += 2;
        operand_ = false;
        return;
      case '>':
        if (printing_ && parens_ == 0) return refuse("the awk program writes a file");
        operand_ = false;
        ++i_;
        return;
      case '<':
        operand_ = false;
        ++i_;
        return;
      case '(':
      case '[':
        ++parens_;
        conditions_.push_back(condition_ && c == '(');
        condition_ = false;
        operand_ = false;
        ++i_;
        return;
      case ')':
      case ']':
        if (parens_-- == 0) return refuse("brackets of the awk program do not match");
        // After if (...) a statement begins, and with it perhaps a regular expression.
        operand_ = !conditions_.back();
        conditions_.pop_back();
        ++i_;
        return;
      case '{':
      case '}':
        if (parens_ != 0) return refuse("brackets of the awk program do not match");
        braces_ += c == '{' ? 1 : -1;
        if (braces_ < 0) return refuse("brackets of the awk program do not match");
        printing_ = false;
        operand_ = false;
        ++i_;
        return;
      case ';':
        printing_ = printing_ && parens_ != 0;
        operand_ = false;
        ++i_;
        return;
      case '\n':
        // After a comma or an operator the statement goes on.
        if (parens_ == 0 && operand_) printing_ = false;
        operand_ = false;
        ++i_;
        return;
      case '+':
      case '-':
        // i++ / 2 divides; ++ before a name does not matter.
        if (at(i_ + 1) == c) {
          i_ += 2;
          return;
        }
        operand_ = false;
        ++i_;
        return;
      case '!':
      case '=':
      case '~':
      case '*':
      case '/':
      case '%':
      case '^':
      case '&':
      case '?':
      case ':':
      case ',':
      case '$':
        operand_ = false;
        ++i_;
        return;
      default:
        return refuse("'" + std::string(1, c) + "' in the awk program is not understood");
    }
  }

  std::string_view text_;
  std::size_t i_ = 0;
  std::string bad_;
  int parens_ = 0, braces_ = 0;
  std::vector<bool> conditions_;  // of each open parenthesis: belongs to if, while, for
  bool condition_ = false;        // such a word just ended
  bool operand_ = false;          // a value just ended: a slash now divides
  bool printing_ = false;         // inside a print statement
};

}  // namespace

std::string not_only_awk(std::string_view program) { return Awk(program).check(); }

}  // namespace hitl::classify
