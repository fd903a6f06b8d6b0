// SPDX-License-Identifier: Apache-2.0
#include "console/receive.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/visible.h"
#include "console/phrase.h"

namespace hitl::console {
namespace {

using operators::RequestView;
using tui::Style;
using Actions = std::vector<Action>;
using What = Asked::What;

void say(Model& m, std::string text, Style style = Style::Plain) {
  m.notice = {std::move(text), style};
}

// Remembers what the cursor is on, runs a change of the list, and mends it.
template <class F>
void change(Model& m, Shelf& shelf, F how) {
  const auto was = shelf.selected;
  const int row = selected_row(shelf);
  how();
  mend_cursor(m, shelf, was, row);
}

template <class T>
void take_table(Model& m, Table<T>& table, std::vector<T> rows) {
  const auto was = table.selected;
  const auto at = std::ranges::find(table.rows, table.selected, &T::id) - table.rows.begin();
  table.rows = std::move(rows);
  table.listed = true;
  if (table.rows.empty()) return table.selected.clear();
  if (std::ranges::find(table.rows, table.selected, &T::id) != table.rows.end()) return;
  const auto last = static_cast<std::ptrdiff_t>(table.rows.size()) - 1;
  table.selected = table.rows[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(at, 0, last))].id;
  if (!was.empty()) m.dead_until = m.now.steady + kDeadTime;
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

class Receiver {
 public:
  Receiver(Model& m, Actions& todo) : m_(m), todo_(todo) {}

  // Watch first, so that nothing happens between the list and the first event.
  void operator()(const operators::Welcome& w) {
    m_.link = Model::Link::Up;
    m_.roles = w.roles;
    m_.groups = w.groups;
    m_.identity = {w.operator_name, w.bastion, w.keys, w.must_sign};
    if (!m_.link_trouble.empty()) say(m_, "connected again", Style::Good);
    m_.link_trouble.clear();
    todo_.emplace_back(operators::Watch{});
    todo_.emplace_back(operators::List{});
    todo_.emplace_back(operators::List{.reviews = true});
    if (m_.place == Place::Live || m_.place == Place::History) go_to(m_, m_.place, todo_);
  }

  void operator()(const operators::Requests& listed) {
    const auto asked = take_asked(listed.tag);
    if (!asked) return;
    auto& shelf = asked->what == What::Reviews   ? m_.reviews
                  : asked->what == What::History ? m_.history
                                                 : m_.queue;
    if (&shelf == &m_.queue && m_.prompt && find(m_.queue, m_.prompt->id) != nullptr &&
        std::ranges::find(listed.requests, m_.prompt->id, &RequestView::id) ==
            listed.requests.end())
      end_prompt(m_, "it is no longer undecided");
    for (const auto& r : listed.requests) m_.whole.erase(r.id);
    change(m_, shelf, [&] {
      shelf.requests = listed.requests;
      shelf.listed = true;
      sort(shelf);
    });
  }

  void operator()(const operators::Request& r) { take(r.request); }

  void operator()(const operators::Decided& d) {
    take_asked(d.tag);
    m_.deciding.clear();
    const auto& r = d.request;
    if (r.state == "pending")
      say(m_, fmt::format("{}: your approval counts; it needs {}", short_id(r.id), quorum_text(r)),
          Style::Good);
    else if (r.review == "done")
      say(m_, fmt::format("{} was looked at", short_id(r.id)), Style::Good);
    m_.reviews_stale = true;
    take(r);
  }

  void operator()(const operators::Refused& r) {
    if (m_.link != Model::Link::Up) {
      m_.link = Model::Link::Down;
      m_.link_trouble = r.text;
      return;
    }
    const auto asked = take_asked(r.tag);
    if (!asked) return;  // what was asked for in passing may be gone again
    if (asked->what == What::Decision) {
      m_.deciding.clear();
      // What it was about may have changed: fetch it anew.
      todo_.emplace_back(operators::Show{.id = asked->id});
    }
    if (asked->what == What::Look) m_.live.erase(asked->id);
    if (asked->what == What::Look && m_.place == Place::Live) go_to(m_, Place::Sessions, todo_);
    say(m_, "refused: " + r.text, Style::Danger);
  }

