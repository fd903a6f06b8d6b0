// SPDX-License-Identifier: Apache-2.0
#include "replay/listing.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "base/visible.h"
#include "replay/when.h"

namespace hitl::replay {
namespace {

using tui::Style;
using tui::Text;

constexpr int kLabel = 11;
constexpr int kMaxColumn = 20;
constexpr std::size_t kMostWatches = 20;  // the newest

Text dim(std::string_view s) { return {visible(s), Style::Dim}; }
Text column(Text text, int width) { return tui::cut(text, width).pad(width + 2); }
Text number(std::uint64_t n, int width, Style style = Style::Plain) {
  return {visible(fmt::format("{:>{}}  ", n, width)), n == 0 ? Style::Dim : style};
}

std::string minutes(WallMs t) {
  auto s = rfc3339(t).substr(0, 16);
  s[10] = ' ';
  return s;
}
std::string seconds(WallMs t) { return rfc3339(t).substr(0, 19) + "Z"; }

int widest(std::span<const store::SessionSummary> rows, std::string_view heading,
           std::string store::SessionRow::*field) {
  auto width = static_cast<int>(heading.size());
  for (const auto& r : rows) width = std::max(width, Text(visible(r.session.*field)).width());
  return std::min(width, kMaxColumn);
}

Style style_of_state(std::string_view state) {
  if (state == "denied" || state == "failed" || state == "unknown") return Style::Danger;
  if (state == "held" || state == "expired" || state == "cancelled") return Style::Warning;
  return Style::Plain;
}

// " Label     text", wrapped below itself.
void field(std::vector<Text>& out, std::string_view name, const Text& text, int width) {
  if (text.empty()) return;
  Text label = Text(visible("   ")).add(visible(name), Style::Dim).pad(kLabel + 3);
  for (const auto& l : tui::wrap(text, std::max(width - kLabel - 4, 20))) {
    out.push_back(label.add(l));
    label = Text().pad(kLabel + 3);
  }
}

// "ended, exit 0, 1.2 s"
Text outcome(const store::CommandRow& c) {
  Text t(visible(c.state), style_of_state(c.state));
  if (c.exit_status)
    t.add(visible(fmt::format(", exit {}", *c.exit_status)),
          *c.exit_status == 0 ? Style::Plain : Style::Warning);
  if (!c.exit_signal.empty()) t.add(visible(", signal " + c.exit_signal), Style::Warning);
  if (c.started_at && c.ended_at)
    t.add(
        visible(fmt::format(", {:.1f} s", static_cast<double>(*c.ended_at - *c.started_at) / 1e3)));
  if (!c.error.empty()) t.add(visible(": ")).add(visible(c.error));
  return t;
}

Text judgement(const Command& c) {
  Text t(visible(c.row.decision));
  if (!c.row.rule.empty()) t.add(visible(" by rule ")).add(visible(c.row.rule), Style::Strong);
  if (!c.approvers.empty()) {
    t.add(visible(", approved by "));
    t.add(visible(fmt::format("{}", fmt::join(c.approvers, ", "))), Style::Strong);
  }
  return t;
}

void put_command(std::vector<Text>& out, const Command& c, int width) {
  out.emplace_back();
  Text head = Text(visible(" ")).add(visible(c.row.id.substr(0, 8)), Style::Strong);
  out.push_back(head.add(dim("  " + seconds(c.row.submitted_at))));
  const auto& shown = c.row.canonical ? *c.row.canonical : c.row.submitted;
  for (const auto& l : tui::wrap(tui::marked(shown, Style::Strong), std::max(width - 6, 20)))
    out.push_back(Text(visible("   │ "), Style::Dim).add(l));
  if (c.row.canonical && *c.row.canonical != c.row.submitted)
    field(out, "sent as", tui::marked(c.row.submitted, Style::Plain), width);
  if (!c.row.canonical)
    field(out, "opaque", Text(visible(c.row.opaque_reason), Style::Danger), width);
  field(out, "effects", visible(fmt::format("{}", fmt::join(c.row.effects, ", "))), width);
  field(out, "judged", judgement(c), width);
  field(out, "outcome", outcome(c.row), width);
  if (!c.row.started_at) return;
  field(out, "output",
        visible(
            fmt::format("{} out, {} err", size_text(c.row.bytes_out), size_text(c.row.bytes_err))),
        width);
}

void put_watches(std::vector<Text>& out, std::span<const store::WatchRow> all, int width) {
  if (all.empty()) return;
  out.emplace_back();
  if (all.size() > kMostWatches)
    field(out, "watched", visible(fmt::format("{} times before", all.size() - kMostWatches)),
          width);
  for (const auto& w : all.last(std::min(all.size(), kMostWatches)))
    field(out, "watched", visible(fmt::format("{} by {} ({})", seconds(w.at), w.watcher, w.how)),
          width);
}

}  // namespace

std::vector<Text> hit_lines(std::span<const store::Hit> hits) {
  std::vector<Text> out;
  for (const auto& h : hits) {
    Text line(visible(h.session.substr(0, 8)), Style::Strong);
    line.add(dim(fmt::format("  {}  {}  {} on {}: ", offset_text(h.at_us), h.kind,
                             visible(h.agent).str(), visible(h.target).str())));
    line.add(visible(h.text.substr(0, h.begin)));
    line.add(visible(h.text.substr(h.begin, h.size)), Style::Strong);
    out.push_back(line.add(visible(h.text.substr(h.begin + h.size))));
  }
  return out;
}

std::vector<Text> statistics_table(std::span<const store::Statistics> all) {
  std::vector<Text> out;
  Text heading = column(dim("BY"), 6).add(column(dim("NAME"), kMaxColumn));
  out.push_back(heading.add(dim("ALLOWED    HELD  DENIED  MEDIAN TO DECIDE")));
  for (const auto& s : all) {
    Text line = column(visible(s.by), 6).add(column(visible(s.name), kMaxColumn));
    line.add(number(s.allowed, 7)).add(number(s.held, 6)).add(number(s.denied, 6));
    if (s.median_ms)
      line.add(visible(fmt::format("{:.1f} s", static_cast<double>(*s.median_ms) / 1000)));
    out.push_back(std::move(line));
  }
  return out;
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::array kUnits = {"kB", "MB", "GB", "TB"};
  if (bytes < 1000) return fmt::format("{} B", bytes);
  auto value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  for (; value >= 999.95 && unit + 1 < kUnits.size(); ++unit) value /= 1000;
  return fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::vector<Text> session_table(std::span<const store::SessionSummary> sessions) {
  const int agent = widest(sessions, "AGENT", &store::SessionRow::agent);
  const int target = widest(sessions, "TARGET", &store::SessionRow::target);
  std::vector<Text> out;
  Text heading = column(dim("ID"), 8).add(column(dim("STARTED (UTC)"), 16));
  heading.add(column(dim("AGENT"), agent)).add(column(dim("TARGET"), target));
  out.push_back(heading.add(dim("CMDS  HELD  DENIED    OUTPUT  STATE")));
  for (const auto& s : sessions) {
    const auto& row = s.session;
    Text line = column(Text(visible(row.id.substr(0, 8)), Style::Strong), 8);
    line.add(column(visible(minutes(row.started_at)), 16));
    line.add(column(visible(row.agent), agent)).add(column(visible(row.target), target));
    line.add(number(s.commands, 4)).add(number(s.held, 4, Style::Warning));
    line.add(number(s.denied, 6, Style::Danger));
    line.add(visible(fmt::format("{:>8}  ", size_text(s.bytes_out))));
    out.push_back(line.add(visible(row.state)));
  }
  return out;
}

std::vector<Text> describe(const Recording& r, int width) {
  const auto& s = r.summary.session;
  std::vector<Text> out;
  Text head(visible(s.agent), Style::Strong);
  head.add(visible(" on ")).add(visible(s.target), Style::Strong);
  out.push_back(head.add(visible(" as ")).add(visible(s.account), Style::Strong));
  field(out, "session", visible(s.id), width);
  field(out, "from", visible(s.client_addr + ", key " + s.key_fingerprint), width);
  field(out, "began", visible(rfc3339(s.started_at)), width);
  field(out, "ended", visible(s.ended_at ? rfc3339(*s.ended_at) : "not yet"), width);
  field(out, "state", visible(s.state), width);
  if (r.commands.empty()) field(out, "commands", visible("none"), width);
  for (const auto& c : r.commands) put_command(out, c, width);
  put_watches(out, r.watches, width);
  return out;
}

}  // namespace hitl::replay
