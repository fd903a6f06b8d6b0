// SPDX-License-Identifier: Apache-2.0
#include "console/prompt_keys.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "console/begin.h"
#include "console/receive.h"
#include "hitl/limits.h"

namespace hitl::console {
namespace {

using operators::Say;
using tui::Key;
using tui::Style;
using Actions = std::vector<Action>;
using Kind = Prompt::Kind;

constexpr std::size_t kReasonsKept = 5;

bool is_blank(std::string_view s) { return s.find_first_not_of(" \t") == std::string_view::npos; }

void append_utf8(std::string& out, char32_t cp) {
  const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (cp < 0x80) return put(cp);
  if (cp < 0x800) {
    put(0xC0 | (cp >> 6));
  } else if (cp < 0x10000) {
    put(0xE0 | (cp >> 12));
    put(0x80 | ((cp >> 6) & 0x3F));
  } else {
    put(0xF0 | (cp >> 18));
    put(0x80 | ((cp >> 12) & 0x3F));
    put(0x80 | ((cp >> 6) & 0x3F));
  }
  put(0x80 | (cp & 0x3F));
}

void erase_last(std::string& s) {
  while (!s.empty() && (static_cast<unsigned char>(s.back()) & 0xC0) == 0x80) s.pop_back();
  if (!s.empty()) s.pop_back();
}

// What the answer must be before it goes anywhere; empty if it is.
std::string fault_of(const Prompt& p) {
  switch (p.kind) {
    case Kind::Deny:
      return is_blank(p.text) ? "a denial needs a reason: the agent reads it" : "";
    case Kind::Proposal:
      return is_blank(p.text) ? "type the command that would do" : "";
    case Kind::ProposalReason:
      return is_blank(p.text) ? "a proposal needs a reason: the agent reads it" : "";
    case Kind::BreakReason:
      return is_blank(p.text) ? "a broken glass needs a reason: others will read it" : "";
    case Kind::Review:
      return is_blank(p.text) ? "a review needs words: what did you find?" : "";
    case Kind::Pause:
    case Kind::Kill:
      return is_blank(p.text) ? "this needs a reason: the auditors read it" : "";
    case Kind::ApproveTyped:
    case Kind::GrantTyped:
    case Kind::BreakTyped:
    case Kind::KillTyped:
    case Kind::RevokeTyped:
      return p.text == "yes" ? "" : "type yes, or Esc to leave it";
    case Kind::ApproveWithReason:
    case Kind::GrantTime:
    case Kind::Filter:
    case Kind::Resume:
      return "";
  }
  return "";
}

void next_question(Model& m, Prompt p, Kind kind) {
  p.kind = kind;
  p.text.clear();
  p.choices.clear();
  p.choice = -1;
  m.notice = {};
  m.prompt = std::move(p);
}

void remember(Model& m, const std::string& reason) {
  std::erase(m.reasons, reason);
  m.reasons.push_front(reason);
  if (m.reasons.size() > kReasonsKept) m.reasons.pop_back();
}

void control(Model& m, const Prompt& p, operators::Action action, Actions& todo) {
  m.notice = {};
  todo.emplace_back(operators::Control{.session = p.id,
                                       .agent = p.agent,
                                       .action = action,
                                       .reason = p.kind == Kind::KillTyped ? p.reason : p.text});
}

void finish(Model& m, Actions& todo) {
  if (auto why = fault_of(*m.prompt); !why.empty()) return say_no(m, std::move(why));
  auto p = std::move(*m.prompt);
  m.prompt.reset();
  operators::Decide d{.id = p.id, .digest = p.digest, .say = Say::Approve, .reason = {}};
  switch (p.kind) {
    case Kind::Deny:
      remember(m, p.text);
      d.say = Say::Deny, d.reason = p.text;
      return send_decision(m, std::move(d), todo);
    case Kind::ApproveWithReason:
      if (!p.caution.empty())
        return p.reason = p.text, next_question(m, std::move(p), Kind::ApproveTyped);
      d.reason = p.text;
      return send_decision(m, std::move(d), todo);
    case Kind::ApproveTyped:
      d.reason = p.reason;
      return send_decision(m, std::move(d), todo);
    case Kind::Proposal:
      return p.proposal = p.text, next_question(m, std::move(p), Kind::ProposalReason);
    case Kind::ProposalReason:
      d.say = Say::Propose, d.reason = p.text, d.proposal = p.proposal;
      return send_decision(m, std::move(d), todo);
    case Kind::GrantTime:
      p.grant_ms = p.times[static_cast<std::size_t>(p.choice)];
      return next_question(m, std::move(p), Kind::GrantTyped);
    case Kind::GrantTyped:
      d.grant_ms = p.grant_ms, d.grant_session = p.grant_session;
      return send_decision(m, std::move(d), todo);
    case Kind::BreakReason:
      return p.reason = p.text, next_question(m, std::move(p), Kind::BreakTyped);
    case Kind::BreakTyped:
      d.say = Say::BreakGlass, d.reason = p.reason;
      return send_decision(m, std::move(d), todo);
    case Kind::Review:
      d.say = Say::Review, d.reason = p.text;
      return send_decision(m, std::move(d), todo);
    case Kind::Filter:
      return;  // it has been at work all the time
    case Kind::Pause:
      return control(m, p, operators::Action::Pause, todo);
    case Kind::Resume:
      return control(m, p, operators::Action::Resume, todo);
    case Kind::Kill:
      return p.reason = p.text, next_question(m, std::move(p), Kind::KillTyped);
    case Kind::KillTyped:
      return control(m, p, operators::Action::Kill, todo);
    case Kind::RevokeTyped:
      m.notice = {};
      return void(todo.emplace_back(operators::Revoke{.id = p.id}));
  }
}

// The list follows what is typed.
void apply_filter(Model& m) {
  auto* shelf = shelf_of(m);
  if (shelf == nullptr || !m.prompt || m.prompt->kind != Kind::Filter) return;
  const auto was = shelf->selected;
  const int row = selected_row(*shelf);
  shelf->filter = m.prompt->text;
  mend_cursor(m, *shelf, was, row);
}

void leave(Model& m) {
  if (m.prompt->kind == Kind::Filter) {
    m.prompt->text.clear();
    apply_filter(m);
  } else {
    m.notice = {"left as it is", Style::Plain};
  }
  m.prompt.reset();
}

void pick(Prompt& p, int choice) {
  const auto count = static_cast<int>(p.choices.size());
  if (count == 0) return;
  p.choice = (choice % count + count) % count;
  if (p.kind != Kind::GrantTime) p.text = p.choices[static_cast<std::size_t>(p.choice)];
}

void type(Prompt& p, char32_t c, bool pasted) {
  const auto digit = static_cast<int>(c) - '1';
  const bool picks = !pasted && digit >= 0 && digit < static_cast<int>(p.choices.size());
  if (p.kind == Kind::GrantTime) {
    if (picks) pick(p, digit);
    if (c == 's' && !pasted) p.grant_session = !p.grant_session;
    return;
  }
  if (picks && p.text.empty()) return pick(p, digit);
  const auto most = p.kind == Kind::Proposal ? kMaxProposal : kMaxReason;
  if (p.text.size() + 4 <= most) append_utf8(p.text, c);
}

}  // namespace

void send_decision(Model& m, operators::Decide decision, Actions& todo) {
  m.notice = {};
  m.deciding = decision.id;
  todo.emplace_back(std::move(decision));
}

void press_in_prompt(Model& m, Key key, Actions& todo) {
  auto& p = *m.prompt;
  if (!p.gone.empty()) {
    if (key.code == Key::Code::Enter || key.code == Key::Code::Escape) m.prompt.reset();
    return;
  }
  switch (key.code) {
    case Key::Code::Enter:
      if (!key.pasted) return finish(m, todo);
      p.text += ' ';
      break;
    case Key::Code::Escape:
      return leave(m);
    case Key::Code::Backspace:
      erase_last(p.text);
      break;
    case Key::Code::Text:
      type(p, key.text, key.pasted);
      break;
    case Key::Code::Control:
      if (key.text == 'c') return leave(m);
      if (key.text == 'u') p.text.clear();
      break;
    case Key::Code::Up:
      return pick(p, p.choice < 0 ? -1 : p.choice - 1);
    case Key::Code::Down:
      return pick(p, p.choice + 1);
    case Key::Code::Tab:
    case Key::Code::PageUp:
    case Key::Code::PageDown:
    case Key::Code::Home:
    case Key::Code::End:
      return;
  }
  apply_filter(m);
}

}  // namespace hitl::console
