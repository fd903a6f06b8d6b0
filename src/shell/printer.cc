// SPDX-License-Identifier: Apache-2.0
// Why the text looks as it does:
//   - every literal is quoted, command names too: a quoted word is never a
//     reserved word, an alias, an assignment or a pattern;
//   - reserved words, NAME= of assignments, and the names of declaration
//     utilities are plain, because quoted they lose their meaning;
//   - every redirection has its descriptor and stands behind the words;
//   - a script line stays a line (see ListItem), everything else is one line;
//   - here-documents inside substitutions become here-strings, because bash
//     prints a substitution's text anew and gets here-documents wrong.
#include "shell/printer.h"

#include <algorithm>
#include <cstdio>
#include <set>
#include <utility>
#include <vector>

#include "shell/reserved.h"
#include "shell/source.h"
#include "shell/word.h"

namespace hitl::shell {
namespace {

constexpr std::string_view kDelimiter = "EOT_";

// Text that cannot stand in a canonical text as it is (control bytes, not
// UTF-8) has the one form that is ASCII.
void put_escaped(std::string& out, std::string_view text) {
  out += "$'";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\'' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7F) {
      out += '\\';
      out += static_cast<char>('0' + (byte >> 6u));
      out += static_cast<char>('0' + ((byte >> 3u) & 7u));
      out += static_cast<char>('0' + (byte & 7u));
    } else {
      out += c;
    }
  }
  out += '\'';
}

void put_quoted(std::string& out, std::string_view text) {
  out += '\'';
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  out += '\'';
}

void put_literal(std::string& out, std::string_view text) {
  if (is_clean(text))
    put_quoted(out, text);
  else
    put_escaped(out, text);
}

std::set<std::string, std::less<>> lines_like_delimiters(std::string_view body) {
  std::set<std::string, std::less<>> lines;
  while (!body.empty()) {
    const auto line = body.substr(0, body.find('\n'));
    if (line.starts_with(kDelimiter)) lines.emplace(line);
    body.remove_prefix(std::min(body.size(), line.size() + 1));
  }
  return lines;
}

std::string_view operator_of(const Param& p) {
  switch (p.op) {
    case ParamOp::None:
    case ParamOp::Length:
      return "";
    case ParamOp::Default:
      return p.colon ? ":-" : "-";
    case ParamOp::Assign:
      return p.colon ? ":=" : "=";
    case ParamOp::Error:
      return p.colon ? ":?" : "?";
    case ParamOp::Alternative:
      return p.colon ? ":+" : "+";
    case ParamOp::RemovePrefix:
      return "#";
    case ParamOp::RemovePrefixes:
      return "##";
    case ParamOp::RemoveSuffix:
      return "%";
    case ParamOp::RemoveSuffixes:
      return "%%";
    case ParamOp::Replace:
      return "/";
    case ParamOp::ReplaceAll:
      return "//";
    case ParamOp::ReplacePrefix:
      return "/#";
    case ParamOp::ReplaceSuffix:
      return "/%";
    case ParamOp::Substring:
      return ":";
    case ParamOp::UpperFirst:
      return "^";
    case ParamOp::Upper:
      return "^^";
    case ParamOp::LowerFirst:
      return ",";
    case ParamOp::Lower:
      return ",,";
  }
  return "";
}

std::string_view operator_of(RedirectOp op) {
  switch (op) {
    case RedirectOp::Read:
      return "<";
    case RedirectOp::Write:
      return ">";
    case RedirectOp::Append:
      return ">>";
    case RedirectOp::ReadWrite:
      return "<>";
    case RedirectOp::Clobber:
      return ">|";
    case RedirectOp::DupIn:
      return "<&";
    case RedirectOp::DupOut:
      return ">&";
    case RedirectOp::HereDoc:
      return "<<";
    case RedirectOp::HereString:
      return "<<<";
  }
  return "<";
}

