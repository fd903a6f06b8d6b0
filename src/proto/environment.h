// SPDX-License-Identifier: Apache-2.0
// What an agent may set of its command's environment: one list, for the gate of
// ingress and for the broker, which takes no ingress's word for it.  Pure.
#pragma once

#include <string_view>

namespace hitl::proto {

// TERM, LANG and LC_*.
//
// What names a locale is C, POSIX or one in UTF-8.  In other character sets (SJIS,
// BIG5, GBK) a byte of a letter can be a backslash or a backquote, so the target
// would read another command than the one that was judged.
bool may_set(std::string_view variable, std::string_view value);

}  // namespace hitl::proto
