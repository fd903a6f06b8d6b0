// SPDX-License-Identifier: Apache-2.0
// Text for a terminal that scrolls: what the one-shot commands print.
#pragma once

#include <string>

#include "tui/text.h"

namespace hitl::tui {

// The text with its styles as SGR sequences; without colour, its characters
// alone.
std::string ansi(const Text& text, bool colour);

// True where `descriptor` is a terminal and NO_COLOR (no-color.org) is not set.
bool wants_colour(int descriptor);

}  // namespace hitl::tui
