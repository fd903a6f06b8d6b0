// SPDX-License-Identifier: Apache-2.0
#include "console/view.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/visible.h"
#include "console/draw.h"
#include "console/phrase.h"

namespace hitl::console {
namespace {

using tui::Style;
using tui::Surface;
using tui::Text;

constexpr int kLeastWidth = 50, kLeastHeight = 12;
constexpr int kIndent = 2;

std::string name_of(const Model& m) {
  switch (m.place) {
    case Place::Queue:
      return {};
    case Place::Sessions:
      return "sessions";
    case Place::Grants:
      return "grants";
    case Place::History:
      return "history";
    case Place::Reviews:
      return "reviews";
    case Place::Live:
      return "live";
  }
  return {};
}

void draw_top(Surface& s, const Model& m) {
  Text left(visible(" hitl-console"), Style::Strong);
  if (const auto& who = m.identity.operator_name; !who.empty())
    left.add(visible(" · "), Style::Dim).add(visible(who));
  if (const auto name = name_of(m); !name.empty())
    left.add(visible(" · "), Style::Dim).add(visible(name), Style::Heading);
  if (const auto* shelf = shelf_of(m); shelf != nullptr && !shelf->filter.empty())
    left.add(visible(" / "), Style::Dim).add(visible(shelf->filter), Style::Warning);
  Text right;
  const auto wanted = m.reviews.requests.size();
  if (wanted > 0)
    right.add(visible(fmt::format("{} to review (V)", wanted)), Style::Warning)
        .add(visible(" · "), Style::Dim);
  switch (m.link) {
    case Model::Link::Up:
      right.add(visible(fmt::format("{} waiting", m.queue.requests.size())),
                m.queue.requests.empty() ? Style::Dim : Style::Strong);
      break;
    case Model::Link::Connecting:
      right.add(visible("connecting"), Style::Warning);
      break;
    case Model::Link::Down:
      right.add(visible("NO BROKER"), Style::Danger);
      break;
  }
  right.add(visible(" · " + rfc3339(m.now.wall).substr(11, 8) + " UTC "), Style::Dim);
  s.put(0, 0, tui::cut(left, std::max(m.size.width - right.width() - 1, 1)));
  s.put_right(0, right);
}

void draw_status(Surface& s, const Model& m, int y) {
  Text t(visible(" "));
  if (m.prompt) {
    draw_prompt(s, *m.prompt, y);
    return;
  }
  if (m.link == Model::Link::Down)
    t.add(visible("no broker, trying again: "), Style::Danger).add(visible(m.link_trouble));
  else if (!m.deciding.empty())
    t.add(visible("sending the decision about " + short_id(m.deciding)));
  else if (!m.notice.text.empty())
    t.add(visible(m.notice.text), m.notice.style);
  else if (const auto* r = selected_request(m);
           !m.painted.id.empty() && r != nullptr && r->state == "pending" && !m.help)
    t.add(visible(obstacle_to_approval(m)), Style::Dim);
  s.put(0, y, tui::cut(t, m.size.width));
}

Painted draw_place(Surface& s, const Model& m, int panel_rows) {
  switch (m.place) {
    case Place::Sessions:
      return draw_sessions(s, m, panel_rows);
    case Place::Grants:
      return draw_grants(s, m, panel_rows);
    case Place::Live:
      draw_live(s, m, panel_rows);
      return {};
    case Place::Queue:
    case Place::History:
    case Place::Reviews:
      break;
  }
  return draw_requests(s, m, *shelf_of(m), panel_rows);
}

}  // namespace

Layout::Layout(const Model& m, int rows, int panel_rows) : list_rows(rows) {
  keys = m.size.height - 1;
  status = keys - 1;
  panel = status - panel_rows;
  body_end = panel - 1;
  title = list_rows == 0 ? kHeading : kList + list_rows;
  body = title + 1;
}

int first_shown(int selected, int count, int list_rows) {
  return std::clamp(selected - list_rows / 2, 0, std::max(0, count - list_rows));
}

void draw_list(Surface& s, const Layout& at, const std::vector<Text>& rows, int first, int selected,
               int count) {
  s.put(kIndent, Layout::kHeading, rows[0]);
  for (int i = 0; i + 1 < static_cast<int>(rows.size()); ++i) {
    const int y = Layout::kList + i;
    const auto& row = rows[static_cast<std::size_t>(i) + 1];
    s.put(kIndent, y, tui::cut(row, s.size().width - kIndent));
    if (first + i != selected) continue;
    s.put(0, y, Text(visible("▶"), Style::Strong));
    s.reverse_row(y);
  }
  const int below = count - first - at.list_rows;
  if (first > 0 || below > 0)
    s.put_right(
        Layout::kHeading,
        Text(visible(fmt::format(" {} above, {} below ", first, std::max(below, 0))), Style::Dim));
}

void draw_title(Surface& s, int y, const Text& left, const Text& right) {
  s.rule(y);
  const int room = s.size().width - (right.empty() ? 0 : right.width() + 4) - 4;
  s.put(0, y,
        Text(visible("── "), Style::Dim).add(tui::cut(left, std::max(room, 8))).add(visible(" ")));
  if (!right.empty()) s.put_right(y, Text(visible(" ")).add(right).add(visible(" ──"), Style::Dim));
}

Frame view(const Model& m) {
  Frame frame{Surface(m.size), {}};
  auto& s = frame.surface;
  if (m.size.width < kLeastWidth || m.size.height < kLeastHeight) {
    s.put(0, 0, visible(fmt::format("too small: needs {}x{}", kLeastWidth, kLeastHeight)));
    return frame;
  }
  std::vector<Text> panel;
  if (m.prompt)
    panel = panel_of(*m.prompt, m.size.width, static_cast<std::size_t>((m.size.height - 6) / 2));
  // What is wrong with the answer, above it.
  if (m.prompt && !m.notice.text.empty())
    panel.push_back(tui::cut(Text(visible(" " + m.notice.text), m.notice.style), m.size.width));
  const auto rows = static_cast<int>(panel.size());
  if (m.help)
    draw_help(s, m);
  else
    frame.painted = draw_place(s, m, rows);
  draw_top(s, m);
  const Layout at(m, 0, rows);
  for (int i = 0; i < rows; ++i) s.put(0, at.panel + i, panel[static_cast<std::size_t>(i)]);
  draw_status(s, m, at.status);
  draw_keys(s, m, at.keys);
  return frame;
}

}  // namespace hitl::console
