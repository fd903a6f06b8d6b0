// SPDX-License-Identifier: Apache-2.0
// A pattern is a text with holes: what is known of a word before it runs.  It
// stands for the set of texts that the word can become, and every question here
// is about that set, so that "could be" is never taken for "is not".
//
// A pattern is a std::string in which three bytes are holes; no other byte has
// a meaning.  Text from outside enters through literal(), which turns these
// three bytes themselves into holes: that widens the set and is thus safe.
#pragma once

#include <string>
#include <string_view>

namespace hitl::catalog {

inline constexpr char kOne = '\x01';   // any one byte but '/'
inline constexpr char kSome = '\x02';  // any bytes but '/', also none
inline constexpr char kAny = '\x03';   // any bytes at all, also none

constexpr bool is_hole(char c) { return c == kOne || c == kSome || c == kAny; }
bool is_known(std::string_view pattern);  // no holes

std::string literal(std::string_view text);

// Catalogue and policy notation: "*" and "?" within a component, "**" across.
std::string from_notation(std::string_view text);
// What fnmatch(3) without FNM_PERIOD and FNM_PATHNAME takes, as find -name and
// grep --include do: "*" also for a leading dot.
std::string from_fnmatch(std::string_view text);
// For people: the same, and "..." for what is not known.
std::string shown(std::string_view pattern);

// True if some text belongs to both.  As in the shell, a hole at the start of a
// component does not stand for a leading dot, unless it is kAny.
bool meet(std::string_view a, std::string_view b);

// True if every text of `inner` belongs to `outer`.  Errs to false.
bool covers(std::string_view outer, std::string_view inner);

}  // namespace hitl::catalog
