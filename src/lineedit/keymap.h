// SPDX-License-Identifier: Apache-2.0
// Which key does what: readline's emacs mode, as Debian sets it up.
#pragma once

#include <cstdint>

#include "lineedit/key.h"

namespace hitl::lineedit {

enum class Command : std::uint8_t {
  Refuse,  // rings the bell
  Ignore,
  Insert,
  InsertPasted,
  QuoteNext,
  Accept,
  Interrupt,
  AcceptComment,
  Left,
  Right,
  WordLeft,
  WordRight,
  LineStart,
  LineEnd,
  DeleteLeft,
  DeleteRight,
  DeleteRightOrEnd,  // ^D: the end of input in an empty line
  DeleteBlanks,
  KillToEnd,
  KillToStart,
  KillBlankWordLeft,
  KillWordLeft,
  KillWordRight,
  Yank,
  YankOlder,
  LastWord,
  Upcase,
  Downcase,
  Capitalize,
  Transpose,
  Undo,
  UndoAll,
  ClearScreen,
  Older,
  Newer,
  Oldest,
  Newest,
  SearchOlder,
  SearchNewer,
  Abort,
};

Command command_of(Code code);

}  // namespace hitl::lineedit
