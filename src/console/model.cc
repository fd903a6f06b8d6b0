// SPDX-License-Identifier: Apache-2.0
#include "console/model.h"

#include <utility>

namespace hitl::console {

const Shelf* shelf_of(const Model& m) {
  switch (m.place) {
    case Place::Queue:
      return &m.queue;
    case Place::History:
      return &m.history;
    case Place::Reviews:
      return &m.reviews;
    case Place::Sessions:
    case Place::Grants:
    case Place::Live:
      return nullptr;
  }
  return nullptr;
}

Shelf* shelf_of(Model& m) { return const_cast<Shelf*>(shelf_of(std::as_const(m))); }

const operators::RequestView* selected_request(const Model& m) {
  const auto* shelf = shelf_of(m);
  return shelf == nullptr ? nullptr : selected_request(*shelf);
}

const operators::RequestView* find_request(const Model& m, std::string_view id) {
  for (const auto* shelf : {&m.queue, &m.reviews, &m.history})
    if (const auto* r = find(const_cast<Shelf&>(*shelf), id)) return r;
  return nullptr;
}

std::string obstacle(const Model& m, bool approve) {
  if (m.painted.id.empty()) return "nothing to decide";
  if (m.link != Model::Link::Up) return "no broker: nothing can be decided";
  if (!m.deciding.empty()) return "a decision is on its way";
  if (m.now.steady < m.dead_until) return "the list just moved: look again";
  if (!m.painted.whole) return "the request is still being fetched";
  if (m.place != Place::Reviews)
    if (const auto* r = selected_request(m); r != nullptr && r->state != "pending")
      return "it is decided: " + r->state;
  const auto& r = m.reading;
  const bool read = r.done && r.id == m.painted.id && r.digest == m.painted.digest;
  if (approve && !read) return "approve: read on to its end first (Space)";
  return {};
}

std::string obstacle_to_approval(const Model& m) {
  if (auto why = obstacle(m, true); !why.empty()) return why;
  const auto* r = selected_request(m);
  return r == nullptr || r->objection.empty() ? "" : "approve: " + r->objection;
}

}  // namespace hitl::console
