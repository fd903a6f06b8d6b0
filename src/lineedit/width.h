// SPDX-License-Identifier: Apache-2.0
// How many columns of a terminal a character takes.  Our own table, because
// wcwidth() asks the locale of the process.
#pragma once

namespace hitl::lineedit {

// 0 for a mark that combines with the character before it and for a format
// character, else 1 or 2.  Not for control characters.
int columns_of(char32_t cp);

}  // namespace hitl::lineedit
