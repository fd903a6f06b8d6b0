// SPDX-License-Identifier: Apache-2.0
// The recursive descent behind parse().  One object reads one text once, from
// the left; the first thing that it does not understand ends it, and stays its
// error.  Private to the module.
//
// Functions that return bool say whether reading can go on.  Which file has
// what: reader_commands (lists to simple commands), reader_compound,
// reader_words (quoting), reader_finish (tilde, patterns, assignments),
// reader_expansions ($...), reader_redirections (with here-documents),
// reader_conditional ([[ ]]).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "shell/ast.h"
#include "shell/limits.h"
#include "shell/parser.h"
#include "shell/piece.h"

namespace hitl::shell {

// Where a word stands decides what in it is live.
enum class Context : std::uint8_t {
  Argument,     // split, tilde, patterns, braces; also words of for, elements of arrays
  Operand,      // of a declaration utility: NAME=value is an assignment
  Assignment,   // value of NAME=: tilde also after a colon
  Redirection,  // no patterns: the target would be ambiguous
  Single,       // case word, [[ ]] operand: neither split nor patterns
  Pattern,      // case pattern, right of == in [[ ]]
  HereString,
};

class Reader {
 public:
  Reader(std::string_view text, const Limits& limits)
      : text_(text), end_(text.size()), limits_(limits) {}

  bool script(Script& out);

  const std::optional<Error>& error() const { return error_; }
  const Cost& cost() const { return cost_; }
  // It was refused because it ended too early.
  bool unfinished() const { return unfinished_; }
  // Bodies of here-documents; Redirection::target of a HereDoc has the index
  // in its range.begin until they are put in place.
  std::vector<Word>& bodies() { return bodies_; }

 private:
  // -- the text
  char at(std::size_t i) {
    ++cost_.steps;
    return i < end_ ? text_[i] : '\0';
  }
  char peek(std::size_t ahead = 0) { return at(pos_ + ahead); }
  bool ended() const { return pos_ >= end_; }
  std::uint32_t here() const { return static_cast<std::uint32_t>(pos_); }
  bool lookahead(std::string_view s) { return text_.substr(0, end_).substr(pos_).starts_with(s); }
  bool take(std::string_view s) {
    if (!lookahead(s)) return false;
    pos_ += s.size();
    return true;
  }
  bool refuse_at(std::size_t offset, std::string_view reason);
  // What began at `offset` may go on in a next line.
  bool unclosed(std::size_t offset, std::string_view reason) {
    unfinished_ = true;
    return refuse_at(offset, reason);
  }
  bool refuse_here(std::string_view reason) { return refuse_at(pos_, reason); }
  bool count();  // one node more
  bool enter();  // one construct deeper
  void leave() { --depth_; }

  // -- commands
  bool list(List& out, bool is_top);
  bool item(ListItem& out);
  bool and_or(Command& out);
  bool pipeline(Command& out);
  bool time_word(Pipeline& out);
  bool command(Command& out);
  bool simple(Command& out);
  bool assignment(Simple& out, bool is_after_redirection, bool* was_one);
  bool array(Assignment& out);
  bool skip_blanks();
  bool skip_blank_lines();
  bool newline();
  bool separator();
  std::string_view bare_word();
  bool at_word();
  bool at_close();
  bool expected(std::string_view what);

  // -- compound commands
  bool compound(Command& out, std::string_view word);
  bool body(List& out, std::string_view what);
  bool keyword(std::string_view word);
  bool subshell(Command& out);
  bool arithmetic_command(Command& out);
  bool if_clause(Command& out);
  bool for_clause(Command& out);
  bool loop(Command& out, bool until);
  bool case_clause(Command& out);
  bool arm(CaseArm& out);
  bool function(Command& out, std::string name, std::uint32_t begin);
  bool conditional(Command& out);
  bool cond_or(CondExpr& out);
  bool cond_and(CondExpr& out);
  bool cond_not(CondExpr& out);
  bool cond_test(CondExpr& out);
  bool cond_blanks();

  // -- words
  bool words(Context context, std::vector<Word>& out);  // one, or what braces make of it
  bool word(Context context, Word& out);
  bool plain_word(Word& out);
  bool pieces(Context context, Pieces& out);
  bool backslash(Pieces& out);
  bool single_quoted(Pieces& out);
  bool double_quoted(Pieces& out);
  bool ansi_quoted(Pieces& out);
  bool finish(Context context, Pieces& in, Range range, Word& out);
  bool check_at_words(const Word& word, bool has_empty_quotes, std::size_t offset);

  // -- expansions; `pos_` is at the dollar or the backquote
  enum class Quote : std::uint8_t { None, Double, Body };
  bool dollar(Pieces& out, Quote quote);
  bool braced(Param& out, Quote quote);
  bool param_name(Param& out);
  bool param_index(Param& out);
  bool param_operator(Param& out, Quote quote);
  bool substring(Param& out);
  enum class Use : std::uint8_t { Text, Pattern, Replacement };
  bool operand(Word& out, Quote quote, Use use, std::string_view stops);
  bool command_sub(CommandSub& out);
  bool backquoted(CommandSub& out, Quote quote);
  bool process_sub(ProcessSub& out);
  bool arith_text(Arith& out, std::size_t opening);
  bool inner_list(List& out);

  // -- redirections
  bool at_redirection();
  bool redirection(std::vector<Redirection>& out);
  bool duplicate(Redirection& out, std::vector<Redirection>& all, bool has_fd);
  bool here_document(Redirection& out);
  bool here_string(Redirection& out);
  bool redirect_target(Word& out);
  bool read_bodies();
  struct HereDoc {
    std::string delimiter;
    bool is_quoted = false;
    bool strip_tabs = false;
    std::size_t body = 0;     // index in bodies_
    std::uint32_t begin = 0;  // of its operator
  };
  bool read_body(const HereDoc& doc);
  bool body_line(Word& out, std::size_t stop, bool is_quoted);

  std::string_view text_;
  std::size_t pos_ = 0;
  std::size_t end_;
  Limits limits_;
  std::size_t depth_ = 0;
  std::size_t substitutions_ = 0;  // how many we are inside of
  std::size_t outer_pending_ = 0;  // here-documents that wait for the end of a line around them
  bool has_document_ = false;      // this substitution has had a here-document
  bool bash_only_ = false;
  std::vector<HereDoc> pending_;  // here-documents whose body comes after this line
  std::vector<Word> bodies_;
  std::optional<Error> error_;
  bool unfinished_ = false;
  Cost cost_;
};

inline bool is_blank(char c) { return c == ' ' || c == '\t'; }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_name_start(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}
inline bool is_name_char(char c) { return is_name_start(c) || is_digit(c); }

// Ends a word when unquoted (XCU 2.3); the end of the text reads as NUL.
inline bool is_meta(char c) {
  return c == '\0' || c == ' ' || c == '\t' || c == '\n' || c == '|' || c == '&' || c == ';' ||
         c == '(' || c == ')' || c == '<' || c == '>';
}

// Adds to the last piece where that is of the same kind.
void add_text(Pieces& out, Piece::Kind kind, std::string_view text, std::uint32_t begin);
void add_part(Pieces& out, WordPart part, std::uint32_t begin, bool unbraced = false);

}  // namespace hitl::shell
