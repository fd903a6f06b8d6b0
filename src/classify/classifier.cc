// SPDX-License-Identifier: Apache-2.0
#include "classify/classifier.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/host.h"
#include "catalog/pattern.h"
#include "classify/foresight.h"
#include "classify/program.h"
#include "classify/shapes.h"
#include "shell/parser.h"
#include "shell/printer.h"
#include "shell/reserved.h"
#include "shell/word.h"

namespace hitl::classify {
namespace {

using catalog::Role;
using shell::Command;
using shell::List;
using shell::Match;
using shell::Simple;
using shell::Word;

// Scripts inside words of scripts.
constexpr int kMaxNesting = 4;
// What a variable may become that is set at run time.
const std::vector<std::string> kAnyValue = {std::string(1, catalog::kAny)};

// Walks the tree in the order in which it runs, with what is known at each
// point in scope_.
class Walker {
 public:
  Walker(const catalog::Catalog& catalog, std::string_view text, Report& report,
         std::vector<std::string> bases, int depth)
      : report_(report), scope_{catalog, text, std::move(bases), {}, {}, {}}, depth_(depth) {}

  void script(shell::Script& script, const Setting& setting) {
    functions_assign_ = shell::assigned_by_functions(script);
    scope_.assigned = shell::assigned_in(script.body, functions_assign_);
    moves_ = changes_folder(script.body);
    list(script.body, setting, true);
  }

 private:
  void list(List& list, const Setting& setting, bool top = false) {
    for (auto& item : list.items) {
      Setting here = setting;
      if (item.background) here.reads_line = false;
      const auto before = scope_.bases;
      command(item.command, here);
      if (item.background) scope_.bases = before;
      if (moved_) scope_.add_base(*std::exchange(moved_, std::nullopt));
      if (const auto* f = std::get_if<shell::FunctionDef>(&item.command.node); top && f != nullptr)
        scope_.functions.insert(f->name);
    }
  }

  // In a process of its own: what it does to the working directory stays there.
  void apart(List& body, const Setting& setting) {
    const auto before = scope_.bases;
    list(body, setting);
    scope_.bases = before;
  }

  void command(Command& c, Setting setting) {
    moved_.reset();
    if (auto* s = std::get_if<Simple>(&c.node)) return simple(c, *s, setting);
    if (!c.redirections.empty()) {
      auto report = fresh(c.range);
      redirections(c, report, setting);
      push(std::move(report));
    }
    std::visit(Match{[](Simple&) {}, [&](shell::Pipeline& p) { pipeline(p, setting); },
                     [&](shell::AndOr& a) { and_or(a, setting); },
                     [&](shell::Subshell& s) { apart(s.body, setting); },
                     [&](shell::Group& g) { list(g.body, setting); },
                     [&](shell::If& i) {
                       for (auto& b : i.branches) {
                         list(b.condition, setting);
                         list(b.body, setting);
                       }
                       if (i.otherwise) list(*i.otherwise, setting);
                     },
                     [&](shell::For& f) { for_clause(c.range, f, setting); },
                     [&](shell::Loop& l) {
                       if (changes_folder(l.condition) || changes_folder(l.body))
                         scope_.bases = {""};
                       if (is_fork_bomb(l)) bomb(c.range);
                       list(l.condition, setting);
                       loop_body(l, setting);
                     },
                     [&](shell::Case& k) { case_clause(c.range, k, setting); },
                     [&](shell::FunctionDef& f) { function(c.range, f, setting); },
                     [&](shell::Conditional& k) {
                       auto report = fresh(c.range);
                       expression(k.expr, report, setting);
                       push(std::move(report));
                     }},
               c.node);
    moved_.reset();
  }

  void pipeline(shell::Pipeline& p, const Setting& setting) {
    std::optional<std::vector<Arg>> names;
    std::vector<std::size_t> shells;
    for (std::size_t i = 0; i < p.stages.size(); ++i) {
      Setting here = setting;
      if (i > 0) here = {false, std::move(names), foresight_.text_of(p.stages[i - 1])};
      names = foresight_.names_of(p.stages[i], here);
      const auto before = scope_.bases;
      const auto from = report_.commands.size();
      command(p.stages[i], here);
      hand_over(shells, from);
      if (p.stages.size() > 1) {
        scope_.bases = before;
        moved_.reset();
      }
    }
    // Negated, it still happened.
    if (moved_) scope_.add_base(*std::exchange(moved_, std::nullopt));
  }

