// SPDX-License-Identifier: Apache-2.0
// What is being typed, what can be picked for it, and which keys there are.
#include <fmt/format.h>

#include <algorithm>

#include "base/visible.h"
#include "console/begin.h"
#include "console/draw.h"
#include "console/phrase.h"

namespace hitl::console {
namespace {

using tui::Style;
using tui::Surface;
using tui::Text;
using Kind = Prompt::Kind;

Text question_of(const Prompt& p) {
  const auto ask = [&](std::string_view verb, Style style, std::string_view rest) {
    return Text(visible(" "))
        .add(visible(verb), style)
        .add(visible(" "))
        .add(visible(p.name), Style::Strong)
        .add(visible(rest));
  };
  switch (p.kind) {
    case Kind::Deny:
      return ask("Deny", Style::Danger, " because: ");
    case Kind::ApproveWithReason:
      return ask("Approve", Style::Good, " because: ");
    case Kind::ApproveTyped:
      return ask("Approve", Style::Good, "")
          .add(visible(", though " + p.caution), Style::Danger)
          .add(visible("? yes: "));
    case Kind::Proposal:
      return ask("In place of", Style::Warning, ": ");
    case Kind::ProposalReason:
      return ask("Not", Style::Warning, " but this, because: ");
    case Kind::GrantTime:
      return ask("Approve", Style::Good, " and all of its shape (Enter: go on)");
    case Kind::GrantTyped:
      return ask("Approve", Style::Good, " and all of its shape? yes: ");
    case Kind::BreakReason:
      return ask("Break the glass for", Style::Danger, " because: ");
    case Kind::BreakTyped:
      return ask("Break the glass for", Style::Danger, "? It runs now. yes: ");
    case Kind::Review:
      return ask("Looked at", Style::Good, "; found: ");
    case Kind::Filter:
      return {visible(" / "), Style::Strong};
    case Kind::Pause:
      return ask("Pause", Style::Warning, " because: ");
    case Kind::Resume:
      return ask("Resume", Style::Good, " because (may be empty): ");
    case Kind::Kill:
      return ask("Kill", Style::Danger, " because: ");
    case Kind::KillTyped:
      return ask("Kill", Style::Danger, "? What runs ends now. yes: ");
    case Kind::RevokeTyped:
      return ask("Take back", Style::Danger, "? yes: ");
  }
  return {};
}

std::string scope_of(const Prompt& p) {
  return p.grant_session ? "in this session only" : "in any session of the agent";
}

// The shape as a whole, then as many of the earlier commands as there is room.
std::vector<Text> grant_lines(const Prompt& p, int width, std::size_t most) {
  const auto life = span_text(static_cast<std::int64_t>(p.grant_ms));
  auto lines = tui::wrap(Text(visible(" For "))
                             .add(visible(life), Style::Strong)
                             .add(visible(", " + scope_of(p) + ", nobody is asked about: "))
                             .add(tui::marked(p.shape, Style::Strong)),
                         width);
  if (p.shape_texts.empty())
    lines.emplace_back(visible(" of what was asked before it would have allowed nothing else"),
                       Style::Dim);
  else
    lines.emplace_back(visible(" would also have allowed:"), Style::Warning);
  for (std::size_t i = 0; i < p.shape_texts.size(); ++i) {
    if (lines.size() + 1 >= most && i + 1 < p.shape_texts.size()) {
      lines.emplace_back(
          visible(fmt::format("   … and {} more, in the request's text", p.shape_texts.size() - i)),
          Style::Warning);
      break;
    }
    const auto text = Text(visible("   ")).add(tui::marked(p.shape_texts[i], Style::Plain));
    lines.push_back(tui::cut(text, width));
  }
  return lines;
}

}  // namespace

std::vector<Text> panel_of(const Prompt& p, int width, std::size_t most) {
  std::vector<Text> lines;
  if (!p.gone.empty()) return lines;
  if (p.kind == Kind::GrantTyped) return grant_lines(p, width, most);
  for (std::size_t i = 0; i < std::min(p.choices.size(), most); ++i) {
    const bool picked = static_cast<int>(i) == p.choice;
    Text t(visible(picked ? " ▸ " : "   "), Style::Strong);
    t.add(visible(std::to_string(i + 1)), Style::Strong).add(visible("  "));
    t.add(visible(p.choices[i]), picked ? Style::Strong : Style::Plain);
    lines.push_back(tui::cut(t, width));
  }
  if (p.kind == Kind::GrantTime)
    lines.push_back(Text(visible("   s"), Style::Strong).add(visible("  " + scope_of(p))));
  if (p.kind == Kind::ProposalReason)
    lines.push_back(
        tui::cut(Text(visible("   ")).add(tui::marked(p.proposal, Style::Strong)), width));
  return lines;
}

// The end of the text, where the typing is, if it is wider than there is room.
void draw_prompt(Surface& s, const Prompt& p, int y) {
  if (!p.gone.empty()) {
    Text label = Text(visible(" ")).add(visible(p.name), Style::Strong).add(visible(": "));
    label = tui::cut(label.add(visible(p.gone), Style::Warning), s.size().width - 14);
    s.put(0, y, label.add(visible(" (Enter)"), Style::Strong));
    return;
  }
  const int x = s.put(0, y, tui::cut(question_of(p), s.size().width - 10));
  if (p.kind == Kind::GrantTime) return;
  const Text typed(visible(p.text));
  const auto& glyphs = typed.glyphs();
  std::size_t from = 0;
  for (int width = typed.width(); width > s.size().width - x - 1; ++from)
    width -= glyphs[from].width;
  Text shown;
  for (; from < glyphs.size(); ++from) shown.add(visible(glyphs[from].bytes));
  s.cursor = std::pair(s.put(x, y, shown), y);
}

namespace {

class KeyLine {
 public:
  explicit KeyLine(int width) : width_(width) {}

