// SPDX-License-Identifier: Apache-2.0
#include "broker/pauses.h"

#include <algorithm>

namespace hitl::broker {

Status Pauses::load() {
  auto rows = store_.pauses();
  if (!rows) return rows.error();
  rows_ = std::move(*rows);
  return Ok{};
}

const store::PauseRow* Pauses::find(const std::string& scope) const {
  const auto row = std::ranges::find(rows_, scope, &store::PauseRow::scope);
  return row == rows_.end() ? nullptr : &*row;
}

Status Pauses::pause(store::PauseRow row) {
  if (auto s = store_.add_pause(row); !s) return s;
  std::erase_if(rows_, [&](const auto& r) { return r.scope == row.scope; });
  rows_.push_back(std::move(row));
  return Ok{};
}

Status Pauses::resume(const std::string& scope) {
  if (find(scope) == nullptr) return fail(Errc::NotFound, scope + " is not paused");
  if (auto s = store_.remove_pause(scope); !s) return s;
  std::erase_if(rows_, [&](const auto& r) { return r.scope == scope; });
  // Whoever is told may wait again.
  for (const auto& weak : std::exchange(waiting_, {}))
    if (const auto resumed = weak.lock()) (*resumed)();
  return Ok{};
}

void Pauses::forget(const std::string& session) {
  const auto scope = of_session(session);
  if (find(scope) == nullptr) return;
  (void)store_.remove_pause(scope);  // a failure is the turn's
  std::erase_if(rows_, [&](const auto& r) { return r.scope == scope; });
}

std::optional<std::string> Pauses::why(const std::string& agent, const std::string& session) const {
  const auto* row = find(of_agent(agent));
  if (row == nullptr) row = find(of_session(session));
  if (row == nullptr) return std::nullopt;
  return "paused by " + row->by + (row->reason.empty() ? "" : ": " + row->reason);
}

Pauses::Place Pauses::add(std::function<void()> resumed) {
  auto place = std::make_shared<std::function<void()>>(std::move(resumed));
  std::erase_if(waiting_, [](const auto& w) { return w.expired(); });
  waiting_.emplace_back(place);
  return place;
}

}  // namespace hitl::broker