  void operator()(const operators::SessionList& list) {
    take_table(m_, m_.sessions, list.sessions);
  }
  void operator()(const operators::GrantList& list) { take_table(m_, m_.grants, list.grants); }

  void operator()(const operators::Done& d) {
    take_asked(d.tag);
    say(m_, d.text, Style::Good);
    m_.sessions.asked_at = m_.grants.asked_at = 0;  // they have changed
    if (m_.place == Place::Sessions) todo_.emplace_back(operators::Sessions{});
    if (m_.place == Place::Grants) todo_.emplace_back(operators::Grants{});
  }

  // More than one with a tag: it stays.
  void operator()(const operators::Output& o) {
    const auto asked = m_.asked.find(o.tag);
    if (asked == m_.asked.end() || asked->second.what != What::Look) return;
    m_.live[asked->second.id].take(o);
  }

  void operator()(const operators::Event& e) {
    const bool known = find_request(m_, e.id) != nullptr;
    if (known || e.event == "held") todo_.emplace_back(operators::Show{.id = e.id});
    if (e.event != "held" && known) m_.reviews_stale = true;
    if (e.event.starts_with("broke") || e.event.starts_with("review")) m_.reviews_stale = true;
  }

 private:
  std::optional<Asked> take_asked(std::uint32_t tag) {
    const auto at = m_.asked.find(tag);
    if (at == m_.asked.end()) return std::nullopt;
    auto asked = at->second;
    m_.asked.erase(at);
    return asked;
  }

  // A request as it stands now: into the lists that it belongs in, or out of them.
  void take(const RequestView& r) {
    bool known = false;
    for (auto* shelf : {&m_.history, &m_.reviews})
      if (auto* old = find(*shelf, r.id)) *old = r, known = true;
    if (known) m_.whole.insert(r.id);
    auto* old = find(m_.queue, r.id);
    if (r.state == "pending") {
      m_.whole.insert(r.id);
      if (old == nullptr) m_.fresh.push_back(r.id);
      change(m_, m_.queue, [&] {
        if (old != nullptr)
          *old = r, sort(m_.queue);
        else
          insert(m_.queue, r);
      });
    } else if (old != nullptr) {
      leave_queue(r);
    }
  }

  void leave_queue(const RequestView& r) {
    say(m_, fmt::format("{} ({}) was {}{}", short_id(r.id), headline(r).str(), r.state, by_whom(r)),
        style_of_outcome(r.state));
    if (m_.prompt && m_.prompt->id == r.id) end_prompt(m_, "it was " + r.state + by_whom(r));
    if (find(m_.history, r.id) == nullptr && find(m_.reviews, r.id) == nullptr)
      m_.whole.erase(r.id);
    change(m_, m_.queue,
           [&] { std::erase_if(m_.queue.requests, [&](const auto& q) { return q.id == r.id; }); });
  }

  Model& m_;
  Actions& todo_;
};

}  // namespace

void mend_cursor(Model& m, Shelf& shelf, const std::string& was, int row) {
  const auto rows = rows_of(shelf);
  int now = selected_row(shelf, rows);
  if (now < 0) {
    now = rows.empty() ? -1 : std::clamp(row, 0, static_cast<int>(rows.size()) - 1);
    shelf.selected = now < 0 ? "" : rows[static_cast<std::size_t>(now)].key();
    shelf.scroll = 0;
  }
  const bool moved = shelf.selected != was || now != row;
  if (moved && !was.empty() && &shelf == shelf_of(m)) m.dead_until = m.now.steady + kDeadTime;
}

void want_whole(Model& m, Actions& todo) {
  const auto* r = selected_request(m);
  if (m.link != Model::Link::Up || r == nullptr || m.whole.contains(r->id)) return;
  if (m.fetching != r->id) todo.emplace_back(operators::Show{.id = m.fetching = r->id});
}

void end_prompt(Model& m, std::string why) {
  if (m.prompt && m.prompt->gone.empty()) m.prompt->gone = std::move(why);
}

void receive(Model& m, const Message& message, Actions& todo) {
  if (!std::holds_alternative<operators::Event>(message) &&
      !std::holds_alternative<operators::Output>(message))
    m.fetching.clear();
  std::visit(Receiver(m, todo), message);
}

}  // namespace hitl::console
