// SPDX-License-Identifier: Apache-2.0
#include "lineedit/keymap.h"

#include <algorithm>
#include <iterator>

namespace hitl::lineedit {
namespace {

struct Binding {
  Code code;
  Command command;
};

constexpr Binding kBindings[] = {
    {kText, Command::Insert},
    {kPasted, Command::InsertPasted},
    {control('q'), Command::QuoteNext},
    {control('v'), Command::QuoteNext},

    {control('j'), Command::Accept},
    {control('m'), Command::Accept},
    {kEnter, Command::Accept},
    {control('c'), Command::Interrupt},
    {meta('#'), Command::AcceptComment},

    {control('b'), Command::Left},
    {kLeft, Command::Left},
    {control('f'), Command::Right},
    {kRight, Command::Right},
    {meta('b'), Command::WordLeft},
    {kWordLeft, Command::WordLeft},
    {meta('f'), Command::WordRight},
    {kWordRight, Command::WordRight},
    {control('a'), Command::LineStart},
    {kHome, Command::LineStart},
    {control('e'), Command::LineEnd},
    {kEnd, Command::LineEnd},

    {control('h'), Command::DeleteLeft},
    {kBackspace, Command::DeleteLeft},
    {control('d'), Command::DeleteRightOrEnd},
    {kDelete, Command::DeleteRight},
    {meta('\\'), Command::DeleteBlanks},

    {control('k'), Command::KillToEnd},
    {control('u'), Command::KillToStart},
    {after_control_x(0x7F), Command::KillToStart},
    {control('w'), Command::KillBlankWordLeft},
    {meta(0x7F), Command::KillWordLeft},
    {meta('\b'), Command::KillWordLeft},
    {meta('d'), Command::KillWordRight},
    {kDeleteWord, Command::KillWordRight},
    {control('y'), Command::Yank},
    {meta('y'), Command::YankOlder},
    {meta('.'), Command::LastWord},
    {meta('_'), Command::LastWord},

    {meta('u'), Command::Upcase},
    {meta('l'), Command::Downcase},
    {meta('c'), Command::Capitalize},
    {control('t'), Command::Transpose},
    {control('_'), Command::Undo},
    {after_control_x(0x15), Command::Undo},
    {meta('r'), Command::UndoAll},
    {control('l'), Command::ClearScreen},
    {meta('\f'), Command::ClearScreen},

    {control('p'), Command::Older},
    {kUp, Command::Older},
    {control('n'), Command::Newer},
    {kDown, Command::Newer},
    {meta('<'), Command::Oldest},
    {meta('>'), Command::Newest},
    {control('r'), Command::SearchOlder},
    {control('s'), Command::SearchNewer},
    {control('g'), Command::Abort},

    {kUnknown, Command::Ignore},
};

}  // namespace

Command command_of(Code code) {
  if (code >= meta('A') && code <= meta('Z')) code |= 0x20;  // as readline does
  const auto found = std::ranges::find(kBindings, code, &Binding::code);
  return found == std::end(kBindings) ? Command::Refuse : found->command;
}

}  // namespace hitl::lineedit
