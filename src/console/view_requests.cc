// SPDX-License-Identifier: Apache-2.0
// The queue, the history and the reviews: a list of requests above the one that
// is selected.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/visible.h"
#include "console/detail.h"
#include "console/draw.h"
#include "console/page.h"
#include "console/phrase.h"
#include "console/table.h"

namespace hitl::console {
namespace {

using operators::RequestView;
using tui::Style;
using tui::Surface;
using tui::Text;

constexpr std::int64_t kSoon = 60'000;  // ms to the deadline

// The line of an agent's flood, as a request of which the table makes a row.
RequestView line_of_flood(const Row& row) {
  const auto& r = *row.request;
  RequestView v;
  v.id = fmt::format("{} {}", row.unfolded ? "-" : "+", row.count);
  v.agent = r.agent;
  v.target = "…";
  v.requested_at = r.requested_at;
  v.expires_at = r.expires_at;
  v.effects = r.effects;
  v.opaque = r.opaque;
  v.summary = fmt::format("{} requests; first: {}", row.count, headline(r).str());
  return v;
}

std::vector<Text> table_of(const std::vector<Row>& rows, int first, int count, const Model& m,
                           bool with_state) {
  std::vector<RequestView> floods;
  floods.reserve(static_cast<std::size_t>(count));
  std::vector<const RequestView*> shown;
  for (int i = first; i < first + count; ++i) {
    const auto& row = rows[static_cast<std::size_t>(i)];
    shown.push_back(row.count == 0 ? row.request : &floods.emplace_back(line_of_flood(row)));
  }
  return request_table(shown, m.now.wall, with_state);
}

Text time_left(const RequestView& r, WallMs now) {
  if (r.state != "pending") return {visible(r.state), Style::Strong};
  const auto ms = r.expires_at - now;
  Text t;
  if (!r.waiting) t.add(visible("agent has left"), Style::Warning).add(visible(" · "));
  t.add(visible(fmt::format("{} of {} approval{} · ", r.approvals_have, r.approvals_needed,
                            r.approvals_needed == 1 ? "" : "s")));
  return t.add(visible(span_text(ms) + " left"), ms < kSoon ? Style::Danger : Style::Strong);
}

// Gives what of the request is on the screen.
Painted draw_detail(Surface& s, const Model& m, const Shelf& shelf, const Layout& at,
                    const RequestView& r) {
  const auto detail = describe(r, m.size.width, m.now.wall);
  const auto count = static_cast<int>(detail.lines.size());
  const int rows = std::max(at.body_rows(), 0);
  Painted p{.id = r.id, .digest = r.digest, .whole = m.whole.contains(r.id), .width = m.size.width};
  p.last_scroll = std::max(0, count - rows);
  p.judged = static_cast<int>(detail.judged);
  p.first = std::clamp(shelf.scroll, 0, p.last_scroll);
  p.end = std::min(count, p.first + rows);
  for (int i = p.first; i < p.end; ++i)
    s.put(0, at.body + i - p.first, detail.lines[static_cast<std::size_t>(i)]);
  s.rule(at.body_end);
  Text mark;
  if (p.end < count) {
    const bool unread = p.end < p.judged;
    mark.add(visible(fmt::format(" {} more line{} below: ", count - p.end,
                                 count - p.end == 1 ? "" : "s")),
             unread ? Style::Warning : Style::Dim);
    mark.add(visible("Space "), unread ? Style::Strong : Style::Dim);
  } else if (p.first > 0) {
    mark.add(visible(" end "), Style::Dim);
  }
  if (!mark.empty()) s.put_right(at.body_end, mark.add(visible("──"), Style::Dim));
  return p;
}

// The agent's flood in numbers.
void draw_flood(Surface& s, const Model& m, const Shelf& shelf, const Layout& at, const Row& row) {
  const auto& agent = row.request->agent;
  draw_title(s, at.title, Text(visible(agent), Style::Strong),
             visible(fmt::format("{} requests", row.count)));
  std::map<std::string, int> targets, what;
  for (const auto& r : shelf.requests)
    if (r.agent == agent) ++targets[r.target], ++what[r.summary];
  Page page(m.size.width);
  page.gap();
  page.paragraph(Text(visible(agent), Style::Strong)
                     .add(visible(fmt::format(" has {} requests that wait. ", row.count)))
                     .add(visible("Enter"), Style::Strong)
                     .add(visible(row.unfolded ? " folds them; " : " shows them one by one; "))
                     .add(visible("P"), Style::Strong)
                     .add(visible(" pauses the agent, so that nothing more of it starts.")));
  page.line({});
  const auto count = [&](std::string_view name, const std::map<std::string, int>& all) {
    std::vector<std::pair<int, std::string>> most;
    for (const auto& [text, n] : all) most.emplace_back(-n, text);
    std::ranges::sort(most);
    for (std::size_t i = 0; i < std::min<std::size_t>(most.size(), 5); ++i) {
      page.field(name, Text(visible(fmt::format("{:>4} × ", -most[i].first)))
                           .add(tui::marked(most[i].second, Style::Plain)));
      name = "";
    }
  };
  count("Targets", targets);
  count("What", what);
  const auto lines = std::move(page).lines();
  for (int i = 0; i < std::min(at.body_rows(), static_cast<int>(lines.size())); ++i)
    s.put(0, at.body + i, lines[static_cast<std::size_t>(i)]);
  s.rule(at.body_end);
}

void draw_nothing(Surface& s, const Model& m, const Shelf& shelf, const Layout& at) {
  s.rule(at.title);
  s.rule(at.body_end);
  if (m.link == Model::Link::Up && !shelf.listed) return;
  Text text(visible(&shelf == &m.queue     ? "Nothing waits for a decision."
                    : &shelf == &m.reviews ? "Nothing waits for a review."
                                           : "Nothing was ever asked."));
  if (!shelf.requests.empty())
    text =
        visible(fmt::format("None of {} has these words (Esc: show all).", shelf.requests.size()));
  if (m.link != Model::Link::Up)
    text = Text(visible("Not connected to the broker."), Style::Danger);
  s.put((m.size.width - text.width()) / 2, at.body + at.body_rows() / 2, text);
}

}  // namespace

Painted draw_requests(Surface& s, const Model& m, const Shelf& shelf, int panel_rows) {
  const auto rows = rows_of(shelf);
  const auto count = static_cast<int>(rows.size());
  const int selected = selected_row(shelf, rows);
  const int room = m.zoomed ? 0 : std::clamp(count, 1, std::max(3, (m.size.height - 9) / 3));
  const Layout at(m, room, panel_rows);
  const int first = first_shown(std::max(selected, 0), count, room);
  if (!m.zoomed)
    draw_list(s, at,
              table_of(rows, first, std::min(room, count), m, shelf.order == Order::NewestFirst),
              first, selected, count);
  if (selected < 0) return draw_nothing(s, m, shelf, at), Painted{};
  const auto& row = rows[static_cast<std::size_t>(selected)];
  if (row.count > 0) {
    draw_flood(s, m, shelf, at, row);
    return {.row = row.key()};
  }
  const auto painted = draw_detail(s, m, shelf, at, *row.request);
  Text left(visible(short_id(row.request->id)), Style::Strong);
  draw_title(s, at.title,
             left.add(visible(fmt::format(" · {} of {}", selected + 1, count)), Style::Dim),
             time_left(*row.request, m.now.wall));
  return painted;
}

}  // namespace hitl::console
