// SPDX-License-Identifier: Apache-2.0
#include "console/model.h"

#include <algorithm>

namespace hitl::console {

int selected_row(const Model& m) {
  const auto found = std::ranges::find(m.queue, m.selected, &operators::RequestView::id);
  return found == m.queue.end() ? -1 : static_cast<int>(found - m.queue.begin());
}

const operators::RequestView* selected_request(const Model& m) {
  const int row = selected_row(m);
  return row < 0 ? nullptr : &m.queue[static_cast<std::size_t>(row)];
}

std::string obstacle(const Model& m, bool approve) {
  if (m.painted.id.empty()) return "nothing to decide";
  if (m.link != Model::Link::Up) return "no broker: nothing can be decided";
  if (!m.deciding.empty()) return "a decision is on its way";
  if (m.now.steady < m.dead_until) return "the list just moved: look again";
  if (!m.painted.whole) return "the request is still being fetched";
  const auto& r = m.reading;
  const bool read = r.done && r.id == m.painted.id && r.digest == m.painted.digest;
  if (approve && !read) return "approve: read on to its end first (Space)";
  return {};
}

}  // namespace hitl::console
