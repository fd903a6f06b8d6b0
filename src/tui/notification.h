// SPDX-License-Identifier: Apache-2.0
// What makes a terminal tell its user's desktop something.
#pragma once

#include <string>

#include "hitl/text.h"

namespace hitl::tui {

// OSC 9 and OSC 777 with the text, cut, and without what divides their fields.
std::string notification(const VisibleText& text);

}  // namespace hitl::tui
