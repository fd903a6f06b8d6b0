// SPDX-License-Identifier: Apache-2.0
#include "console/standing.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/visible.h"
#include "console/phrase.h"

namespace hitl::console {
namespace {

using operators::RequestView;
using tui::Style;
using tui::Text;

// "1 of 2 from dba"
void chain(Page& page, const RequestView& r) {
  const auto& steps = r.hold.approvers;
  if (steps.size() < 2) return;
  std::uint32_t left = r.approvals_have;
  std::string_view name = "Chain";
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto have = std::min(left, steps[i].count);
    left -= have;
    const bool filled = have == steps[i].count;
    const bool open = !filled && i + 1 == r.step;
    Text t(visible(filled ? "✓ " : open ? "▸ " : "  "), filled ? Style::Good : Style::Strong);
    t.add(visible(fmt::format("{}. {} of {} from ", i + 1, have, steps[i].count)));
    t.add(visible(steps[i].group.empty() ? "any operator" : steps[i].group),
          open ? Style::Strong : Style::Plain);
    if (open) t.add(visible(": asked now"));
    page.field(name, t);
    name = "";
  }
}

void escalations(Page& page, const RequestView& r, WallMs now) {
  if (r.state != "pending") return;
  std::string_view name = "Escalates";
  for (std::size_t i = r.escalated; i < r.hold.escalate.size(); ++i) {
    const auto& e = r.hold.escalate[i];
    Text t(visible(e.group.empty() ? "tells " : "asks "));
    t.add(visible(e.group.empty() ? e.notify : e.group), Style::Strong);
    t.add(visible(" too, in " + span_text(r.requested_at + e.after.count() - now)));
    page.field(name, t);
    name = "";
  }
  if (r.escalated > 0)
    page.field(name, visible(fmt::format("{} escalation{} so far", r.escalated,
                                         r.escalated == 1 ? "" : "s")));
}

void what_you_may(Page& page, const RequestView& r) {
  if (!r.objection.empty())
    page.field("You", Text(visible("may not approve it: "), Style::Warning)
                          .add(visible(r.objection), Style::Warning));
  if (r.state != "pending") return;
  if (!r.hold.break_glass.empty())
    page.field("Break glass",
               Text(visible("one of "))
                   .add(visible(r.hold.break_glass), Style::Strong)
                   .add(visible(" may run it at once; others look at it afterwards")));
  if (r.hold.proof != Proof::Peer)
    page.field("Proof",
               visible(r.hold.proof == Proof::Presence ? "a signature by a key that is touched"
                                                       : "a signature"));
}

void grant(Page& page, const RequestView& r) {
  if (r.shape.empty() || r.hold.grants.count() <= 0) return;
  page.field("Grant", Text(visible("for up to " + span_text(r.hold.grants.count()) + ": "))
                          .add(tui::marked(r.shape, Style::Strong)));
  std::string_view before = "would also have allowed: ";
  for (const auto& text : r.shape_texts) {
    page.field("", Text(visible(before), Style::Dim).add(tui::marked(text, Style::Plain)));
    before = "                         ";
  }
}

Style style_of_state(std::string_view state) {
  if (state == "denied" || state == "killed") return Style::Danger;
  if (state == "approved" || state == "consumed" || state == "done") return Style::Good;
  return Style::Dim;
}

void past(Page& page, std::string_view heading, std::string_view by,
          const std::vector<operators::Past>& all, WallMs now) {
  if (all.empty()) return;
  page.heading(heading);
  for (const auto& p : all) {
    Text t = Text(visible(span_text(now - p.at) + " ago"), Style::Dim).pad(11);
    t.add(visible(" ")).add(visible(p.state), style_of_state(p.state));
    if (!p.by.empty()) t.add(visible(by)).add(visible(p.by));
    t.add(visible("  "));
    const int left = std::max(page.width() - t.width() - 2, 20);
    page.paragraph(t.add(tui::cut(tui::marked(p.text, Style::Plain), left)));
  }
}

}  // namespace

void add_standing(Page& page, const RequestView& r, WallMs now) {
  page.gap();
  page.field("Rule", visible(r.rule.empty() ? "no rule covers it" : r.rule));
  page.field("Needs", visible(quorum_text(r)));
  chain(page, r);
  for (const auto& d : r.decisions) page.field("", decision_text(d));
  escalations(page, r, now);
  what_you_may(page, r);
  grant(page, r);
  if (r.state != "pending") page.field("State", Text(visible(r.state), Style::Strong));
  if (r.review == "wanted")
    page.field("Review", Text(visible("nobody has looked at it yet"), Style::Warning));
  else if (!r.review.empty())
    page.field("Review", visible(r.review));
}

void add_past(Page& page, const RequestView& r, WallMs now) {
  past(page, "In this session before", ", ", r.session_commands, now);
  past(page, "Requests like it before", " by ", r.similar, now);
}

}  // namespace hitl::console
