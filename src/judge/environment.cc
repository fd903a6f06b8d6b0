// SPDX-License-Identifier: Apache-2.0
#include "judge/environment.h"

#include <algorithm>

namespace hitl::judge {

Environment environment_of(const Environment& agents, const catalog::Catalog& catalog) {
  Environment out;
  for (const auto& [name, value] : agents) {
    const bool pinned =
        std::ranges::any_of(catalog.pins(), [&](const auto& pin) { return pin.first == name; });
    if (!pinned && !name.starts_with("LC_HITL_")) out.emplace_back(name, value);
  }
  out.insert(out.end(), catalog.pins().begin(), catalog.pins().end());
  return out;
}

}  // namespace hitl::judge