  // What the shells of earlier stages write goes to another host, if a later one
  // does.  `from`: where the reports of the stage begin.
  void hand_over(std::vector<std::size_t>& shells, std::size_t from) {
    for (auto i = from; i < report_.commands.size(); ++i)
      if (report_.commands[i].effects.has(Effect::Network))
        for (const auto shell : std::exchange(shells, {})) hands_over(report_.commands[shell]);
    for (auto i = from; i < report_.commands.size(); ++i)
      if (report_.commands[i].opens_shell) shells.push_back(i);
  }

  void hands_over(CommandReport& report) {
    report.argvs.push_back({"shell-to-network"});
    Program(scope_, report, report_.input, {})
        .cause(Effect::Network, report.range, "hands a shell to another host");
  }

  void and_or(shell::AndOr& a, const Setting& setting) {
    const auto before = scope_.bases;
    for (std::size_t i = 0; i < a.operands.size(); ++i) {
      if (i > 0 && a.ops[i - 1] == shell::AndOrOp::Or) scope_.add_base(before);
      command(a.operands[i], setting);
      if (!moved_) continue;
      const auto targets = *std::exchange(moved_, std::nullopt);
      if (i + 1 < a.operands.size() && a.ops[i] == shell::AndOrOp::And)
        scope_.set_base(targets);
      else
        scope_.add_base(targets);
    }
    scope_.add_base(before);
  }

  void case_clause(Range range, shell::Case& k, const Setting& setting) {
    auto report = fresh(range);
    word(k.subject, report, setting);
    for (auto& arm : k.arms)
      for (auto& p : arm.patterns) word(p, report, setting);
    push(std::move(report));
    for (auto& arm : k.arms) list(arm.body, setting);
  }

  // while read NAME: what the stage before it writes.
  void loop_body(shell::Loop& l, const Setting& setting) {
    const auto name = variable_read(l.condition);
    const bool known = !name.empty() && setting.names && setting.names->size() == 1 &&
                       is_steady(l.body, name) && is_value(setting.names->front());
    if (!known) return list(l.body, setting);
    const auto before = scope_.values;
    scope_.values[name] = setting.names->front();
    list(l.body, setting);
    scope_.values = before;
  }

  // A value that a variable can be known to have.
  static bool is_value(const Arg& arg) {
    return std::ranges::none_of(
        arg.patterns, [](const auto& p) { return p.find(catalog::kAny) != std::string::npos; });
  }

  // Nothing in it gives the variable another value.
  bool is_steady(const List& body, const std::string& name) const {
    const auto inside = shell::assigned_in(body, functions_assign_);
    return !inside.anything && !inside.names.contains(name);
  }

  void bomb(Range range) {
    auto report = fresh(range);
    report.argvs.push_back({"fork-bomb"});
    Program(scope_, report, report_.input, {})
        .cause(Effect::Kernel, range, "starts programs without end until nothing else runs");
    push(std::move(report));
  }

  void for_clause(Range range, shell::For& f, const Setting& setting) {
    auto report = fresh(range);
    Arg values;
    bool known = !f.words.empty();
    for (auto& w : f.words) {
      word(w, report, setting);
      auto arg = foresight_.word(w);
      known &= is_value(arg) && (!arg.below || f.words.size() == 1);
      arg.patterns.insert(arg.patterns.begin(), values.patterns.begin(), values.patterns.end());
      values = std::move(arg);
    }
    if (!values.below) values.written.clear();
    values.several = false;
    judge_assignment(report, f.name, kAnyValue, range, false);
    push(std::move(report));
    if (changes_folder(f.body)) scope_.bases = {""};
    const auto before = scope_.values;
    if (known && is_steady(f.body, f.name))
      scope_.values[f.name] = std::move(values);
    else
      scope_.values.erase(f.name);
    list(f.body, setting);
    scope_.values = before;
    scope_.values.erase(f.name);
  }

  void function(Range range, shell::FunctionDef& f, const Setting& setting) {
    const auto& catalog = scope_.catalog;
    auto report = fresh(range);
    if (catalog.find(f.name) != nullptr || shell::is_builtin(f.name)) {
      Program judge(scope_, report, report_.input, {});
      judge.cause(Effect::Unknown, range,
                  "defines a function with the name of a program: " + f.name);
    }
    push(std::move(report));
    if (is_fork_bomb(f)) bomb(range);
    const auto before = scope_.bases;
    // It can be called from anywhere in the script.
    if (moves_) scope_.bases = {""};
    list(f.body, setting);
    scope_.bases = changes_folder(f.body) ? std::vector<std::string>{""} : before;
  }

