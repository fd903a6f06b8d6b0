// SPDX-License-Identifier: Apache-2.0
#include "console/begin.h"

#include <algorithm>
#include <array>

#include "console/detail.h"
#include "console/phrase.h"
#include "console/prompt_keys.h"
#include "hitl/limits.h"

namespace hitl::console {
namespace {

using tui::Style;
using Actions = std::vector<Action>;
using Kind = Prompt::Kind;

constexpr std::size_t kMostChoices = 9;
constexpr std::array<std::string_view, 4> kTemplates = {
    "not now: ask again later", "do it in smaller steps, and say why each is needed",
    "read only, please: look first", "this is not part of your task"};

// What was painted, if it is still what is known: between two frames it may not be.
const operators::RequestView* painted_request(Model& m) {
  const auto* r = selected_request(m);
  if (r != nullptr && r->id == m.painted.id && r->digest == m.painted.digest) return r;
  say_no(m, "the list just moved: look again");
  return nullptr;
}

Prompt about(const operators::RequestView& r, Kind kind) {
  Prompt p;
  p.kind = kind;
  p.id = r.id;
  p.digest = r.digest;
  p.name = short_id(r.id);
  return p;
}

void open(Model& m, Prompt prompt) {
  m.notice = {};
  m.prompt = std::move(prompt);
}

// The request, or none with the reason said.
const operators::RequestView* free_to(Model& m, std::string why) {
  if (why.empty()) return painted_request(m);
  say_no(m, std::move(why));
  return nullptr;
}

void add_choice(Prompt& p, std::string_view text) {
  if (p.choices.size() < kMostChoices && std::ranges::find(p.choices, text) == p.choices.end())
    p.choices.emplace_back(text);
}

void add_reasons(const Model& m, Prompt& p) {
  for (const auto& r : m.reasons) add_choice(p, r);
  for (const auto t : kTemplates) add_choice(p, t);
}

}  // namespace

void say_no(Model& m, std::string why) { m.notice = {std::move(why), Style::Warning}; }

bool may_grant(const operators::RequestView& r) {
  return r.hold.grants.count() > 0 && !r.shape.empty() && r.state == "pending";
}

bool may_break_glass(const Model& m, const operators::RequestView& r) {
  return !r.hold.break_glass.empty() && r.state == "pending" &&
         std::ranges::find(m.groups, r.hold.break_glass) != m.groups.end();
}

void begin_approval(Model& m, bool with_reason, Actions& todo) {
  const auto* r = free_to(m, obstacle_to_approval(m));
  if (r == nullptr) return;
  auto p = about(*r, with_reason ? Kind::ApproveWithReason : Kind::ApproveTyped);
  p.caution = caution(*r);
  if (with_reason || !p.caution.empty()) return open(m, std::move(p));
  send_decision(m, {.id = r->id, .digest = r->digest, .say = operators::Say::Approve, .reason = {}},
                todo);
}

void begin_denial(Model& m) {
  const auto* r = free_to(m, obstacle(m, false));
  if (r == nullptr) return;
  auto p = about(*r, Kind::Deny);
  add_reasons(m, p);
  open(m, std::move(p));
}

void begin_proposal(Model& m) {
  const auto* r = free_to(m, obstacle(m, false));
  if (r == nullptr) return;
  auto p = about(*r, Kind::Proposal);
  // One line is typed; what has more is begun anew.
  const auto& text = r->command;
  const bool plain =
      std::ranges::all_of(text, [](unsigned char c) { return c >= ' ' && c < 0x7f; });
  if (plain && text.size() <= kMaxProposal) p.text = text;
  open(m, std::move(p));
}

void begin_grant(Model& m) {
  const auto* r = free_to(m, obstacle_to_approval(m));
  if (r == nullptr) return;
  if (r->hold.grants.count() <= 0) return say_no(m, "the rule lets nobody approve for a time");
  if (r->shape.empty()) return say_no(m, "what runs anything is approved once, never for a time");
  if (const auto why = caution(*r); !why.empty()) return say_no(m, "approve it once: " + why);
  auto p = about(*r, Kind::GrantTime);
  p.shape = r->shape;
  p.shape_texts = r->shape_texts;
  const auto most = static_cast<std::uint64_t>(r->hold.grants.count());
  for (const std::uint64_t minutes : {5u, 15u, 30u, 60u, 240u})
    if (minutes * 60'000 < most) p.times.push_back(minutes * 60'000);
  p.times.push_back(most);
  for (const auto t : p.times) p.choices.push_back(span_text(static_cast<std::int64_t>(t)));
  p.choice = 0;
  open(m, std::move(p));
}

void begin_break_glass(Model& m) {
  const auto* r = free_to(m, obstacle(m, true));
  if (r == nullptr) return;
  if (r->hold.break_glass.empty()) return say_no(m, "no rule lets anyone break the glass here");
  if (!may_break_glass(m, *r))
    return say_no(m, "only " + r->hold.break_glass + " may break the glass here");
  open(m, about(*r, Kind::BreakReason));
}

void begin_review(Model& m) {
  if (m.place != Place::Reviews) return say_no(m, "reviews are given in the reviews (V)");
  const auto* r = free_to(m, obstacle(m, true));
  if (r == nullptr) return;
  if (r->review != "wanted") return say_no(m, "nobody has to look at this one");
  if (!r->objection.empty()) return say_no(m, "review: " + r->objection);
  open(m, about(*r, Kind::Review));
}

void begin_filter(Model& m) {
  const auto* shelf = shelf_of(m);
  if (shelf == nullptr) return say_no(m, "/ searches the queue, the history and the reviews");
  Prompt p;
  p.kind = Kind::Filter;
  p.text = shelf->filter;
  open(m, std::move(p));
}

void begin_control(Model& m, operators::Action action) {
  if (m.link != Model::Link::Up) return say_no(m, "no broker: nothing can be done");
  if (m.now.steady < m.dead_until) return say_no(m, "the list just moved: look again");
  Prompt p;
  p.kind = action == operators::Action::Pause    ? Kind::Pause
           : action == operators::Action::Resume ? Kind::Resume
                                                 : Kind::Kill;
  if (m.place == Place::Sessions) {
    const auto s = std::ranges::find(m.sessions.rows, m.painted.row, &operators::SessionView::id);
    if (s == m.sessions.rows.end()) return say_no(m, "no session is selected");
    if (action == operators::Action::Resume && s->paused.empty())
      return say_no(m, "it is not paused");
    p.id = s->id;
    p.name = "the session of " + s->agent + " on " + s->target;
  } else {
    const auto rows = rows_of(m.queue);
    const auto at = std::ranges::find(rows, m.painted.row, &Row::key);
    if (m.painted.row.empty() || at == rows.end() || at->count == 0)
      return say_no(m, "pause and resume are for sessions (S), and for an agent's line");
    p.agent = at->request->agent;
    p.name = "all of " + p.agent;
  }
  open(m, std::move(p));
}

void begin_revoke(Model& m) {
  if (m.link != Model::Link::Up) return say_no(m, "no broker: nothing can be done");
  if (m.now.steady < m.dead_until) return say_no(m, "the list just moved: look again");
  const auto g = std::ranges::find(m.grants.rows, m.painted.row, &operators::GrantView::id);
  if (g == m.grants.rows.end()) return say_no(m, "no grant is selected");
  Prompt p;
  p.kind = Kind::RevokeTyped;
  p.id = g->id;
  p.name = "the grant to " + g->agent;
  open(m, std::move(p));
}

}  // namespace hitl::console
