// SPDX-License-Identifier: Apache-2.0
#include "shell/follow.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "shell/arithmetic.h"
#include "shell/assigned.h"
#include "shell/reserved.h"
#include "shell/sinks.h"
#include "shell/source.h"
#include "shell/walk.h"
#include "shell/word.h"

namespace hitl::shell {
namespace {

constexpr std::size_t kMaxKnown = 64;  // names; a branch costs a copy of them

using Texts = std::vector<std::string>;

struct Value {
  bool is_integer = false;             // whatever it is
  bool is_process = false;             // what $! gave: an integer, or nothing
  std::shared_ptr<const Texts> texts;  // one: certain; several: one of them; null: see above

  bool operator==(const Value& other) const {
    if (is_integer != other.is_integer || is_process != other.is_process) return false;
    return texts == other.texts || (texts && other.texts && *texts == *other.texts);
  }
};

using Known = std::map<std::string, Value, std::less<>>;

Value value_of(Texts texts) {
  const bool is_integer = std::ranges::all_of(texts, is_plain_integer);
  return {is_integer, false, std::make_shared<const Texts>(std::move(texts))};
}

Value any_integer() { return {true, false, nullptr}; }

Value any_process() { return {false, true, nullptr}; }

// What is known whichever of the two ways was gone.
Known join(const Known& a, const Known& b) {
  Known out;
  for (const auto& [name, value] : a) {
    const auto other = b.find(name);
    if (other == b.end()) continue;
    if (value == other->second)
      out.emplace(name, value);
    else if (value.is_integer && other->second.is_integer)
      out.emplace(name, any_integer());
  }
  return out;
}

// Unquoted, these would be split or be patterns of a kind that we do not print.
bool splits(std::string_view text) {
  return text.empty() || text.find_first_of(" \t\n[\\") != std::string_view::npos;
}

// With another IFS, unquoted values split where we would not see it.
bool sets_field_separators(const Script& script) {
  bool found = false;
  each_simple(script, [&](const Command&, const Simple& s, const Place&) {
    if (s.words.empty())
      for (const auto& a : s.assignments) found |= a.name == "IFS";
    else
      found |= assigned_by(s).names.contains("IFS");
  });
  return found;
}

// An error of a calculation ends the whole line, and the script goes on behind it.
bool may_fail(const Arith& a) {
  for (std::size_t i = 0; i + 1 < a.tokens.size(); ++i) {
    const auto& right = a.tokens[i + 1];
    const auto& op = a.tokens[i].text;
    if ((op == "/" || op == "%" || op == "**") &&
        (right.kind != Arith::Kind::Number || right.text == "0"))
      return true;
  }
  return false;
}

bool may_fail(const Word& w);

bool may_fail(const WordPart& part) {
  if (const auto* a = std::get_if<Arith>(&part)) return may_fail(*a);
  const auto* p = std::get_if<Param>(&part);
  if (p == nullptr) return false;
  return (p->op == ParamOp::Substring && p->operands.size() == 2 &&
          literal_prefix(p->operands[1]).starts_with('-')) ||
         std::ranges::any_of(p->operands, [](const Word& w) { return may_fail(w); });
}

bool may_fail(const Word& w) {
  return std::ranges::any_of(w.parts, [](const WordPart& part) { return may_fail(part); });
}

bool may_abandon_lines(const Script& script, const std::vector<Word>& bodies) {
  bool found = std::ranges::any_of(bodies, [](const Word& w) { return may_fail(w); });
  walk(script, {.command = {}, .word = [&](const Word& w, const Place&) { found |= may_fail(w); }});
  return found;
}

class Follower {
 public:
  Follower(std::string_view text, std::vector<Word>& bodies, const Limits& limits, Cost& cost)
      : text_(text), bodies_(bodies), limits_(limits), cost_(cost) {}

  Status run(Script& script) {
    functions_ = assigned_by_functions(script);
    is_trusting_ = !sets_field_separators(script);
    may_abandon_lines_ = may_abandon_lines(script, bodies_);
    lines(script.body);
    if (error_) return *error_;
    return Ok{};
  }

 private:
  bool refuse_at(std::size_t offset, std::string_view reason) {
    if (!error_) error_ = refuse(text_, offset, reason);
    return false;
  }

