// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "console/keys.h"

namespace hitl::console {
namespace {

constexpr std::array kHelp = {
    KeyHelp{"Everywhere", ""},
    KeyHelp{"j k, arrows", "next and previous line"},
    KeyHelp{"< >", "first and last line"},
    KeyHelp{"Tab", "the next screen: queue, sessions, grants, history, reviews"},
    KeyHelp{"S G H V", "sessions, grants, history, reviews; again, or Esc: the queue"},
    KeyHelp{"^L", "draw the screen anew"},
    KeyHelp{"?", "this help"},
    KeyHelp{"q", "back to the queue, and from there: quit (^C: from anywhere)"},
    KeyHelp{"Queue, history, reviews", ""},
    KeyHelp{"Space PgDn", "read on, a page"},
    KeyHelp{"b PgUp", "read back, a page"},
    KeyHelp{"J K", "read on and back, a line (Home, End: all the way)"},
    KeyHelp{"Enter", "the request on the whole screen; on an agent's line: unfold it"},
    KeyHelp{"/", "show only what has these words; Esc: everything again"},
    KeyHelp{"l", "look at its session live"},
    KeyHelp{"a", "approve what is shown"},
    KeyHelp{"r", "approve, with a reason"},
    KeyHelp{"d", "deny, with a reason (the agent reads it)"},
    KeyHelp{"p", "propose another command in its place"},
    KeyHelp{"g", "approve all of its shape for a time, where the rule allows it"},
    KeyHelp{"B", "break the glass, where the rule names a group of yours"},
    KeyHelp{"v", "in the reviews: say that you looked at it, and what you found"},
    KeyHelp{"P R", "on an agent's line: pause the agent, let it go on"},
    KeyHelp{"Sessions", ""},
    KeyHelp{"Enter", "look at it live"},
    KeyHelp{"P R K", "pause, resume, kill"},
    KeyHelp{"Grants", ""},
    KeyHelp{"x", "take it back"},
    KeyHelp{"While typing", ""},
    KeyHelp{"1-9, arrows", "pick one of those shown (a space first types a digit)"},
    KeyHelp{"^U", "clear the line"},
    KeyHelp{"Enter Esc", "send it; leave everything as it is"},
};

}  // namespace

std::span<const KeyHelp> key_help() { return kHelp; }

}  // namespace hitl::console
