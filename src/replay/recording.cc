// SPDX-License-Identifier: Apache-2.0
#include "replay/recording.h"

#include <charconv>

namespace hitl::replay {
Result<Recording> open_recording(store::Store& store, std::string_view id_or_prefix) {
  Recording r;
  auto summary = store.session(id_or_prefix);
  if (!summary) return summary.error();
  r.summary = std::move(*summary);
  auto rows = store.commands(r.summary.session.id);
  if (!rows) return rows.error();
  for (auto& row : *rows) {
    Command c{std::move(row), {}};
    if (c.row.request) {
      const auto decisions = store.decisions(*c.row.request);
      if (!decisions) return decisions.error();
      for (const auto& d : *decisions)
        if (d.approves()) c.approvers.push_back(d.operator_name);
    }
    r.commands.push_back(std::move(c));
  }
  auto watches = store.watches(r.summary.session.id);
  if (!watches) return watches.error();
  r.watches = std::move(*watches);
  return r;
}

Status for_each_event(store::Store& store, std::string_view session,
                      const std::function<Status(const store::EventRow&)>& each) {
  const auto reader = store.events(session);
  for (;;) {
    auto page = reader->next();
    if (!page) return page.error();
    if (page->empty()) return Ok{};
    for (const auto& e : *page)
      if (auto s = each(e); !s) return s;
  }
}

Result<std::pair<int, int>> first_size(store::Store& store, std::string_view session) {
  constexpr int kLookAhead = 100;  // chunks
  const auto reader = store.events(session);
  for (int i = 0; i < kLookAhead; ++i) {
    const auto page = reader->next();
    if (!page) return page.error();
    for (const auto& e : *page)
      if (e.code == 'r') return parse_size(e.data);
    if (page->empty()) break;
  }
  return std::pair(80, 24);
}

std::pair<int, int> parse_size(std::string_view data) {
  int width = 0, height = 0;
  const char* const end = data.data() + data.size();
  const auto w = std::from_chars(data.data(), end, width);
  if (w.ptr != end && *w.ptr == 'x') std::from_chars(w.ptr + 1, end, height);
  const auto sane = [](int n) { return n > 0 && n < 10'000; };
  return sane(width) && sane(height) ? std::pair(width, height) : std::pair(80, 24);
}

}  // namespace hitl::replay