  void expression(shell::CondExpr& e, CommandReport& report, const Setting& setting) {
    for (auto& w : e.words) word(w, report, setting);
    for (auto& s : e.sub) expression(s, report, setting);
  }

  // ---- simple commands -----------------------------------------------------------

  void simple(Command& c, Simple& s, Setting setting) {
    auto report = fresh(c.range);
    for (const auto& w : s.words) report.words.push_back(w.range);
    for (auto& a : s.assignments) {
      word(a.value, report, setting);
      for (auto& e : a.elements) word(e, report, setting);
      const auto value = foresight_.word(a.value).patterns;
      const bool whole = !a.append && !a.array;
      // How `read` splits its line is its own affair.
      if (a.name != "IFS" || s.words.empty() || !shell::is_literal(s.words[0], "read"))
        judge_assignment(report, a.name, whole ? value : kAnyValue, a.range, !s.words.empty());
    }
    for (auto& w : s.words) word(w, report, setting);
    redirections(c, report, setting);
    if (!s.words.empty()) {
      const auto args = foresight_.arguments(s);
      if (args.empty()) return push(std::move(report));
      Program program(scope_, report, report_.input, nested());
      if (std::ranges::any_of(s.words, [&](const Word& w) { return foresight_.has_ifs(w); }))
        program.cause(Effect::Unknown, c.range, "hides its words behind ${IFS}");
      program.declare(args);
      program.judge(args, setting, true);
      edit(s, program);
      if (changes_folder(s)) moved_ = targets(args);
      for (const auto& r : c.redirections)
        if ((report.opens_shell || report.effects.has(Effect::Execute)) && r.fd == 0 &&
            r.op == shell::RedirectOp::Read)
          program.runs(foresight_.word(r.target), true);
      if (report.opens_shell && report.effects.has(Effect::Network)) hands_over(report);
    }
    push(std::move(report));
  }

  void judge_assignment(CommandReport& report, std::string_view name,
                        const std::vector<std::string>& values, Range range, bool exported) {
    Program(scope_, report, report_.input, {}).assignment(name, values, range, exported);
  }

  static void edit(Simple& s, const Program& program) {
    for (const auto& r : program.rewrites()) {
      s.words[r.at].assigns.clear();
      s.words[r.at].parts.assign(1, shell::Literal{r.text, ""});
    }
    auto insertions = program.insertions();
    std::ranges::sort(insertions, std::ranges::greater{}, &Insertion::after);
    for (const auto& in : insertions) {
      std::vector<Word> words;
      for (const auto& text : *in.words)
        words.push_back({s.words[in.after].range, "", {shell::Literal{text, ""}}});
      s.words.insert(s.words.begin() + static_cast<std::ptrdiff_t>(in.after) + 1, words.begin(),
                     words.end());
    }
  }

  // Where a cd leads.
  std::vector<std::string> targets(const std::vector<Arg>& args) const {
    std::vector<std::string> out;
    if (!args[0].known() || (args[0].text() != "cd" && args[0].text() != "pushd")) return {""};
    const Arg* operand = nullptr;
    for (std::size_t i = 1; i < args.size(); ++i)
      if (args[i].text() == "-" || !args[i].text().starts_with('-')) operand = &args[i];
    if (operand == nullptr) return {args[0].text() == "cd" ? "~" : ""};
    if (operand->several || operand->below || operand->text() == "-" || operand->text().empty() ||
        operand->text()[0] == '+')
      return {""};
    for (const auto& pattern : operand->patterns)
      for (const auto& base : scope_.bases)
        for (const auto& path : catalog::normal(pattern, base).paths)
          out.push_back(path.find(catalog::kAny) == std::string::npos ? path : "");
    return out;
  }

  // ---- words and redirections ------------------------------------------------------

  void word(Word& w, CommandReport& report, const Setting& setting) {
    for (auto& part : w.parts)
      std::visit(Match{[](shell::Literal&) {}, [](shell::Glob&) {}, [](shell::Tilde&) {},
                       [](shell::Arith&) {},
                       [&](shell::Param& p) {
                         parameter(p, w.range, report);
                         for (auto& o : p.operands) word(o, report, setting);
                       },
                       [&](shell::CommandSub& s) {
                         apart(s.body, {setting.reads_line, {}, {}});
                       },
                       [&](shell::ProcessSub& s) {
                         apart(s.body, {false, {}, {}});
                       }},
                 part);
  }

