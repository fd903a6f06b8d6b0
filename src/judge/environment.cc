// SPDX-License-Identifier: Apache-2.0
#include "judge/environment.h"

namespace hitl::judge {

Environment environment_of(const Environment& agents, const catalog::Catalog& catalog, bool looks) {
  Environment out;
  for (const auto& [name, value] : agents)
    if (!catalog.is_pinned_variable(name) && !name.starts_with("LC_HITL_"))
      out.emplace_back(name, value);
  out.insert(out.end(), catalog.pins().begin(), catalog.pins().end());
  if (looks) out.insert(out.end(), catalog.look_pins().begin(), catalog.look_pins().end());
  return out;
}

}  // namespace hitl::judge
