// SPDX-License-Identifier: Apache-2.0
// The model as a screenful, and what exactly that shows.  Pure.
#pragma once

#include "console/model.h"
#include "tui/surface.h"

namespace hitl::console {

struct Frame {
  tui::Surface surface;
  Painted painted;
};

Frame view(const Model& model);

}  // namespace hitl::console
