// SPDX-License-Identifier: Apache-2.0
// Words: where a known value takes an expansion's place, and where only a number may
// stand.
#include <fmt/format.h>

#include <algorithm>

#include "shell/arithmetic.h"
#include "shell/follower.h"
#include "shell/reserved.h"
#include "shell/source.h"
#include "shell/word.h"

namespace hitl::shell {
namespace {

// Unquoted, these would be split or be patterns of a kind that we do not print.
bool splits(std::string_view text) {
  return text.empty() || text.find_first_of(" \t\n[\\") != std::string_view::npos;
}

// What can be a command's name, and never anything else.
bool is_simple(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("_./-").find(c) != std::string_view::npos;
  });
}

}  // namespace

void Follower::parts(Word& w, Use use) {
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

void Follower::operands(Param& p, Range range) {
  for (auto& o : p.operands) operand(o);
  if (p.op != ParamOp::Assign) return;
  check_evaluated(p.name, false, range);
  known_.erase(p.name);
}

// Operands keep their expansions: a value could hold what ends them.
void Follower::operand(Word& w) {
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

bool Follower::follow(Param& p, bool is_delicate, bool is_target, std::vector<WordPart>& out) {
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

void Follower::redirection(Redirection& r) {
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
void Follower::body_escapes(const Word& body) {
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

bool Follower::is_known_integer(const std::string& name) const {
  const auto at = known_.find(name);
  return at != known_.end() && at->second.is_integer;
}

bool Follower::is_number(const Word& w) const {
  if (w.parts.size() != 1) return false;
  return std::visit(
      Match{[](const Literal& l) { return is_plain_integer(l.text); },
            [](const Glob&) { return false; }, [](const Tilde&) { return false; },
            [&](const Param& p) {
              if (p.op == ParamOp::Length) return true;
              return p.op == ParamOp::None && p.index.empty() &&
                     (p.name == "#" || p.name == "?" || p.name == "$" || is_known_integer(p.name));
            },
            [](const CommandSub&) { return false; }, [](const Arith&) { return true; },
            [](const ProcessSub&) { return false; }},
      w.parts[0]);
}

bool Follower::is_process(const Word& w) const {
  const auto* p = w.parts.size() == 1 ? std::get_if<Param>(&w.parts[0]) : nullptr;
  if (p == nullptr || p->op != ParamOp::None || !p->index.empty()) return false;
  const auto at = known_.find(p->name);
  return p->name == "!" || (at != known_.end() && at->second.is_process);
}

void Follower::arithmetic(Arith& a) {
  std::vector<Arith::Token> out;
  for (auto& t : a.tokens) {
    const bool is_special = t.text == "#" || t.text == "?";
    if ((t.kind != Arith::Kind::Name && t.kind != Arith::Kind::Dollar) || is_special) {
      out.push_back(std::move(t));
      continue;
    }
    if (!is_known_integer(t.text)) {
      refuse_at(
          a.range.begin,
          fmt::format("arithmetic on '{}', whose value is unknown: assign a number first", t.text));
      return;
    }
    const auto& value = known_.find(t.text)->second;
    if (!value.is_certain()) {
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

}  // namespace hitl::shell
