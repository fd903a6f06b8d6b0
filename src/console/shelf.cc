// SPDX-License-Identifier: Apache-2.0
#include "console/shelf.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <tuple>

#include "console/phrase.h"

namespace hitl::console {
namespace {

using operators::RequestView;

constexpr std::size_t kSearched = 4'096;  // bytes of a command that a filter looks at

bool before(Order order, const RequestView& a, const RequestView& b) {
  if (order == Order::NewestFirst)
    return std::tuple(-a.requested_at, a.id) < std::tuple(-b.requested_at, b.id);
  return std::tuple(-risk_of(a), a.expires_at, a.id) < std::tuple(-risk_of(b), b.expires_at, b.id);
}

bool holds_word(std::string_view text, std::string_view word) {
  const auto same = [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  };
  return !std::ranges::search(text.substr(0, kSearched), word, same).empty();
}

bool passes(const RequestView& r, std::string_view filter) {
  for (std::size_t at = 0; (at = filter.find_first_not_of(' ', at)) != std::string_view::npos;) {
    const auto end = std::min(filter.find(' ', at), filter.size());
    const auto word = filter.substr(at, end - at);
    at = end;
    const auto has = [&](std::string_view text) { return holds_word(text, word); };
    if (!has(r.id) && !has(r.agent) && !has(r.target) && !has(r.state) && !has(r.summary) &&
        !has(r.rule) && !has(r.command) && !has(r.session))
      return false;
  }
  return true;
}

}  // namespace

std::string group_key(std::string_view agent) { return "@" + std::string(agent); }

std::string Row::key() const { return count > 0 ? group_key(request->agent) : request->id; }

int risk_of(const RequestView& r) {
  if (r.opaque) return 4;
  switch (style_of(r)) {
    case tui::Style::Danger:
      return 3;
    case tui::Style::Warning:
      return 2;
    default:
      return 0;
  }
}

std::vector<Row> rows_of(const Shelf& shelf) {
  std::vector<const RequestView*> shown;
  std::map<std::string_view, std::vector<const RequestView*>> by_agent;
  for (const auto& r : shelf.requests) {
    if (!passes(r, shelf.filter)) continue;
    shown.push_back(&r);
    if (shelf.order == Order::Urgency) by_agent[r.agent].push_back(&r);
  }
  std::vector<Row> rows;
  for (const auto* r : shown) {
    const auto group = by_agent.find(r->agent);
    if (group == by_agent.end() || group->second.size() < kFlood) {
      rows.push_back({.request = r});
      continue;
    }
    if (group->second.front() != r) continue;  // the first brings all of them
    const bool unfolded = shelf.unfolded.contains(r->agent);
    rows.push_back({r, group->second.size(), unfolded});
    // What the cursor is on stays in sight.
    for (const auto* one : group->second)
      if (unfolded || one->id == shelf.selected) rows.push_back({.request = one});
  }
  return rows;
}

int selected_row(const Shelf& shelf, const std::vector<Row>& rows) {
  const auto at = std::ranges::find(rows, shelf.selected, &Row::key);
  return at == rows.end() ? -1 : static_cast<int>(at - rows.begin());
}

int selected_row(const Shelf& shelf) { return selected_row(shelf, rows_of(shelf)); }

const RequestView* selected_request(const Shelf& shelf) {
  const auto at = std::ranges::find(shelf.requests, shelf.selected, &RequestView::id);
  return at == shelf.requests.end() ? nullptr : &*at;
}

RequestView* find(Shelf& shelf, std::string_view id) {
  const auto at = std::ranges::find(shelf.requests, id, &RequestView::id);
  return at == shelf.requests.end() ? nullptr : &*at;
}

void sort(Shelf& shelf) {
  std::ranges::stable_sort(shelf.requests, [&](const RequestView& a, const RequestView& b) {
    return before(shelf.order, a, b);
  });
}

void insert(Shelf& shelf, RequestView request) {
  const auto at = std::ranges::upper_bound(
      shelf.requests, request,
      [&](const RequestView& a, const RequestView& b) { return before(shelf.order, a, b); });
  shelf.requests.insert(at, std::move(request));
}

}  // namespace hitl::console
