// SPDX-License-Identifier: Apache-2.0
// What each key does.  Pure, as update.h says.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "console/update.h"

namespace hitl::console {

void press(Model& model, tui::Key key, std::vector<Action>& todo);

// For the help: the key's name and what it does; a name alone is a heading.
struct KeyHelp {
  std::string_view key, what;
};
std::span<const KeyHelp> key_help();

}  // namespace hitl::console
