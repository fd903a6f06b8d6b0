// SPDX-License-Identifier: Apache-2.0
#include "console/table.h"

#include <algorithm>

#include "base/visible.h"
#include "console/phrase.h"

namespace hitl::console {
namespace {

using operators::RequestView;
using tui::Style;
using tui::Text;

constexpr int kMaxColumn = 20;  // a name may be 64 bytes long
constexpr int kSoon = 60'000;   // ms to the deadline from which it is shown as urgent

Text column(Text text, int width) { return tui::cut(text, width).pad(width + 2); }

const auto& row_of(const RequestView* row) { return *row; }
const auto& row_of(const operators::SessionView& row) { return row; }
const auto& row_of(const operators::GrantView& row) { return row; }

template <class Rows, class T>
int widest(const Rows& rows, std::string_view heading, std::string T::*field) {
  auto width = static_cast<int>(heading.size());
  for (const auto& r : rows) width = std::max(width, Text(visible(row_of(r).*field)).width());
  return std::min(width, kMaxColumn);
}

Style style_of_state(std::string_view state) {
  if (state == "approved" || state == "consumed") return Style::Good;
  if (state == "denied") return Style::Danger;
  return state == "pending" ? Style::Warning : Style::Dim;
}

Text left_or_state(const RequestView& r, WallMs now, bool with_state) {
  if (with_state) return {visible(r.state), style_of_state(r.state)};
  const auto left = r.expires_at - now;
  return {visible(span_text(left)), left < kSoon ? Style::Danger : Style::Plain};
}

}  // namespace

std::vector<Text> request_table(std::span<const RequestView> requests, WallMs now,
                                bool with_state) {
  std::vector<const RequestView*> all;
  for (const auto& r : requests) all.push_back(&r);
  return request_table(all, now, with_state);
}

std::vector<Text> request_table(const std::vector<const RequestView*>& requests, WallMs now,
                                bool with_state) {
  const int agent = widest(requests, "AGENT", &RequestView::agent);
  const int target = widest(requests, "TARGET", &RequestView::target);
  const int last = with_state ? 9 : 6;  // "cancelled"; "19m20s"
  std::vector<Text> out;
  const auto dim = [](std::string_view s) { return Text(visible(s), Style::Dim); };
  Text heading = column(dim("ID"), 8);
  heading.add(column(dim("AGENT"), agent)).add(column(dim("TARGET"), target));
  heading.add(column(dim("AGE"), 6)).add(column(dim(with_state ? "STATE" : "LEFT"), last));
  out.push_back(heading.add(dim("WHAT")));
  for (const auto* one : requests) {
    const auto& r = *one;
    Text row = column(Text(visible(short_id(r.id)), Style::Strong), 8);
    row.add(column(visible(r.agent), agent))
        .add(column(tui::marked(r.target, Style::Plain), target));
    row.add(column(visible(span_text(now - r.requested_at)), 6));
    row.add(column(left_or_state(r, now, with_state), last));
    out.push_back(row.add(Text(visible(headline(r).str()), style_of(r))));
  }
  return out;
}

std::vector<Text> session_table(std::span<const operators::SessionView> sessions, WallMs now) {
  using operators::SessionView;
  const int agent = widest(sessions, "AGENT", &SessionView::agent);
  const int target = widest(sessions, "TARGET", &SessionView::target);
  const int from = widest(sessions, "FROM", &SessionView::client_addr);
  std::vector<Text> out;
  const auto dim = [](std::string_view s) { return Text(visible(s), Style::Dim); };
  Text heading = column(dim("ID"), 8);
  heading.add(column(dim("AGENT"), agent))
      .add(column(dim("TARGET"), target))
      .add(column(dim("FROM"), from));
  heading.add(column(dim("AGE"), 6)).add(column(dim("RAN"), 4)).add(column(dim("HELD"), 4));
  out.push_back(heading.add(dim("NOW")));
  for (const auto& s : sessions) {
    Text row = column(Text(visible(short_id(s.id)), Style::Strong), 8);
    row.add(column(visible(s.agent), agent))
        .add(column(tui::marked(s.target, Style::Plain), target));
    row.add(column(visible(s.client_addr), from))
        .add(column(visible(span_text(now - s.started_at)), 6));
    row.add(column(visible(std::to_string(s.commands)), 4));
    row.add(column(visible(std::to_string(s.held)), 4));
    if (!s.paused.empty()) row.add(visible(s.paused), Style::Warning).add(visible("  "));
    out.push_back(row.add(tui::marked(s.running, Style::Plain)));
  }
  return out;
}

std::vector<Text> grant_table(std::span<const operators::GrantView> grants, WallMs now) {
  using operators::GrantView;
  const int agent = widest(grants, "AGENT", &GrantView::agent);
  const int target = widest(grants, "TARGET", &GrantView::target);
  const int by = widest(grants, "BY", &GrantView::given_by);
  std::vector<Text> out;
  const auto dim = [](std::string_view s) { return Text(visible(s), Style::Dim); };
  Text heading = column(dim("ID"), 8);
  heading.add(column(dim("AGENT"), agent))
      .add(column(dim("TARGET"), target))
      .add(column(dim("BY"), by));
  out.push_back(heading.add(column(dim("LEFT"), 6)).add(column(dim("USED"), 4)).add(dim("SHAPE")));
  for (const auto& g : grants) {
    Text row = column(Text(visible(short_id(g.id)), Style::Strong), 8);
    row.add(column(visible(g.agent), agent))
        .add(column(tui::marked(g.target, Style::Plain), target));
    row.add(column(visible(g.given_by), by)).add(column(visible(span_text(g.expires_at - now)), 6));
    row.add(column(visible(std::to_string(g.uses)), 4)).add(tui::marked(g.shape, Style::Plain));
    out.push_back(g.session.empty() ? row : row.add(visible(" in session " + short_id(g.session))));
  }
  return out;
}

std::vector<Text> lines_of(const operators::Output& o) {
  std::vector<Text> out;
  if (o.code == 'm') return {Text(visible("-- " + o.bytes), Style::Dim)};
  std::string_view rest = o.bytes;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    auto line = rest.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    out.emplace_back(visible(line), o.code == 'e' ? Style::Warning : Style::Plain);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

Text event_row(const operators::Event& e) {
  Text row(visible(rfc3339(e.at).substr(0, 19) + "Z"), Style::Dim);
  row.pad(22).add(visible(e.event), style_of_state(e.event)).pad(33);
  row.add(visible(short_id(e.id)), Style::Strong).pad(43);
  row.add(visible(e.agent))
      .add(visible(" → "), Style::Dim)
      .add(tui::marked(e.target, Style::Plain));
  if (!e.text.empty()) row.add(visible("  ")).add(visible(e.text));
  return row;
}

}  // namespace hitl::console
