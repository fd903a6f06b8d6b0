// SPDX-License-Identifier: Apache-2.0
// The one way by which text from agents, targets, files or the network reaches
// a terminal, a notice or a log line.
//
// Shown as they are: printable ASCII and printable, unambiguous Unicode.
// Everything else becomes visible: control bytes, DEL and bytes that are not
// UTF-8 as \x1b, C1 controls, bidi controls, zero-width and tag characters,
// unassigned planes and line separators as U+202E.  A backslash stays one
// backslash: the form is for reading, not for decoding.
#pragma once

#include <cstddef>
#include <string_view>

#include "hitl/text.h"

namespace hitl {

// `keep_newlines` leaves LF as it is; otherwise it is shown as \n.  TAB is
// shown as \t.  CR is always shown as \r.
VisibleText visible(std::string_view bytes, bool keep_newlines = false);

// The same, cut to at most `width` bytes with "..." in place of the rest.
VisibleText visible_cut(std::string_view bytes, std::size_t width);

// True if visible() would change something other than newlines: what an
// approver must be warned of.
bool has_hidden(std::string_view bytes);

// Length in bytes of the well-formed UTF-8 sequence at the start of `s`, with
// its code point; 0 if there is none.  RFC 3629: no surrogates, no overlong.
std::size_t utf8_next(std::string_view s, char32_t& cp);

bool is_utf8(std::string_view s);

}  // namespace hitl