class Writer {
 public:
  std::string run(const Script& script) {
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

 private:
  // -- lines and the here-documents that wait for their end

  void newline() {
    out_ += '\n';
    for (const auto& [delimiter, body] : std::exchange(pending_, {})) {
      out_ += body;
      out_ += delimiter;
      out_ += '\n';
    }
  }

  // Where the grammar allows a newline, bodies come at once: a quoted newline
  // further on would stand between them and their line's end.
  void gap() {
    if (pending_.empty())
      out_ += ' ';
    else
      newline();
  }

  void list(const List& l) {
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
  void closed_list(const List& l, std::string_view word) {
    list(l);
    if (!l.items.back().background && pending_.empty()) out_ += ';';
    gap();
    out_ += word;
  }

  // -- commands

  void command(const Command& c) {
    std::visit(Match{[&](const Simple& s) { simple(s, c.redirections.empty()); },
                     [&](const Pipeline& p) { pipeline(p); }, [&](const AndOr& a) { and_or(a); },
                     [&](const Subshell& s) {
                       out_ += '(';
                       // "((" would begin arithmetic
                       if (begins_with_subshell(s.body)) out_ += ' ';
                       list(s.body);
                       if (!pending_.empty()) newline();
                       out_ += ')';
                     },
                     [&](const Group& g) {
                       out_ += "{ ";
                       closed_list(g.body, "}");
                     },
                     [&](const If& i) { if_clause(i); }, [&](const For& f) { for_clause(f); },
                     [&](const Loop& l) {
                       out_ += l.until ? "until " : "while ";
                       closed_list(l.condition, "do");
                       out_ += ' ';
                       closed_list(l.body, "done");
                     },
                     [&](const Case& k) { case_clause(k); },
                     [&](const FunctionDef& f) {
                       out_ += f.name;
                       out_ += "() { ";
                       closed_list(f.body, "}");
                     },
                     [&](const Conditional& k) {
                       out_ += "[[ ";
                       expression(k.expr, false);
                       out_ += " ]]";
                     }},
               c.node);
    for (const auto& r : c.redirections) redirection(r);
  }

  static bool begins_with_subshell(const List& l) {
    if (l.items.empty()) return false;
    const Command* c = &l.items.front().command;
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

  void simple(const Simple& s, bool has_no_redirection) {
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

  void assignment(const Assignment& a) {
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

  void pipeline(const Pipeline& p) {
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

  void and_or(const AndOr& a) {
    for (std::size_t i = 0; i < a.operands.size(); ++i) {
      if (i > 0) {
        out_ += a.ops[i - 1] == AndOrOp::And ? " &&" : " ||";
        gap();
      }
      command(a.operands[i]);
    }
  }

  void if_clause(const If& i) {
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

  void for_clause(const For& f) {
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

  void case_clause(const Case& k) {
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

  void expression(const CondExpr& e, bool inside) {
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

  // -- redirections

  void redirection(const Redirection& r) {
    if (!std::exchange(bare_, false)) out_ += ' ';
    if (r.op == RedirectOp::HereDoc) {
      if (depth_ > 0)
        here_string(r);
      else
        here_document(r);
      return;
    }
    out_ += static_cast<char>('0' + r.fd);
    out_ += operator_of(r.op);
    if (r.op == RedirectOp::DupIn || r.op == RedirectOp::DupOut)
      out_ += literal_text(r.target).value_or("-");
    else {
      // "<<(" would begin a here-document
      if (!r.target.parts.empty() && std::holds_alternative<ProcessSub>(r.target.parts[0]))
        out_ += ' ';
      word(r.target);
    }
  }

  // The same input as a here-document: a here-string adds the last newline.
  void here_string(const Redirection& r) {
    out_ += static_cast<char>('0' + r.fd);
    if (r.target.parts.empty()) {
      out_ += "<'/dev/null'";
      return;
    }
    Word body = r.target;
    auto& last = std::get<Literal>(body.parts.back());
    last.text.pop_back();
    if (last.text.empty() && body.parts.size() > 1) body.parts.pop_back();
    out_ += "<<<";
    word(body);
  }

  void here_document(const Redirection& r) {
    const bool is_plain = std::ranges::all_of(
        r.target.parts, [](const WordPart& part) { return std::holds_alternative<Literal>(part); });
    std::string body;
    if (is_plain) {
      body = literal_text(r.target).value_or("");
    } else {
      std::swap(out_, body);
      for (const auto& part : r.target.parts) body_part(part);
      std::swap(out_, body);
    }
    const auto taken = lines_like_delimiters(body);
    std::string delimiter;
    do {
      delimiter = std::string(kDelimiter) + std::to_string(++documents_);
    } while (taken.contains(delimiter));
    out_ += static_cast<char>('0' + r.fd);
    out_ += "<<";
    out_ += is_plain ? '\'' + delimiter + '\'' : delimiter;
    pending_.emplace_back(std::move(delimiter), std::move(body));
  }

  void body_part(const WordPart& part) {
    if (const auto* literal = std::get_if<Literal>(&part)) {
      for (const char c : literal->text) {
        if (c == '$' || c == '`' || c == '\\') out_ += '\\';
        out_ += c;
      }
      return;
    }
    expansion(part);
  }

  // -- words

  void word(const Word& w) {
    out_ += w.assigns;
    if (w.parts.empty() && w.assigns.empty())
      out_ += "''";
    else
      word_parts(w);
  }

  void word_parts(const Word& w) {
    for (std::size_t i = 0; i < w.parts.size(); ++i) {
      const auto* literal = std::get_if<Literal>(&w.parts[i]);
      if (literal == nullptr) {
        part(w.parts[i]);
        continue;
      }
      const auto first = i;
      std::string text = literal->text;
      for (; i + 1 < w.parts.size() && std::holds_alternative<Literal>(w.parts[i + 1]); ++i)
        text += std::get<Literal>(w.parts[i + 1]).text;
      // The slash or colon behind a tilde ends the user's name, and in
      // NAME=a:~/b the colon makes the tilde live: neither may be quoted.
      if (first > 0 && std::holds_alternative<Tilde>(w.parts[first - 1])) {
        out_ += text[0];
        text.erase(0, 1);
        if (text.empty()) continue;
      }
      const bool before_tilde =
          i + 1 < w.parts.size() && std::holds_alternative<Tilde>(w.parts[i + 1]);
      if (before_tilde) text.pop_back();
      if (!text.empty() || !before_tilde) put_literal(out_, text);
      if (before_tilde) out_ += ':';
    }
  }

  void part(const WordPart& part) {
    const auto in_quotes = [&](bool is_quoted) {
      if (is_quoted) out_ += '"';
      expansion(part);
      if (is_quoted) out_ += '"';
    };
    std::visit(Match{[&](const Literal& l) { put_literal(out_, l.text); },
                     [&](const Glob& g) { out_ += g.text; },
                     [&](const Tilde& t) {
                       out_ += '~';
                       out_ += t.user;
                     },
                     [&](const Param& p) { in_quotes(p.quoted); },
                     [&](const CommandSub& c) { in_quotes(c.quoted); },
                     [&](const Arith& a) { in_quotes(a.quoted); },
                     [&](const ProcessSub& p) {
                       out_ += p.output ? '>' : '<';
                       substitution(p.body);
                     }},
               part);
  }

  // Without the quotes around it.
  void expansion(const WordPart& part) {
    if (const auto* p = std::get_if<Param>(&part)) return param(*p);
    if (const auto* a = std::get_if<Arith>(&part)) return arithmetic(*a);
    if (const auto* c = std::get_if<CommandSub>(&part)) {
      out_ += '$';
      substitution(c->body);
    }
  }

  void substitution(const List& body) {
    ++depth_;
    const bool bare = std::exchange(bare_, false);
    // bodies of the line around us cannot come in here
    auto outer = std::exchange(pending_, {});
    out_ += '(';
    if (begins_with_subshell(body)) out_ += ' ';
    list(body);
    out_ += ')';
    pending_ = std::move(outer);
    bare_ = bare;
    --depth_;
  }

  void arithmetic(const Arith& a) {
    out_ += "$((";
    for (const auto& t : a.tokens) {
      if (&t != a.tokens.data()) out_ += ' ';
      if (t.kind == Arith::Kind::Dollar)
        out_ += "${" + t.text + '}';
      else
        out_ += t.text;
    }
    out_ += "))";
  }

  void param(const Param& p) {
    out_ += "${";
    if (p.op == ParamOp::Length) out_ += '#';
    out_ += p.name;
    if (!p.index.empty()) out_ += '[' + p.index + ']';
    out_ += operator_of(p);
    for (std::size_t i = 0; i < p.operands.size(); ++i) {
      if (i > 0) out_ += p.op == ParamOp::Substring ? ':' : '/';
      // a space keeps ${x: -1} from being ${x:-1}
      if (p.op == ParamOp::Substring && literal_prefix(p.operands[i]).starts_with('-')) out_ += ' ';
      for (const auto& part : p.operands[i].parts) operand(part);
    }
    out_ += '}';
  }

  void operand(const WordPart& part) {
    if (const auto* literal = std::get_if<Literal>(&part))
      out_ += literal->text;
    else if (const auto* glob = std::get_if<Glob>(&part))
      out_ += glob->text;
    else
      expansion(part);
  }

  std::string out_;
  std::vector<std::pair<std::string, std::string>> pending_;  // delimiter, body
  unsigned documents_ = 0;
  int depth_ = 0;      // substitutions around us
  bool bare_ = false;  // the next redirection is the first thing of its command
};

}  // namespace

CanonicalText Printer::print(const Script& script) { return CanonicalText(Writer().run(script)); }

std::string quoted(std::string_view text) {
  std::string out;
  put_literal(out, text);
  return out;
}

}  // namespace hitl::shell