  // What values add to the text is bounded: x=$x$x doubles it each time.
  void grow(std::size_t bytes) {
    cost_.grown += bytes;
    if (cost_.grown > limits_.grown && !error_)
      error_ = fail(Errc::Limit, fmt::format("values of variables and brace expansion make the "
                                             "command longer by more than {} bytes",
                                             limits_.grown));
  }

  // -- what is known

  void set(const std::string& name, Value value) {
    known_.erase(name);
    if (!is_trusting_ || is_special_variable(name) || known_.size() >= kMaxKnown) return;
    if (value.texts && (value.texts->size() > limits_.expansion ||
                        std::ranges::any_of(*value.texts, [&](const std::string& t) {
                          return t.size() > limits_.value;
                        })))
      value.texts = nullptr;
    if (value.is_integer || value.is_process || value.texts) known_.emplace(name, std::move(value));
  }

  // RANDOM='x[$(id)0]' runs id, however it is assigned.
  void check_evaluated(const std::string& name, bool is_integer, Range range) {
    if (!is_evaluated_variable(name)) return;
    if (is_integer && (name == "OPTIND" || name == "RANDOM" || name == "SECONDS")) return;
    refuse_at(range.begin, fmt::format("'{}' is set to what may be no number, or cannot be set: "
                                       "bash runs what is in such a value",
                                       name));
  }

  bool may_change_anything(const Assigned& a) const {
    return a.anything || (a.calls && functions_.anything);
  }

  void forget(const Assigned& changed) {
    if (may_change_anything(changed)) return known_.clear();
    forget_names(changed);
    if (changed.calls) forget_names(functions_);
  }

  void forget_names(const Assigned& changed) {
    for (auto at = known_.begin(); at != known_.end();) {
      const auto change = changed.names.find(at->first);
      if (change != changed.names.end() && !(change->second && at->second.is_integer)) {
        at = known_.erase(at);
        continue;
      }
      if (change != changed.names.end()) at->second.texts = nullptr;
      ++at;
    }
  }

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

  void lines(List& l) {
    if (!may_abandon_lines_) return list(l);
    Assigned line;
    for (auto& item : l.items) {
      line.add(assigned_in(item.command));
      list_item(item);
      if (!item.ends_line) continue;
      // these may never have been reached
      for (const auto* names : {&line.names, &functions_.names})
        for (const auto& [name, is_integer] : *names) known_.erase(name);
      line = {};
    }
  }

  void list(List& l) {
    for (auto& item : l.items) list_item(item);
  }

  void list_item(ListItem& item) {
    if (error_) return;
    if (item.background)
      apart([&] { command(item.command); });
    else
      command(item.command);
  }

  void command(Command& c) {
    if (error_) return;
    ++cost_.steps;
    if (c.redirections.empty()) return node(c);
    // Where one fails, the command does not run.
    cost_.steps += known_.size();
    const auto before = known_;
    node(c);
    known_ = join(before, known_);
  }

  void node(Command& c) {
    if (auto* s = std::get_if<Simple>(&c.node)) return simple(*s, c.redirections);
    for (auto& r : c.redirections) redirection(r);
    std::visit(
        Match{[](Simple&) {}, [&](Pipeline& p) { pipeline(p); }, [&](AndOr& a) { and_or(a); },
              [&](Subshell& s) { apart([&] { list(s.body); }); }, [&](Group& g) { list(g.body); },
              [&](If& i) { if_clause(i); }, [&](For& f) { for_clause(f); },
              [&](Loop& l) { loop(l); }, [&](Case& k) { case_clause(k); },
              [&](FunctionDef& f) {
                // called with whatever is known by then
                auto outer = std::exchange(known_, {});
                const bool was_inside = std::exchange(in_function_, true);
                again([&] { list(f.body); });
                in_function_ = was_inside;
                known_ = std::move(outer);
              },
              [&](Conditional& k) { expression(k.expr); }},
        c.node);
  }

  void pipeline(Pipeline& p) {
    if (p.stages.size() == 1) return command(p.stages[0]);
    for (auto& stage : p.stages) apart([&] { command(stage); });
  }

  void and_or(AndOr& a) {
    command(a.operands[0]);
    auto any = known_;  // whichever of the operands so far ran last
    bool all_ran = true;
    for (std::size_t i = 1; i < a.operands.size(); ++i) {
      all_ran = all_ran && a.ops[i - 1] == AndOrOp::And;
      if (!all_ran) known_ = any;
      command(a.operands[i]);
      any = join(any, known_);
    }
    known_ = std::move(any);
  }

