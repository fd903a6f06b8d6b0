// SPDX-License-Identifier: Apache-2.0
#include "console/update.h"

#include <algorithm>
#include <utility>

#include "console/keys.h"
#include "console/phrase.h"
#include "console/receive.h"

namespace hitl::console {
namespace {

using Actions = std::vector<Action>;

constexpr std::int64_t kRefresh = 2'000;  // ms: sessions and grants, while they are shown
constexpr std::int64_t kBetweenBells = 3'000;

template <class Question, class T>
void ask_again(const Model& m, Table<T>& table, Actions& todo) {
  table.asked_at = m.now.steady;
  todo.emplace_back(Question{});
}

void refresh(Model& m, Actions& todo) {
  if (m.link != Model::Link::Up) return;
  const auto due = [&](std::int64_t asked_at) { return m.now.steady >= asked_at + kRefresh; };
  if (m.place == Place::Sessions && due(m.sessions.asked_at))
    ask_again<operators::Sessions>(m, m.sessions, todo);
  if (m.place == Place::Grants && due(m.grants.asked_at))
    ask_again<operators::Grants>(m, m.grants, todo);
  if (std::exchange(m.reviews_stale, false)) todo.emplace_back(operators::List{.reviews = true});
}

// One bell for what came since the last one.
void announce(Model& m, Actions& todo) {
  std::erase_if(m.fresh, [&](const std::string& id) { return find(m.queue, id) == nullptr; });
  if (m.fresh.empty() || m.now.steady < m.quiet_until) return;
  const auto* one = find(m.queue, m.fresh.front());
  const auto text = m.fresh.size() == 1
                        ? one->agent + " waits for a decision: " + headline(*one).str()
                        : std::to_string(m.fresh.size()) + " new requests wait for a decision";
  m.fresh.clear();
  m.quiet_until = m.now.steady + kBetweenBells;
  if (!m.quiet) todo.emplace_back(Ring{text});
}

void link_down(Model& m, const std::string& why) {
  m.link = Model::Link::Down;
  m.link_trouble = why;
  m.deciding.clear();
  end_prompt(m, "the broker is gone");
  m.whole.clear();
  m.asked.clear();
  m.fetching.clear();
  m.live.clear();
  m.queue.listed = m.history.listed = m.reviews.listed = false;
  m.sessions.listed = m.grants.listed = false;
}

}  // namespace

void go_to(Model& m, Place place, Actions& todo) {
  m.place = place;
  m.zoomed = false;
  m.notice = {};
  m.dead_until = std::max(m.dead_until, m.now.steady + kDeadTime);
  if (m.link != Model::Link::Up) return;
  if (place == Place::History) todo.emplace_back(operators::List{.all = true});
  if (place == Place::Reviews) todo.emplace_back(operators::List{.reviews = true});
  if (place == Place::Sessions) ask_again<operators::Sessions>(m, m.sessions, todo);
  if (place == Place::Grants) ask_again<operators::Grants>(m, m.grants, todo);
  if (place == Place::Live && !m.live.contains(m.looked_at))
    todo.emplace_back(operators::Look{.session = m.looked_at});
}

Actions update(Model& m, const Input& input, Now now) {
  m.now = now;
  Actions todo;
  if (const auto* key = std::get_if<tui::Key>(&input))
    press(m, *key, todo);
  else if (const auto* down = std::get_if<LinkDown>(&input))
    link_down(m, down->why);
  else if (const auto* failed = std::get_if<NotSigned>(&input))
    m.deciding.clear(), m.notice = {"not sent: " + failed->why, tui::Style::Danger};
  else if (const auto* resized = std::get_if<Resized>(&input))
    m.size = resized->size;
  else
    refresh(m, todo);
  want_whole(m, todo);
  announce(m, todo);
  return todo;
}

Actions update(Model& m, const Message& message, Now now) {
  m.now = now;
  Actions todo;
  receive(m, message, todo);
  want_whole(m, todo);
  announce(m, todo);
  return todo;
}

void note_sent(Model& m, const Action& action, std::uint32_t tag) {
  using What = Asked::What;
  if (const auto* list = std::get_if<operators::List>(&action))
    m.asked[tag] = {list->reviews ? What::Reviews : list->all ? What::History : What::Queue, {}};
  if (const auto* d = std::get_if<operators::Decide>(&action))
    m.asked[tag] = {What::Decision, d->id}, m.deciding = d->id;
  if (std::holds_alternative<operators::Control>(action) ||
      std::holds_alternative<operators::Revoke>(action))
    m.asked[tag] = {What::Order, {}};
  if (const auto* look = std::get_if<operators::Look>(&action)) {
    m.asked[tag] = {What::Look, look->session};
    m.live[look->session];
  }
}

void note_painted(Model& m, const Painted& p) {
  m.painted = p;
  if (auto* shelf = shelf_of(m)) shelf->scroll = std::min(shelf->scroll, p.last_scroll);
  auto& r = m.reading;
  const bool same_text = r.id == p.id && r.digest == p.digest;
  if (!same_text) r = {p.id, p.digest, p.width, 0, false};
  if (r.done || !p.whole) return;
  if (r.width != p.width) r.width = p.width, r.seen = 0;
  if (p.first <= r.seen) r.seen = std::max(r.seen, p.end);
  r.done = r.seen >= p.judged;
}

}  // namespace hitl::console
