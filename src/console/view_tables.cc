// SPDX-License-Identifier: Apache-2.0
// Sessions, grants, a session live, and the help.
#include <fmt/format.h>

#include <algorithm>

#include "base/visible.h"
#include "console/draw.h"
#include "console/keys.h"
#include "console/page.h"
#include "console/phrase.h"
#include "console/table.h"

namespace hitl::console {
namespace {

using tui::Style;
using tui::Surface;
using tui::Text;

template <class T>
const T* selected_of(const Table<T>& table) {
  const auto at = std::ranges::find(table.rows, table.selected, &T::id);
  return at == table.rows.end() ? nullptr : &*at;
}

void draw_page(Surface& s, const Layout& at, Page page) {
  const auto lines = std::move(page).lines();
  for (int i = 0; i < std::min(at.body_rows(), static_cast<int>(lines.size())); ++i)
    s.put(0, at.body + i, lines[static_cast<std::size_t>(i)]);
  s.rule(at.body_end);
}

void draw_centred(Surface& s, const Layout& at, const Text& text) {
  s.rule(at.title);
  s.rule(at.body_end);
  s.put((s.size().width - text.width()) / 2, at.body + at.body_rows() / 2, text);
}

template <class T, class Rows>
Painted draw_table(Surface& s, const Model& m, const Table<T>& table, int panel_rows, Rows rows_of,
                   std::string_view none, Layout& at) {
  const auto count = static_cast<int>(table.rows.size());
  at = Layout(m, std::clamp(count, 1, std::max(3, (m.size.height - 9) / 2)), panel_rows);
  const auto found = std::ranges::find(table.rows, table.selected, &T::id);
  const int selected = count == 0 ? -1 : static_cast<int>(found - table.rows.begin());
  const int first = first_shown(std::max(selected, 0), count, at.list_rows);
  const auto shown = std::span(table.rows)
                         .subspan(static_cast<std::size_t>(first),
                                  static_cast<std::size_t>(std::min(count - first, at.list_rows)));
  draw_list(s, at, rows_of(shown), first, selected, count);
  if (m.link != Model::Link::Up)
    draw_centred(s, at, Text(visible("Not connected to the broker."), Style::Danger));
  else if (count == 0)
    draw_centred(s, at, visible(table.listed ? none : ""));
  return {.row = m.link == Model::Link::Up ? table.selected : ""};
}

}  // namespace

Painted draw_sessions(Surface& s, const Model& m, int panel_rows) {
  Layout at(m, 1, panel_rows);
  const auto painted = draw_table(
      s, m, m.sessions, panel_rows, [&](auto rows) { return session_table(rows, m.now.wall); },
      "No session is open.", at);
  const auto* one = selected_of(m.sessions);
  if (one == nullptr || m.link != Model::Link::Up) return painted;
  draw_title(s, at.title, Text(visible(short_id(one->id)), Style::Strong),
             visible(one->paused.empty() ? "" : "paused"));
  Page page(m.size.width);
  page.paragraph(Text(visible(one->agent), Style::Strong)
                     .add(visible(" on "))
                     .add(tui::marked(one->target, Style::Strong))
                     .add(visible(" as "))
                     .add(visible(one->account), Style::Strong)
                     .add(visible(" from "))
                     .add(visible(one->client_addr)));
  page.gap();
  page.field("Commands", visible(fmt::format("{} ran, {} held, {} denied", one->commands, one->held,
                                             one->denied)));
  if (!one->paused.empty()) page.field("Paused", Text(visible(one->paused), Style::Warning));
  page.field("Runs now", one->running.empty() ? Text(visible("nothing"), Style::Dim)
                                              : tui::marked(one->running, Style::Plain));
  page.field("Session", visible(one->id));
  draw_page(s, at, std::move(page));
  return painted;
}

Painted draw_grants(Surface& s, const Model& m, int panel_rows) {
  Layout at(m, 1, panel_rows);
  const auto painted = draw_table(
      s, m, m.grants, panel_rows, [&](auto rows) { return grant_table(rows, m.now.wall); },
      "Nothing is granted.", at);
  const auto* one = selected_of(m.grants);
  if (one == nullptr || m.link != Model::Link::Up) return painted;
  draw_title(s, at.title, Text(visible(short_id(one->id)), Style::Strong),
             visible(span_text(one->expires_at - m.now.wall) + " left"));
  Page page(m.size.width);
  page.paragraph(Text(visible(one->agent), Style::Strong)
                     .add(visible(" may run this on "))
                     .add(tui::marked(one->target, Style::Strong))
                     .add(visible(" as "))
                     .add(visible(one->account), Style::Strong)
                     .add(visible(" and is not asked about:")));
  page.gap();
  page.command(one->shape);
  page.gap();
  page.field("Given by", visible(one->given_by));
  page.field("Used", visible(fmt::format("{} time{}", one->uses, one->uses == 1 ? "" : "s")));
  page.field("In", one->session.empty() ? Text(visible("any session of the agent"))
                                        : Text(visible("session " + one->session)));
  draw_page(s, at, std::move(page));
  return painted;
}

void draw_live(Surface& s, const Model& m, int panel_rows) {
  const Layout at(m, 0, panel_rows);
  const auto found = m.live.find(m.looked_at);
  const auto* live = found == m.live.end() ? nullptr : &found->second;
  Text left(visible(short_id(m.looked_at)), Style::Strong);
  for (const auto& one : m.sessions.rows)
    if (one.id == m.looked_at) left.add(visible(" · " + one.agent + " on " + one.target));
  const bool ended = live != nullptr && live->ended();
  draw_title(s, at.title, left,
             Text(visible(ended ? "the session has ended" : "read-only"),
                  ended ? Style::Warning : Style::Dim));
  s.rule(at.body_end);
  if (live == nullptr || !live->begun()) return;
  if (!live->mark().empty()) {
    const Text mark(visible(live->mark()), Style::Dim);
    s.put(3, at.body_end, tui::cut(mark, m.size.width - 6));
  }
  if (const auto* terminal = live->terminal()) return terminal->draw(s, 0, at.body, at.body_end);
  // The newest lines that have room.
  std::vector<Text> rows;
  const auto room = static_cast<std::size_t>(std::max(at.body_rows(), 0));
  for (auto line = live->lines().rbegin(); line != live->lines().rend() && rows.size() < room;
       ++line) {
    auto parts = tui::wrap(*line, m.size.width);
    for (auto part = parts.rbegin(); part != parts.rend() && rows.size() < room; ++part)
      rows.push_back(std::move(*part));
  }
  const auto count = static_cast<int>(rows.size());
  for (int i = 0; i < count; ++i)
    s.put(0, at.body + count - 1 - i, rows[static_cast<std::size_t>(i)]);
  if (rows.empty()) s.put(1, at.body, Text(visible("nothing was written so far"), Style::Dim));
}

void draw_help(Surface& s, const Model& m) {
  const Layout at(m, 0, 0);
  draw_title(s, at.title, Text(visible("Keys"), Style::Strong), {});
  s.rule(at.body_end);
  const auto all = key_help();
  const auto first = static_cast<std::size_t>(m.help_scroll);
  int y = at.body;
  for (auto i = first; i < all.size() && y < at.body_end; ++i, ++y) {
    if (all[i].what.empty())
      s.put(1, y, Text(visible(all[i].key), Style::Heading));
    else
      s.put(3, y, Text(visible(all[i].key), Style::Strong).pad(13).add(visible(all[i].what)));
  }
  const bool more = first + static_cast<std::size_t>(at.body_rows()) < all.size();
  Text mark(visible(more ? " Space: more · any other key goes back " : " any other key goes back "),
            Style::Strong);
  s.put_right(at.body_end, mark.add(visible("──"), Style::Dim));
}

}  // namespace hitl::console
