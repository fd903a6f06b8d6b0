// SPDX-License-Identifier: Apache-2.0
#include "console/phrase.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "base/visible.h"

namespace hitl::console {

using tui::Style;
using tui::Text;

namespace {

constexpr std::size_t kHeadline = 400;  // bytes of a command: more than a line shows

}  // namespace

std::string span_text(std::int64_t ms) {
  const auto s = std::max<std::int64_t>(ms, 0) / 1000;
  if (s < 60) return fmt::format("{}s", s);
  if (s < 3600) return fmt::format("{}m{:02}s", s / 60, s % 60);
  if (s < 100 * 3600) return fmt::format("{}h{:02}m", s / 3600, s / 60 % 60);
  return fmt::format("{}d", s / 86'400);
}

std::string short_id(std::string_view id) { return visible(id.substr(0, 8)).str(); }

std::string short_digest(std::string_view digest) { return hex(digest).substr(0, 16); }

Style style_of_effect(std::string_view effect) {
  constexpr std::array<std::string_view, 5> kMild = {"write", "network", "service", "account",
                                                     "read-secret"};
  if (effect == "read") return Style::Plain;
  return std::ranges::find(kMild, effect) != kMild.end() ? Style::Warning : Style::Danger;
}

Style style_of(const operators::RequestView& r) {
  if (r.opaque) return Style::Danger;
  Style worst = Style::Plain;
  for (const auto& e : r.effects) worst = std::max(worst, style_of_effect(e.name));
  return worst;
}

Text headline(const operators::RequestView& r) {
  if (!r.summary.empty()) return visible(r.summary);
  const auto& text = r.opaque ? r.command : r.canonical;
  return tui::marked(std::string_view(text).substr(0, kHeadline), Style::Plain);
}

std::string quorum_text(const operators::RequestView& r) {
  auto text = fmt::format("{} approval{}", r.approvals_needed, r.approvals_needed == 1 ? "" : "s");
  std::string groups;
  for (const auto& g : r.deciders)
    if (!g.empty()) groups += (groups.empty() ? " from " : " or ") + visible(g).str();
  if (r.hold.approvers.size() > 1)
    return text +
           fmt::format(", {} so far{}{}", r.approvals_have, groups.empty() ? "" : "; now", groups);
  text += groups;
  return text + fmt::format(", {} so far", r.approvals_have);
}

const char* word_of(operators::Say say) {
  switch (say) {
    case operators::Say::Approve:
      return "approved";
    case operators::Say::Deny:
      return "denied";
    case operators::Say::Propose:
      return "another command proposed";
    case operators::Say::BreakGlass:
      return "glass broken";
    case operators::Say::Review:
      return "looked at afterwards";
  }
  return "";
}

Text decision_text(const operators::Decision& d) {
  Text t;
  t.add(visible(word_of(d.say)), d.approves() ? Style::Good : Style::Danger);
  t.add(visible(" by ")).add(visible(d.operator_name), Style::Strong);
  if (!d.reason.empty()) t.add(visible(": ")).add(visible(d.reason));
  if (!d.proposal.empty()) t.add(visible(" · ")).add(visible(d.proposal), Style::Strong);
  return t;
}

}  // namespace hitl::console