  void if_clause(If& i) {
    std::optional<Known> after;
    const auto merge = [&] { after = after ? join(*after, known_) : known_; };
    for (auto& b : i.branches) {
      list(b.condition);
      const auto otherwise = known_;
      list(b.body);
      merge();
      known_ = otherwise;
    }
    if (i.otherwise) list(*i.otherwise);
    merge();
    known_ = std::move(*after);
  }

  void for_clause(For& f) {
    for (auto& w : f.words) word(w);
    if (!f.words.empty()) check_evaluated(f.name, false, f.words[0].range);
    Texts texts;
    bool certain = !f.words.empty() && !is_special_variable(f.name);
    for (const auto& w : f.words) {
      auto text = literal_text(w);
      certain = certain && text.has_value();
      if (text) texts.push_back(std::move(*text));
    }
    std::ranges::sort(texts);
    texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
    const auto changed = assigned_in(f.body);
    forget(changed);
    known_.erase(f.name);
    auto after = known_;
    if (certain) set(f.name, value_of(std::move(texts)));
    again([&] { list(f.body); });
    known_ = std::move(after);
  }

  void loop(Loop& l) {
    auto changed = assigned_in(l.condition);
    changed.add(assigned_in(l.body));
    forget(changed);
    again([&] { list(l.condition); });
    auto after = known_;
    again([&] { list(l.body); });
    known_ = std::move(after);
  }

  void case_clause(Case& k) {
    word(k.subject);
    auto after = known_;
    const auto before = known_;
    for (auto& arm : k.arms) {
      known_ = before;
      for (auto& p : arm.patterns) word(p);
      list(arm.body);
      after = join(after, known_);
    }
    known_ = std::move(after);
  }

  void expression(CondExpr& e) {
    for (auto& w : e.words) word(w);
    constexpr std::string_view kNumeric = "-eq -ne -lt -le -gt -ge";
    if (e.kind == CondExpr::Kind::Binary && e.op.size() == 3 &&
        kNumeric.find(e.op) != std::string_view::npos)
      for (const auto& w : e.words)
        if (!is_number(w))
          refuse_at(w.range.begin,
                    "a number test in [[ ]] on a value that is unknown: use [ ] with quotes");
    for (auto& s : e.sub) expression(s);
  }

  void simple(Simple& s, std::vector<Redirection>& redirections) {
    for (auto& w : s.words) {
      const bool is_name = &w == s.words.data();
      parts(w, !is_name ? Use::Word : is_straight_ ? Use::Delicate : Use::Kept);
    }
    // a target may see the old value or the new one, or assign one itself
    if (!s.words.empty() || !redirections.empty())
      for (const auto& a : s.assignments) known_.erase(a.name);
    for (auto& r : redirections) redirection(r);
    for (auto& a : s.assignments) {
      for (auto& e : a.elements) parts(e, Use::Delicate);
      parts(a.value, Use::Value);
      check_evaluated(a.name, !a.append && !a.array && is_number(a.value), a.range);
      if (s.words.empty())
        assign(a);
      else
        known_.erase(a.name);
    }
    const auto sink = sink_of(s, {.is_number = [this](const Word& w) { return is_number(w); },
                                  .is_process = [this](const Word& w) { return is_process(w); }});
    if (!sink.reason.empty()) {
      refuse_at(sink.range.begin, sink.reason);
      return;
    }
    const auto changed = assigned_by(s);
    for (const auto& [name, is_integer] : changed.names)
      check_evaluated(name, is_integer, s.words[0].range);
    forget(changed);
    if (may_change_anything(changed)) is_trusting_ = false;
    declare(s);
  }

  void assign(const Assignment& a) {
    auto text = literal_text(a.value);
    if (a.array) {
      known_.erase(a.name);
    } else if (a.append) {
      const auto at = known_.find(a.name);
      const bool joins = at != known_.end() && is_certain(at->second) && text;
      if (joins)
        set(a.name, value_of({at->second.texts->front() + *text}));
      else
        known_.erase(a.name);
    } else if (text) {
      set(a.name, value_of({std::move(*text)}));
    } else if (is_number(a.value)) {
      set(a.name, any_integer());
    } else if (is_process(a.value)) {
      set(a.name, any_process());
    } else {
      known_.erase(a.name);
    }
  }

