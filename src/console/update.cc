// SPDX-License-Identifier: Apache-2.0
#include "console/update.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/visible.h"
#include "console/keys.h"
#include "console/phrase.h"

namespace hitl::console {
namespace {

using operators::RequestView;
using tui::Style;
using Actions = std::vector<Action>;

constexpr std::int64_t kDeadTime = 500;  // ms (SECURITY: a key acts on what is painted)

void say(Model& m, std::string text, Style style = Style::Plain) {
  m.notice = {std::move(text), style};
}

// Remembers what the cursor is on, runs a change of the queue, and repairs the
// cursor; keys are dead for a moment if something else came to lie under it.
template <class F>
void change_queue(Model& m, F change) {
  const auto was = m.selected;
  const int row = selected_row(m);
  change();
  if (selected_row(m) < 0) {
    const auto last = static_cast<int>(m.queue.size()) - 1;
    const auto next = static_cast<std::size_t>(std::clamp(row, 0, std::max(last, 0)));
    m.selected = m.queue.empty() ? "" : m.queue[next].id;
    m.scroll = 0;
  }
  const bool moved = m.selected != was || selected_row(m) != row;
  if (moved && !was.empty()) m.dead_until = m.now.steady + kDeadTime;
}

void want_whole(Model& m, Actions& todo) {
  if (m.link == Model::Link::Up && !m.selected.empty() && !m.whole.contains(m.selected))
    todo.emplace_back(operators::Show{.id = m.selected});
}

void end_prompt(Model& m, std::string why) {
  if (m.prompt && m.prompt->gone.empty()) m.prompt->gone = std::move(why);
}

std::string by_whom(const RequestView& r) {
  if (r.decisions.empty()) return {};
  const auto& d = r.decisions.back();
  return " by " + d.operator_name + (d.reason.empty() ? "" : ": " + d.reason);
}

Style style_of_outcome(std::string_view state) {
  if (state == "denied") return Style::Danger;
  return state == "approved" || state == "consumed" ? Style::Good : Style::Warning;
}

// A request as it stands now: into the queue, or out of it.
void take(Model& m, RequestView r) {
  const auto at = std::ranges::find(m.queue, r.id, &RequestView::id);
  const bool known = at != m.queue.end();
  if (r.state == "pending") {
    m.whole.insert(r.id);
    if (known) {
      *at = std::move(r);
      return;
    }
    const auto place =
        std::ranges::upper_bound(m.queue, r.requested_at, {}, &RequestView::requested_at);
    change_queue(m, [&] { m.queue.insert(place, std::move(r)); });
    return;
  }
  if (!known) return;
  say(m, fmt::format("{} ({}) was {}{}", short_id(r.id), headline(r).str(), r.state, by_whom(r)),
      style_of_outcome(r.state));
  if (m.prompt && m.prompt->id == r.id) end_prompt(m, "it was " + r.state + by_whom(r));
  m.whole.erase(r.id);
  change_queue(m, [&] { m.queue.erase(at); });
}

class Receiver {
 public:
  Receiver(Model& m, Actions& todo) : m_(m), todo_(todo) {}

  // Watch first, so that nothing happens between the list and the first event.
  void operator()(const operators::Welcome& w) {
    m_.link = Model::Link::Up;
    m_.listed = false;
    m_.operator_name = w.operator_name;
    m_.roles = w.roles;
    m_.identity = {w.operator_name, w.bastion, w.keys, w.must_sign};
    if (!m_.link_trouble.empty()) say(m_, "connected again", Style::Good);
    m_.link_trouble.clear();
    todo_.emplace_back(operators::Watch{});
    todo_.emplace_back(operators::List{});
  }

  void operator()(const operators::Requests& listed) {
    auto fresh = listed.requests;
    std::ranges::stable_sort(fresh, {}, &RequestView::requested_at);
    m_.whole.clear();
    m_.listed = true;
    if (m_.prompt && std::ranges::find(fresh, m_.prompt->id, &RequestView::id) == fresh.end())
      end_prompt(m_, "it is no longer undecided");
    change_queue(m_, [&] { m_.queue = std::move(fresh); });
    want_whole(m_, todo_);
  }

  void operator()(const operators::Request& r) { arrived(r.request); }

  void operator()(const operators::Decided& d) {
    m_.deciding.clear();
    const auto& r = d.request;
    if (r.state == "pending")
      say(m_, fmt::format("{}: your approval counts; it needs {}", short_id(r.id), quorum_text(r)),
          Style::Good);
    arrived(r);
  }

  void operator()(const operators::Refused& r) {
    if (m_.link != Model::Link::Up) {
      m_.link = Model::Link::Down;
      m_.link_trouble = r.text;
      return;
    }
    // What was asked for in passing may be gone again: only a decision is news.
    if (std::exchange(m_.deciding, {}).empty()) return;
    say(m_, "refused: " + r.text, Style::Danger);
    // What it was about may have changed: fetch it anew.
    if (!m_.selected.empty()) todo_.emplace_back(operators::Show{.id = m_.selected});
  }

  void operator()(const operators::SessionList&) {}
  void operator()(const operators::GrantList&) {}
  void operator()(const operators::Done&) {}
  void operator()(const operators::Output&) {}

  void operator()(const operators::Event& e) {
    const bool known = std::ranges::find(m_.queue, e.id, &RequestView::id) != m_.queue.end();
    if (known || e.event == "held") todo_.emplace_back(operators::Show{.id = e.id});
  }

 private:
  void arrived(const RequestView& r) {
    const bool was_empty = m_.queue.empty();
    take(m_, r);
    if (was_empty && !m_.queue.empty()) todo_.emplace_back(Ring{});
    want_whole(m_, todo_);
  }

  Model& m_;
  Actions& todo_;
};

}  // namespace

Actions update(Model& m, const Input& input, Now now) {
  m.now = now;
  Actions todo;
  if (const auto* key = std::get_if<tui::Key>(&input)) {
    press(m, *key, todo);
    want_whole(m, todo);
  } else if (const auto* down = std::get_if<LinkDown>(&input)) {
    m.link = Model::Link::Down;
    m.link_trouble = down->why;
    m.deciding.clear();
    end_prompt(m, "the broker is gone");
    m.whole.clear();
  } else if (const auto* failed = std::get_if<NotSigned>(&input)) {
    m.deciding.clear();
    say(m, "not sent: " + failed->why, Style::Danger);
  } else if (const auto* resized = std::get_if<Resized>(&input)) {
    m.size = resized->size;
  }
  return todo;
}

Actions update(Model& m, const Message& message, Now now) {
  m.now = now;
  Actions todo;
  std::visit(Receiver(m, todo), message);
  return todo;
}

void note_painted(Model& m, const Painted& p) {
  m.painted = p;
  m.scroll = std::min(m.scroll, p.last_scroll);
  auto& r = m.reading;
  const bool same_text = r.id == p.id && r.digest == p.digest;
  if (!same_text) r = {p.id, p.digest, p.width, 0, false};
  if (r.done || !p.whole) return;
  if (r.width != p.width) r.width = p.width, r.seen = 0;
  if (p.first <= r.seen) r.seen = std::max(r.seen, p.end);
  r.done = r.seen >= p.judged;
}

}  // namespace hitl::console
