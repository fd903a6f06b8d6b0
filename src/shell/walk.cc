// SPDX-License-Identifier: Apache-2.0
#include "shell/walk.h"

namespace hitl::shell {
namespace {

class Walk {
 public:
  explicit Walk(const Visitor& visitor) : visitor_(visitor) {}

  void list(const List& list, const Place& place) {
    for (const auto& item : list.items) {
      Place here = place;
      here.background |= item.background;
      command(item.command, here);
    }
  }

  void command(const Command& c, const Place& place) {
    if (visitor_.command) visitor_.command(c, place);
    std::visit(Match{[&](const Simple& s) { simple(s, place); },
                     [&](const Pipeline& p) { pipeline(p, place); },
                     [&](const AndOr& a) { and_or(a, place); },
                     [&](const Subshell& s) { list(s.body, place); },
                     [&](const Group& g) { list(g.body, place); },
                     [&](const If& i) { if_clause(i, place); },
                     [&](const For& f) {
                       for (const auto& w : f.words) word(w, place);
                       list(f.body, conditional(place));
                     },
                     [&](const Loop& l) {
                       list(l.condition, place);
                       list(l.body, conditional(place));
                     },
                     [&](const Case& k) { case_clause(k, place); },
                     [&](const FunctionDef& f) {
                       Place inside = conditional(place);
                       inside.in_function = true;
                       list(f.body, inside);
                     },
                     [&](const Conditional& k) { expression(k.expr, place); }},
               c.node);
    for (const auto& r : c.redirections) word(r.target, place);
  }

 private:
  static Place conditional(Place place) {
    place.conditional = true;
    return place;
  }

  void simple(const Simple& s, const Place& place) {
    for (const auto& a : s.assignments) {
      word(a.value, place);
      for (const auto& e : a.elements) word(e, place);
    }
    for (const auto& w : s.words) word(w, place);
  }

  void pipeline(const Pipeline& p, const Place& place) {
    for (std::size_t i = 0; i < p.stages.size(); ++i) {
      Place here = place;
      if (i > 0) here.piped_input = true;
      if (i + 1 < p.stages.size()) here.piped_output = true;
      command(p.stages[i], here);
    }
  }

  void and_or(const AndOr& a, const Place& place) {
    for (std::size_t i = 0; i < a.operands.size(); ++i)
      command(a.operands[i], i == 0 ? place : conditional(place));
  }

  void if_clause(const If& i, const Place& place) {
    for (const auto& b : i.branches) {
      list(b.condition, &b == i.branches.data() ? place : conditional(place));
      list(b.body, conditional(place));
    }
    if (i.otherwise) list(*i.otherwise, conditional(place));
  }

  void case_clause(const Case& k, const Place& place) {
    word(k.subject, place);
    for (const auto& arm : k.arms) {
      for (const auto& p : arm.patterns) word(p, place);
      list(arm.body, conditional(place));
    }
  }

  void expression(const CondExpr& e, const Place& place) {
    for (const auto& w : e.words) word(w, place);
    for (const auto& s : e.sub) expression(s, place);
  }

  void word(const Word& w, const Place& place) {
    if (visitor_.word) visitor_.word(w, place);
    for (const auto& part : w.parts)
      std::visit(
          Match{[](const Literal&) {}, [](const Glob&) {}, [](const Tilde&) {},
                [&](const Param& p) {
                  for (const auto& o : p.operands) word(o, place);
                },
                [&](const CommandSub& c) { substitution(c.body, place); }, [](const Arith&) {},
                [&](const ProcessSub& p) { substitution(p.body, place); }},
          part);
  }

  void substitution(const List& body, Place place) {
    place.substituted = true;
    place.piped_output = true;  // somebody reads what it writes
    list(body, place);
  }

  const Visitor& visitor_;
};

}  // namespace

void walk(const Script& script, const Visitor& visitor) { Walk(visitor).list(script.body, {}); }

void walk(const Command& command, const Visitor& visitor) { Walk(visitor).command(command, {}); }

void each_simple(const Script& script,
                 const std::function<void(const Command&, const Simple&, const Place&)>& visit) {
  const Visitor visitor{.command =
                            [&](const Command& c, const Place& place) {
                              if (const auto* s = std::get_if<Simple>(&c.node)) visit(c, *s, place);
                            },
                        .word = {}};
  walk(script, visitor);
}

}  // namespace hitl::shell
