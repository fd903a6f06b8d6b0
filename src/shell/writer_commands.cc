// SPDX-License-Identifier: Apache-2.0
// Lines, lists and commands: what ends one and begins the next.
#include "shell/reserved.h"
#include "shell/writer.h"

namespace hitl::shell {

std::string Writer::run(const Script& script) {
  const auto& items = script.body.items;
  for (std::size_t i = 0; i < items.size(); ++i) {
    command(items[i].command);
    const bool last = i + 1 == items.size();
    if (items[i].background) out_ += " &";
    if (last || items[i].ends_line) {
      if (!last || !pending_.empty()) newline();
    } else {
      out_ += items[i].background ? " " : "; ";
    }
  }
  // a body ends in a newline of its own
  if (!out_.empty() && out_.back() == '\n') out_.pop_back();
  return std::move(out_);
}

void Writer::newline() {
  out_ += '\n';
  for (const auto& [delimiter, body] : std::exchange(pending_, {})) {
    out_ += body;
    out_ += delimiter;
    out_ += '\n';
  }
}

// Where the grammar allows a newline, bodies come at once: a quoted newline
// further on would stand between them and their line's end.
void Writer::gap() {
  if (pending_.empty())
    out_ += ' ';
  else
    newline();
}

void Writer::list(const List& l) {
  for (const auto& item : l.items) {
    command(item.command);
    const bool last = &item == &l.items.back();
    if (item.background) out_ += " &";
    if (last) break;
    if (!item.background && pending_.empty()) out_ += ';';
    gap();
  }
}

// A list before a reserved word, which must follow a separator.
void Writer::closed_list(const List& l, std::string_view word) {
  list(l);
  if (!l.items.back().background && pending_.empty()) out_ += ';';
  gap();
  out_ += word;
}

void Writer::command(const Command& c) {
  std::visit(Match{[&](const Simple& s) { simple(s, c.redirections.empty()); },
                   [&](const Pipeline& p) { pipeline(p); }, [&](const AndOr& a) { and_or(a); },
                   [&](const Subshell& s) { subshell(s); },
                   [&](const Group& g) {
                     out_ += "{ ";
                     closed_list(g.body, "}");
                   },
                   [&](const If& i) { if_clause(i); }, [&](const For& f) { for_clause(f); },
                   [&](const Loop& l) { loop(l); }, [&](const Case& k) { case_clause(k); },
                   [&](const FunctionDef& f) { function(f); },
                   [&](const Conditional& k) {
                     out_ += "[[ ";
                     expression(k.expr, false);
                     out_ += " ]]";
                   }},
             c.node);
  for (const auto& r : c.redirections) redirection(r);
}

void Writer::simple(const Simple& s, bool has_no_redirection) {
  bool first = true;
  const auto space = [&] {
    if (!std::exchange(first, false)) out_ += ' ';
  };
  for (const auto& a : s.assignments) {
    space();
    assignment(a);
  }
  for (const auto& w : s.words) {
    space();
    const auto* name =
        &w == s.words.data() && w.parts.size() == 1 ? std::get_if<Literal>(&w.parts[0]) : nullptr;
    if (name != nullptr && is_declaration(name->text))
      out_ += name->text;
    else
      word(w);
  }
  if (first && !has_no_redirection) bare_ = true;
}

void Writer::assignment(const Assignment& a) {
  out_ += a.name;
  out_ += a.append ? "+=" : "=";
  if (!a.array) return word_parts(a.value);
  out_ += '(';
  for (const auto& e : a.elements) {
    if (&e != a.elements.data()) out_ += ' ';
    word(e);
  }
  out_ += ')';
}

void Writer::pipeline(const Pipeline& p) {
  if (p.timed != Pipeline::Timed::No) out_ += "time ";
  if (p.timed == Pipeline::Timed::Posix) out_ += "-p ";
  if (p.negated) out_ += "! ";
  for (const auto& stage : p.stages) {
    if (&stage != p.stages.data()) {
      out_ += " |";
      gap();
    }
    command(stage);
  }
}

void Writer::and_or(const AndOr& a) {
  for (std::size_t i = 0; i < a.operands.size(); ++i) {
    if (i > 0) {
      out_ += a.ops[i - 1] == AndOrOp::And ? " &&" : " ||";
      gap();
    }
    command(a.operands[i]);
  }
}

void Writer::subshell(const Subshell& s) {
  out_ += '(';
  if (begins_with_subshell(s.body)) out_ += ' ';
  list(s.body);
  if (!pending_.empty()) newline();
  out_ += ')';
}

bool begins_with_subshell(const List& list) {
  if (list.items.empty()) return false;
  const Command* c = &list.items.front().command;
  for (;;) {
    if (const auto* p = std::get_if<Pipeline>(&c->node);
        p != nullptr && !p->negated && p->timed == Pipeline::Timed::No)
      c = &p->stages.front();
    else if (const auto* a = std::get_if<AndOr>(&c->node))
      c = &a->operands.front();
    else
      return std::holds_alternative<Subshell>(c->node);
  }
}

void Writer::if_clause(const If& i) {
  for (const auto& b : i.branches) {
    out_ += &b == i.branches.data() ? "if " : "elif ";
    closed_list(b.condition, "then");
    out_ += ' ';
    const bool last = &b == &i.branches.back();
    closed_list(b.body, last && !i.otherwise ? "fi" : "");
  }
  if (i.otherwise) {
    out_ += "else ";
    closed_list(*i.otherwise, "fi");
  }
}

void Writer::for_clause(const For& f) {
  out_ += "for ";
  out_ += f.name;
  out_ += " in";
  for (const auto& w : f.words) {
    out_ += ' ';
    word(w);
  }
  out_ += "; do ";
  closed_list(f.body, "done");
}

void Writer::loop(const Loop& l) {
  out_ += l.until ? "until " : "while ";
  closed_list(l.condition, "do");
  out_ += ' ';
  closed_list(l.body, "done");
}

void Writer::case_clause(const Case& k) {
  out_ += "case ";
  word(k.subject);
  out_ += " in";
  for (const auto& arm : k.arms) {
    out_ += " (";
    for (const auto& p : arm.patterns) {
      if (&p != arm.patterns.data()) out_ += '|';
      word(p);
    }
    out_ += ')';
    if (!arm.body.items.empty()) {
      out_ += ' ';
      list(arm.body);
    }
    gap();
    out_ += ";;";
  }
  out_ += " esac";
}

void Writer::function(const FunctionDef& f) {
  out_ += f.name;
  out_ += "() { ";
  closed_list(f.body, "}");
}

void Writer::expression(const CondExpr& e, bool inside) {
  switch (e.kind) {
    case CondExpr::Kind::Unary:
      out_ += e.op;
      out_ += ' ';
      return word(e.words[0]);
    case CondExpr::Kind::Binary:
      word(e.words[0]);
      out_ += ' ';
      out_ += e.op;
      out_ += ' ';
      return word(e.words[1]);
    case CondExpr::Kind::Not:
      out_ += "! ";
      return expression(e.sub[0], true);
    case CondExpr::Kind::And:
    case CondExpr::Kind::Or:
      if (inside) out_ += "( ";
      for (const auto& s : e.sub) {
        if (&s != e.sub.data()) out_ += e.kind == CondExpr::Kind::And ? " && " : " || ";
        expression(s, true);
      }
      if (inside) out_ += " )";
  }
}

}  // namespace hitl::shell