  // What has no room is left out; the help has it.
  void add(std::string_view name, std::string_view what, bool alive = true) {
    Text t(visible(name), alive ? Style::Strong : Style::Dim);
    t.add(visible(" ")).add(visible(what), alive ? Style::Plain : Style::Dim);
    if (line_.width() + t.width() + 2 <= width_) line_.add(t).add(visible("  "));
  }
  const Text& line() const { return line_; }

 private:
  int width_;
  Text line_ = Text(visible(" "));
};

void add_request_keys(KeyLine& keys, const Model& m) {
  const auto* r = selected_request(m);
  if (m.painted.id.empty() || r == nullptr) {
    if (!m.painted.row.empty()) keys.add("Enter", "unfold"), keys.add("P", "pause the agent");
    return;
  }
  if (m.place == Place::Reviews && r->review == "wanted")
    keys.add("v", "say what you found", obstacle(m, true).empty() && r->objection.empty());
  if (r->state != "pending") return;
  const bool approvable = obstacle_to_approval(m).empty();
  const bool deniable = obstacle(m, false).empty();
  keys.add("a", "approve", approvable);
  keys.add("r", "with reason", approvable);
  if (may_grant(*r)) keys.add("g", "for a time", approvable);
  keys.add("d", "deny", deniable);
  keys.add("p", "propose", deniable);
  if (may_break_glass(m, *r)) keys.add("B", "break glass", obstacle(m, true).empty());
}

void add_keys(KeyLine& keys, const Model& m) {
  switch (m.place) {
    case Place::Sessions:
      if (m.painted.row.empty()) break;
      keys.add("Enter", "look"), keys.add("P", "pause"), keys.add("R", "resume");
      keys.add("K", "kill");
      break;
    case Place::Grants:
      if (!m.painted.row.empty()) keys.add("x", "take back");
      break;
    case Place::Live:
      break;
    case Place::Queue:
    case Place::History:
    case Place::Reviews:
      add_request_keys(keys, m);
      break;
  }
}

}  // namespace

void draw_keys(Surface& s, const Model& m, int y) {
  KeyLine keys(m.size.width);
  if (m.prompt) {
    keys.add("Enter", m.prompt->gone.empty() ? "send" : "go on");
    if (m.prompt->gone.empty())
      keys.add("Esc", m.prompt->kind == Kind::Filter ? "show everything" : "leave it as it is");
    if (m.prompt->gone.empty() && !m.prompt->choices.empty()) keys.add("1-9 ↑ ↓", "pick");
    if (m.prompt->gone.empty() && m.prompt->kind == Kind::GrantTime) keys.add("s", "where");
  } else if (!m.help) {
    add_keys(keys, m);
    if (m.place != Place::Queue || m.zoomed)
      keys.add("q", "back");
    else
      keys.add("q", "quit");
    keys.add("?", "help"), keys.add("Tab", "screens");
    if (shelf_of(m) != nullptr) keys.add("/", "search");
  }
  s.put(0, y, keys.line());
}

}  // namespace hitl::console