  void parameter(const shell::Param& p, Range range, CommandReport& report) {
    Program judge(scope_, report, report_.input, {});
    if (p.op == shell::ParamOp::Assign) judge.assignment(p.name, kAnyValue, range, false);
    if (scope_.catalog.is_secret_variable(p.name) && p.op != shell::ParamOp::Length &&
        p.values.empty())
      judge.cause(Effect::ReadSecret, range, "shows the variable " + p.name);
  }

  void redirections(Command& c, CommandReport& report, Setting& setting) {
    Program judge(scope_, report, report_.input, {});
    for (auto& r : c.redirections) {
      word(r.target, report, setting);
      Arg arg = foresight_.word(r.target);
      arg.range = r.range;
      switch (r.op) {
        case shell::RedirectOp::HereDoc:
        case shell::RedirectOp::HereString:
        case shell::RedirectOp::DupIn:
        case shell::RedirectOp::DupOut:
          break;
        case shell::RedirectOp::Read:
          if (!network(arg, r.op, judge)) judge.path(arg, Role::Input);
          break;
        case shell::RedirectOp::ReadWrite:
        case shell::RedirectOp::Write:
        case shell::RedirectOp::Append:
        case shell::RedirectOp::Clobber:
          if (!network(arg, r.op, judge)) judge.path(arg, Role::Output);
          break;
      }
      if (r.fd != 0) continue;
      setting = {false, {}, {}};
      const bool here = r.op == shell::RedirectOp::HereDoc || r.op == shell::RedirectOp::HereString;
      if (here && arg.known()) setting.text = arg.text();
    }
  }

  // Both ways at once it has a path, so that a policy can tell it from a probe.
  static bool network(const Arg& arg, shell::RedirectOp op, Program& judge) {
    constexpr std::string_view kTcp = "/dev/tcp/", kUdp = "/dev/udp/";
    if (!arg.text().starts_with('/')) return false;
    for (const auto prefix : {kTcp, kUdp}) {
      if (!catalog::meet(catalog::from_notation(std::string(prefix) + "**"), arg.text())) continue;
      std::string host;
      if (arg.known() && arg.text().starts_with(prefix)) {
        const auto rest = std::string_view(arg.text()).substr(prefix.size());
        if (std::ranges::count(rest, '/') == 1) host = known_host(rest.substr(0, rest.find('/')));
      }
      judge.cause(Effect::Network, arg.range, "opens a connection: " + catalog::shown(arg.text()),
                  op == shell::RedirectOp::ReadWrite ? arg.text() : "", false, std::move(host));
      return true;
    }
    return false;
  }

  // ---- scripts inside words ----------------------------------------------------------

  Program::Script nested() {
    return [this](const Arg& arg, const Setting& setting) -> std::optional<std::string> {
      if (depth_ >= kMaxNesting) return std::nullopt;
      auto parsed = shell::parse(arg.text());
      if (!parsed) return std::nullopt;
      const auto from = report_.commands.size();
      Walker inside(scope_.catalog, arg.text(), report_, scope_.bases, depth_ + 1);
      inside.script(*parsed, setting);
      // Its ranges are of another text: the word stands for all of it.
      for (auto i = from; i < report_.commands.size(); ++i) {
        auto& c = report_.commands[i];
        c.range = arg.range;
        c.words.clear();
        for (auto& cause : c.causes) cause.range = arg.range;
      }
      return shell::print(*parsed).bytes();
    };
  }

  // To be filled, then pushed: what is inside its words pushes reports too.
  static CommandReport fresh(Range range) {
    CommandReport report;
    report.range = range;
    return report;
  }

  // What does nothing else at least looks.
  void push(CommandReport report) {
    if (report.effects.empty()) report.effects.add(Effect::Read);
    report_.commands.push_back(std::move(report));
  }

  Report& report_;
  Scope scope_;
  Foresight foresight_{scope_};
  int depth_;
  shell::Assigned functions_assign_;               // what calls of its functions may change
  bool moves_ = false;                             // the script has a cd
  std::optional<std::vector<std::string>> moved_;  // where the last command, a cd, led
};

}  // namespace

Report classify(shell::Script& script, std::string_view text, const catalog::Catalog& catalog,
                const std::string& cwd) {
  Report report;
  std::vector<std::string> bases = {"~"};
  if (!cwd.empty()) bases = catalog::normal(catalog::literal(cwd), "").paths;
  Walker(catalog, text, report, std::move(bases), 0).script(script, {true, {}, {}});
  return report;
}

}  // namespace hitl::classify