  // export NAME=value and its like
  void declare(const Simple& s) {
    if (s.words.empty()) return;
    const auto name = literal_text(s.words[0]);
    if (!name || !is_declaration(*name)) return;
    if (*name == "local" && !in_function_) return;  // it fails, and assigns nothing
    for (const auto& w : s.words) {
      if (w.assigns.empty() || w.assigns.ends_with("+=")) continue;
      Word value = w;
      value.assigns.clear();
      const auto variable = w.assigns.substr(0, w.assigns.size() - 1);
      if (auto text = literal_text(value))
        set(variable, value_of({std::move(*text)}));
      else if (is_number(value))
        set(variable, any_integer());
    }
  }

  void redirection(Redirection& r) {
    if (r.op == RedirectOp::HereDoc) {
      // a copy: brace expansion may have made several of this redirection
      r.target = Word(bodies_[r.target.range.begin]);
      cost_.steps += r.target.parts.size();
      parts(r.target, Use::Body);
      return body_escapes(r.target);
    }
    parts(r.target, Use::Target);
  }

  // A live body is printed with backslashes before what is literal.  Where a
  // target's character set is SJIS, BIG5 or the like, such a backslash may be the
  // second byte of a letter, and what it should have kept literal comes alive.
  void body_escapes(const Word& body) {
    if (literal_text(body)) return;  // printed as a quoted one
    for (const auto& part : body.parts) {
      const auto* literal = std::get_if<Literal>(&part);
      if (literal == nullptr) continue;
      const auto& text = literal->text;
      for (std::size_t i = 1; i < text.size(); ++i)
        if ((text[i - 1] & 0x80) != 0 && std::string_view("$`\\").find(text[i]) != text.npos) {
          refuse_at(body.range.begin,
                    "a here-document with expansions, and with $, ` or \\ right behind a letter "
                    "outside ASCII: quote its delimiter");
          return;
        }
    }
  }

  // -- words

  // Delicate: a command's name, an element of an array.  Kept: not to be followed.
  enum class Use : std::uint8_t { Word, Delicate, Kept, Value, Target, Body };

  void word(Word& w) { parts(w, Use::Word); }

  void parts(Word& w, Use use) {
    cost_.steps += w.parts.size();
    if (error_ || std::ranges::all_of(w.parts, [](const WordPart& part) {
          return std::holds_alternative<Literal>(part) || std::holds_alternative<Glob>(part);
        }))
      return;
    std::vector<WordPart> out;
    for (auto& part : w.parts) {
      if (auto* p = std::get_if<Param>(&part)) {
        const bool is_delicate = use == Use::Delicate || !w.assigns.empty();
        if (use != Use::Kept && follow(*p, is_delicate, use == Use::Target, out)) continue;
        operands(*p, w.range);
      } else if (auto* c = std::get_if<CommandSub>(&part)) {
        apart([&] { list(c->body); });
      } else if (auto* s = std::get_if<ProcessSub>(&part)) {
        apart([&] { list(s->body); });
      } else if (auto* a = std::get_if<Arith>(&part)) {
        arithmetic(*a);
      }
      // the lines of a body stay as they were read: neighbours are joined there
      auto* literal = std::get_if<Literal>(&part);
      if (use == Use::Body && literal != nullptr && !out.empty() &&
          std::holds_alternative<Literal>(out.back()))
        std::get<Literal>(out.back()).text += literal->text;
      else
        out.push_back(std::move(part));
    }
    w.parts = std::move(out);
    if (use != Use::Body) drop_idle_quotes(w, use == Use::Value || !w.assigns.empty());
  }

  void operands(Param& p, Range range) {
    for (auto& o : p.operands) operand(o);
    if (p.op != ParamOp::Assign) return;
    check_evaluated(p.name, false, range);
    known_.erase(p.name);
  }

  // Operands keep their expansions: a value could hold what ends them.
  void operand(Word& w) {
    for (auto& part : w.parts) {
      if (auto* p = std::get_if<Param>(&part)) {
        operands(*p, w.range);
      } else if (auto* c = std::get_if<CommandSub>(&part)) {
        apart([&] { list(c->body); });
      } else if (auto* a = std::get_if<Arith>(&part)) {
        arithmetic(*a);
      }
    }
  }

