// SPDX-License-Identifier: Apache-2.0
// The ways through commands: what is known behind each of them.
#include <algorithm>

#include "shell/follower.h"
#include "shell/reserved.h"
#include "shell/sinks.h"
#include "shell/word.h"

namespace hitl::shell {

void Follower::lines(List& l) {
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

void Follower::list(List& l) {
  for (auto& item : l.items) list_item(item);
}

void Follower::list_item(ListItem& item) {
  if (error_) return;
  if (item.background)
    apart([&] { command(item.command); });
  else
    command(item.command);
}

void Follower::command(Command& c) {
  if (error_) return;
  ++cost_.steps;
  if (c.redirections.empty()) return node(c);
  // Where one fails, the command does not run.
  cost_.steps += known_.size();
  const auto before = known_;
  node(c);
  known_ = join(before, known_);
}

void Follower::node(Command& c) {
  if (auto* s = std::get_if<Simple>(&c.node)) return simple(*s, c.redirections);
  for (auto& r : c.redirections) redirection(r);
  std::visit(
      Match{[](Simple&) {}, [&](Pipeline& p) { pipeline(p); }, [&](AndOr& a) { and_or(a); },
            [&](Subshell& s) { apart([&] { list(s.body); }); }, [&](Group& g) { list(g.body); },
            [&](If& i) { if_clause(i); }, [&](For& f) { for_clause(f); }, [&](Loop& l) { loop(l); },
            [&](Case& k) { case_clause(k); }, [&](FunctionDef& f) { function(f); },
            [&](Conditional& k) { expression(k.expr); }},
      c.node);
}

void Follower::pipeline(Pipeline& p) {
  if (p.stages.size() == 1) return command(p.stages[0]);
  for (auto& stage : p.stages) apart([&] { command(stage); });
}

void Follower::and_or(AndOr& a) {
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

void Follower::if_clause(If& i) {
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

void Follower::for_clause(For& f) {
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

void Follower::loop(Loop& l) {
  auto changed = assigned_in(l.condition);
  changed.add(assigned_in(l.body));
  forget(changed);
  again([&] { list(l.condition); });
  auto after = known_;
  again([&] { list(l.body); });
  known_ = std::move(after);
}

void Follower::case_clause(Case& k) {
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

// Called with whatever is known by then.
void Follower::function(FunctionDef& f) {
  auto outer = std::exchange(known_, {});
  const bool was_inside = std::exchange(in_function_, true);
  again([&] { list(f.body); });
  in_function_ = was_inside;
  known_ = std::move(outer);
}

void Follower::expression(CondExpr& e) {
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

void Follower::simple(Simple& s, std::vector<Redirection>& redirections) {
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

void Follower::assign(const Assignment& a) {
  auto text = literal_text(a.value);
  if (a.array) {
    known_.erase(a.name);
  } else if (a.append) {
    const auto at = known_.find(a.name);
    const bool joins = at != known_.end() && at->second.is_certain() && text;
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
void Follower::declare(const Simple& s) {
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

}  // namespace hitl::shell
