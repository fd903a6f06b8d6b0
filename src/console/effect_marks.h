// SPDX-License-Identifier: Apache-2.0
// Which bytes of a command raise which effect, as styles.  Pure; for the eye only:
// nothing is decided by it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hitl/operator_protocol.h"
#include "tui/text.h"

namespace hitl::console {

// One a byte; empty: all of it plain.
using Styles = std::vector<tui::Style>;

// Of the text as the agent sent it, which is what the broker's ranges are of.
Styles marks_of_command(const operators::RequestView& request);

// Of the canonical text: its words are those of the command, in their order, in
// another spelling.  A word that is not found again is left plain.
Styles marks_of_canonical(const operators::RequestView& request);

// `bytes`, which begin at `offset` of what `styles` are of, marked as
// tui::marked() does.
tui::Text styled(std::string_view bytes, const Styles& styles, std::size_t offset);

}  // namespace hitl::console
