// SPDX-License-Identifier: Apache-2.0
// The walk behind print().  One object writes one tree once, from the left.
// Private to the module; why the text looks as it does is told in printer.cc.
//
// Which file has what: writer_commands (lines, lists, compound commands),
// writer_redirections (with here-documents), writer_words (with expansions).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shell/ast.h"

namespace hitl::shell {

class Writer {
 public:
  std::string run(const Script& script);

 private:
  // -- lines and the here-documents that wait for their end
  void newline();
  void gap();

  // -- commands
  void list(const List& l);
  void closed_list(const List& l, std::string_view word);
  void command(const Command& c);
  void simple(const Simple& s, bool has_no_redirection);
  void assignment(const Assignment& a);
  void pipeline(const Pipeline& p);
  void and_or(const AndOr& a);
  void subshell(const Subshell& s);
  void if_clause(const If& i);
  void for_clause(const For& f);
  void loop(const Loop& l);
  void case_clause(const Case& k);
  void function(const FunctionDef& f);
  void expression(const CondExpr& e, bool inside);

  // -- redirections
  void redirection(const Redirection& r);
  void here_string(const Redirection& r);
  void here_document(const Redirection& r);
  void body_part(const WordPart& part);

  // -- words
  void word(const Word& w);
  void word_parts(const Word& w);
  void part(const WordPart& part);
  void expansion(const WordPart& part);
  void substitution(const List& body);
  void arithmetic(const Arith& a);
  void param(const Param& p);
  void operand(const WordPart& part);

  std::string out_;
  std::vector<std::pair<std::string, std::string>> pending_;  // delimiter, body
  unsigned documents_ = 0;
  int depth_ = 0;      // substitutions around us
  bool bare_ = false;  // the next redirection is the first thing of its command
};

// "((" would begin arithmetic: such a list is kept from the parenthesis before it.
bool begins_with_subshell(const List& list);

}  // namespace hitl::shell
