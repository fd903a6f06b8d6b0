// SPDX-License-Identifier: Apache-2.0
#include "console/view.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/visible.h"
#include "console/detail.h"
#include "console/keys.h"
#include "console/phrase.h"
#include "console/table.h"

namespace hitl::console {
namespace {

using operators::RequestView;
using tui::Style;
using tui::Surface;
using tui::Text;

constexpr int kLeastWidth = 50, kLeastHeight = 12;
constexpr int kTableIndent = 2;
constexpr std::int64_t kSoon = 60'000;  // ms to the deadline

// The rows of the screen, from top to bottom.
struct Layout {
  explicit Layout(const Model& m) : height(m.size.height) {
    const auto waiting = static_cast<int>(m.queue.size());
    queue_rows = std::clamp(waiting, 1, std::max(3, (height - 9) / 3));
    status = height - 2;
    body_end = height - 3;
    title = kQueue + queue_rows;
    body = title + 1;
  }
  static constexpr int kHeading = 1, kQueue = 2;
  int height, queue_rows = 0, title = 0, body = 0, body_end = 0, status = 0;
  int keys() const { return height - 1; }
  int body_rows() const { return body_end - body; }
};

void draw_top(Surface& s, const Model& m) {
  Text left(visible(" hitl-console"), Style::Strong);
  if (!m.operator_name.empty()) left.add(visible(" · "), Style::Dim).add(visible(m.operator_name));
  s.put(0, 0, left);
  Text right;
  switch (m.link) {
    case Model::Link::Up:
      right.add(visible(fmt::format("{} waiting", m.queue.size())),
                m.queue.empty() ? Style::Dim : Style::Strong);
      break;
    case Model::Link::Connecting:
      right.add(visible("connecting"), Style::Warning);
      break;
    case Model::Link::Down:
      right.add(visible("NO BROKER"), Style::Danger);
      break;
  }
  right.add(visible(" · " + rfc3339(m.now.wall).substr(11, 8) + " UTC "), Style::Dim);
  s.put_right(0, right);
}

void draw_queue(Surface& s, const Model& m, const Layout& at) {
  const int selected = std::max(selected_row(m), 0);
  const int first = std::clamp(selected - at.queue_rows / 2, 0,
                               std::max(0, static_cast<int>(m.queue.size()) - at.queue_rows));
  const auto shown = std::span(m.queue).subspan(
      static_cast<std::size_t>(first), std::min(m.queue.size() - static_cast<std::size_t>(first),
                                                static_cast<std::size_t>(at.queue_rows)));
  const auto rows = request_table(shown, m.now.wall, false);
  s.put(kTableIndent, Layout::kHeading, rows[0]);
  for (int i = 0; i + 1 < static_cast<int>(rows.size()); ++i) {
    const int y = Layout::kQueue + i;
    s.put(kTableIndent, y,
          tui::cut(rows[static_cast<std::size_t>(i) + 1], m.size.width - kTableIndent));
    if (first + i != selected) continue;
    s.put(0, y, Text(visible("▶"), Style::Strong));
    s.reverse_row(y);
  }
  const int below = static_cast<int>(m.queue.size()) - first - at.queue_rows;
  if (first > 0 || below > 0)
    s.put_right(
        Layout::kHeading,
        Text(visible(fmt::format("{} above, {} below ", first, std::max(below, 0))), Style::Dim));
}

void draw_title(Surface& s, const Model& m, const Layout& at, const RequestView& r) {
  s.rule(at.title);
  Text left(visible("── "), Style::Dim);
  left.add(visible(short_id(r.id)), Style::Strong);
  left.add(visible(fmt::format(" · {} of {} ", selected_row(m) + 1, m.queue.size())), Style::Dim);
  s.put(0, at.title, left);
  const auto ms = r.expires_at - m.now.wall;
  Text right(visible(" "));
  if (!r.waiting) right.add(visible("agent has left"), Style::Warning).add(visible(" · "));
  right.add(visible(fmt::format("{} of {} approval{} · ", r.approvals_have, r.approvals_needed,
                                r.approvals_needed == 1 ? "" : "s")));
  right.add(visible(span_text(ms) + " left"), ms < kSoon ? Style::Danger : Style::Strong);
  s.put_right(at.title, right.add(visible(" ──"), Style::Dim));
}

// Gives what of the request is on the screen.
Painted draw_detail(Surface& s, const Model& m, const Layout& at, const RequestView& r) {
  const bool whole = m.whole.contains(r.id);
  const auto detail = describe(r, m.size.width);
  const auto count = static_cast<int>(detail.lines.size());
  const int rows = at.body_rows();
  Painted p{.id = r.id, .digest = r.digest, .whole = whole, .width = m.size.width};
  p.last_scroll = std::max(0, count - rows);
  p.judged = static_cast<int>(detail.judged);
  p.first = std::clamp(m.scroll, 0, p.last_scroll);
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

void draw_nothing(Surface& s, const Model& m, const Layout& at) {
  s.rule(at.title);
  s.rule(at.body_end);
  if (m.link == Model::Link::Up && !m.listed) return;
  const Text text = m.link == Model::Link::Up
                        ? Text(visible("Nothing waits for a decision."))
                        : Text(visible("Not connected to the broker."), Style::Danger);
  s.put((m.size.width - text.width()) / 2, at.body + at.body_rows() / 2, text);
}

void draw_help(Surface& s, const Layout& at) {
  s.rule(at.title);
  s.rule(at.body_end);
  s.put(0, at.title, Text(visible("── "), Style::Dim).add(visible("Keys "), Style::Strong));
  int y = at.body;
  for (const auto& h : key_help()) {
    if (y == at.body_end) break;
    s.put(3, y++, Text(visible(h.key), Style::Strong).pad(15).add(visible(h.what)));
  }
  s.put_right(at.body_end,
              Text(visible(" any key goes back "), Style::Strong).add(visible("──"), Style::Dim));
}

// The end of the text, where the typing is, if it is wider than there is room.
void draw_prompt(Surface& s, const Prompt& p, int y) {
  Text label(visible(" "));
  if (!p.gone.empty()) {
    label.add(visible(short_id(p.id)), Style::Strong).add(visible(": "));
    label.add(visible(p.gone), Style::Warning);
    label = tui::cut(label, s.size().width - 14);
    s.put(0, y, label.add(visible(" (Enter)"), Style::Strong));
    return;
  }
  switch (p.kind) {
    case Prompt::Kind::Deny:
      label.add(visible("Deny "), Style::Danger).add(visible(short_id(p.id)), Style::Strong);
      label.add(visible(" because: "));
      break;
    case Prompt::Kind::ApproveWithReason:
      label.add(visible("Approve "), Style::Good).add(visible(short_id(p.id)), Style::Strong);
      label.add(visible(" because: "));
      break;
    case Prompt::Kind::ApproveTyped:
      label.add(visible("Approve "), Style::Good).add(visible(short_id(p.id)), Style::Strong);
      label.add(visible(", though " + p.caution), Style::Danger).add(visible("? yes: "));
      break;
  }
  const int x = s.put(0, y, label);
  const Text typed(visible(p.text));
  const auto& glyphs = typed.glyphs();
  std::size_t from = 0;
  for (int width = typed.width(); width > s.size().width - x - 1; ++from)
    width -= glyphs[from].width;
  Text shown;
  for (; from < glyphs.size(); ++from) shown.add(visible(glyphs[from].bytes));
  s.cursor = std::pair(s.put(x, y, shown), y);
}

void draw_status(Surface& s, const Model& m, int y) {
  if (m.prompt) return draw_prompt(s, *m.prompt, y);
  Text t(visible(" "));
  if (m.link == Model::Link::Down)
    t.add(visible("no broker, trying again: "), Style::Danger).add(visible(m.link_trouble));
  else if (!m.deciding.empty())
    t.add(visible("sending the decision about " + short_id(m.deciding)));
  else if (!m.notice.text.empty())
    t.add(visible(m.notice.text), m.notice.style);
  else if (!m.painted.id.empty())
    t.add(visible(obstacle(m, true)), Style::Dim);
  s.put(0, y, tui::cut(t, m.size.width));
}

void draw_keys(Surface& s, const Model& m, int y) {
  Text t(visible(" "));
  const auto key = [&t](std::string_view name, std::string_view what, bool alive) {
    t.add(visible(name), alive ? Style::Strong : Style::Dim).add(visible(" "));
    t.add(visible(what), alive ? Style::Plain : Style::Dim).add(visible("   "));
  };
  if (m.prompt) {
    key("Enter", m.prompt->gone.empty() ? "send" : "go on", true);
    key("Esc", "leave it undecided", m.prompt->gone.empty());
  } else if (!m.queue.empty() && !m.help) {
    const auto why = obstacle(m, true);
    key("a", "approve", why.empty());
    key("r", "approve with a reason", why.empty());
    key("d", "deny", obstacle(m, false).empty());
    key("j k", "select", m.queue.size() > 1);
    key("?", "help", true);
    key("q", "quit", true);
  } else {
    key("?", "help", true);
    key("q", "quit", true);
  }
  s.put(0, y, t);
}

}  // namespace

Frame view(const Model& m) {
  Frame frame{Surface(m.size), {}};
  auto& s = frame.surface;
  if (m.size.width < kLeastWidth || m.size.height < kLeastHeight) {
    s.put(0, 0, visible(fmt::format("too small: needs {}x{}", kLeastWidth, kLeastHeight)));
    return frame;
  }
  const Layout at(m);
  draw_top(s, m);
  draw_queue(s, m, at);
  const auto* request = selected_request(m);
  if (m.help) {
    draw_help(s, at);
  } else if (request == nullptr) {
    draw_nothing(s, m, at);
  } else {
    frame.painted = draw_detail(s, m, at, *request);
    draw_title(s, m, at, *request);
  }
  draw_status(s, m, at.status);
  draw_keys(s, m, at.keys());
  return frame;
}

}  // namespace hitl::console
