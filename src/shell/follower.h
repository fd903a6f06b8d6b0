// SPDX-License-Identifier: Apache-2.0
// The walk behind follow_values(): goes through a tree in the order in which it
// runs, with what is known of variables at each place.  Private to the module.
//
// Which file has what: follow (what is known, and what ends it),
// follower_commands (the ways through them), follower_words (what values change).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "shell/assigned.h"
#include "shell/ast.h"
#include "shell/known.h"
#include "shell/limits.h"
#include "shell/parser.h"

namespace hitl::shell {

class Follower {
 public:
  Follower(std::string_view text, std::vector<Word>& bodies, const Limits& limits, Cost& cost)
      : text_(text), bodies_(bodies), limits_(limits), cost_(cost) {}

  Status run(Script& script);

 private:
  void refuse_at(std::size_t offset, std::string_view reason);
  void grow(std::size_t bytes);

  // -- what is known
  void set(const std::string& name, Value value);
  void check_evaluated(const std::string& name, bool is_integer, Range range);
  bool may_change_anything(const Assigned& a) const;
  void forget(const Assigned& changed);
  void forget_names(const Assigned& changed);

  // Runs `inside` as something that is not run once: what it may change was found
  // by its text, in which the name of a command cannot be a value.
  template <class F>
  void again(F inside) {
    const bool outer = std::exchange(is_straight_, false);
    inside();
    is_straight_ = outer;
  }

  // Runs `inside` as a subshell does: what it learns is lost.
  template <class F>
  void apart(F inside) {
    cost_.steps += known_.size();
    auto outer = known_;
    inside();
    known_ = std::move(outer);
  }

  // -- commands
  void lines(List& l);
  void list(List& l);
  void list_item(ListItem& item);
  void command(Command& c);
  void node(Command& c);
  void pipeline(Pipeline& p);
  void and_or(AndOr& a);
  void if_clause(If& i);
  void for_clause(For& f);
  void loop(Loop& l);
  void case_clause(Case& k);
  void function(FunctionDef& f);
  void expression(CondExpr& e);
  void simple(Simple& s, std::vector<Redirection>& redirections);
  void assign(const Assignment& a);
  void declare(const Simple& s);

  // -- words
  // Delicate: a command's name, an element of an array.  Kept: not to be followed.
  enum class Use : std::uint8_t { Word, Delicate, Kept, Value, Target, Body };
  void word(Word& w) { parts(w, Use::Word); }
  void parts(Word& w, Use use);
  void operands(Param& p, Range range);
  void operand(Word& w);
  bool follow(Param& p, bool is_delicate, bool is_target, std::vector<WordPart>& out);
  void redirection(Redirection& r);
  void body_escapes(const Word& body);

  // -- numbers
  bool is_known_integer(const std::string& name) const;
  bool is_number(const Word& w) const;
  bool is_process(const Word& w) const;
  void arithmetic(Arith& a);

  std::string_view text_;
  std::vector<Word>& bodies_;
  const Limits& limits_;
  Cost& cost_;
  Assigned functions_;
  Known known_;
  bool is_trusting_ = true;
  bool is_straight_ = true;  // not in a loop or function
  bool may_abandon_lines_ = false;
  bool in_function_ = false;
  std::optional<Error> error_;
};

}  // namespace hitl::shell