  bool follow(Param& p, bool is_delicate, bool is_target, std::vector<WordPart>& out) {
    if (p.op != ParamOp::None || !p.index.empty()) return false;
    const auto at = known_.find(p.name);
    if (at == known_.end() || !at->second.texts) return false;
    const auto& texts = *at->second.texts;
    if (!p.quoted && std::ranges::any_of(texts, splits)) return false;
    for (const auto& t : texts) grow(t.size());
    if (texts.size() > 1) {
      // values are texts: what they match is something else
      if (!p.quoted && std::ranges::any_of(texts, [](const std::string& t) {
            return t.find_first_of("*?") != std::string::npos;
          }))
        return false;
      p.values = texts;
      return false;
    }
    const auto& text = texts[0];
    if (is_target && !p.quoted && text.find_first_of("*?") != std::string::npos) return false;
    if (is_delicate && (!is_simple(text) || is_declaration(text))) return false;
    if (text.find('\n') != std::string::npos || !is_clean(text)) return false;
    if (p.quoted) {
      out.emplace_back(Literal{text, p.name});
      return true;
    }
    std::string run;
    const auto flush = [&] {
      if (!run.empty()) out.emplace_back(Literal{std::exchange(run, {}), p.name});
    };
    for (const char c : text) {
      if (c != '*' && c != '?') {
        run.push_back(c);
        continue;
      }
      flush();
      out.emplace_back(Glob{std::string(1, c)});
    }
    flush();
    return true;
  }

  // What can be a command's name, and never anything else.
  static bool is_simple(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
      return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
             std::string_view("_./-").find(c) != std::string_view::npos;
    });
  }

  // -- numbers

  static bool is_certain(const Value& value) { return value.texts && value.texts->size() == 1; }

  bool is_known_integer(const std::string& name) const {
    const auto at = known_.find(name);
    return at != known_.end() && at->second.is_integer;
  }

  bool is_number(const Word& w) const {
    if (w.parts.size() != 1) return false;
    return std::visit(
        Match{[](const Literal& l) { return is_plain_integer(l.text); },
              [](const Glob&) { return false; }, [](const Tilde&) { return false; },
              [&](const Param& p) {
                if (p.op == ParamOp::Length) return true;
                return p.op == ParamOp::None && p.index.empty() &&
                       (p.name == "#" || p.name == "?" || p.name == "$" ||
                        is_known_integer(p.name));
              },
              [](const CommandSub&) { return false; }, [](const Arith&) { return true; },
              [](const ProcessSub&) { return false; }},
        w.parts[0]);
  }

  bool is_process(const Word& w) const {
    const auto* p = w.parts.size() == 1 ? std::get_if<Param>(&w.parts[0]) : nullptr;
    if (p == nullptr || p->op != ParamOp::None || !p->index.empty()) return false;
    const auto at = known_.find(p->name);
    return p->name == "!" || (at != known_.end() && at->second.is_process);
  }

  void arithmetic(Arith& a) {
    std::vector<Arith::Token> out;
    for (auto& t : a.tokens) {
      const bool is_special = t.text == "#" || t.text == "?";
      if ((t.kind != Arith::Kind::Name && t.kind != Arith::Kind::Dollar) || is_special) {
        out.push_back(std::move(t));
        continue;
      }
      if (!is_known_integer(t.text)) {
        refuse_at(a.range.begin,
                  fmt::format("arithmetic on '{}', whose value is unknown: assign a number first",
                              t.text));
        return;
      }
      const auto& value = known_.find(t.text)->second;
      if (!is_certain(value)) {
        out.push_back(std::move(t));
        continue;
      }
      const auto& text = value.texts->front();
      if (text.starts_with('-')) {
        out.push_back({Arith::Kind::Operator, "("});
        out.push_back({Arith::Kind::Operator, "-"});
        out.push_back({Arith::Kind::Number, text.substr(1)});
        out.push_back({Arith::Kind::Operator, ")"});
      } else {
        out.push_back({Arith::Kind::Number, text});
      }
    }
    a.tokens = std::move(out);
  }

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

}  // namespace

Status follow_values(Script& script, std::vector<Word>& bodies, std::string_view text,
                     const Limits& limits, Cost& cost) {
  return Follower(text, bodies, limits, cost).run(script);
}

}  // namespace hitl::shell
