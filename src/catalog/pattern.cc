// SPDX-License-Identifier: Apache-2.0
#include "catalog/pattern.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace hitl::catalog {
namespace {

// True where a component begins, perhaps after holes that stay empty.
bool begins_component(std::string_view s, std::size_t i) {
  while (i > 0 && s[i - 1] == kSome) --i;
  return i == 0 || s[i - 1] == '/';
}

// True if the hole `h`, standing at `i` of `s`, can take the byte `c`.
bool takes(std::string_view s, std::size_t i, char c) {
  if (s[i] == kAny) return true;
  if (c == '/') return false;
  return !(c == '.' && begins_component(s, i));
}

// True if their known beginnings or ends are not the same: most pairs are told
// apart by that.
bool differ(std::string_view a, std::string_view b) {
  const auto n = std::min(a.size(), b.size());
  for (std::size_t k = 0; k < n && !is_hole(a[k]) && !is_hole(b[k]); ++k)
    if (a[k] != b[k]) return true;
  for (std::size_t k = 1; k <= n; ++k) {
    const char x = a[a.size() - k], y = b[b.size() - k];
    if (is_hole(x) || is_hole(y)) break;
    if (x != y) return true;
  }
  return false;
}

}  // namespace

bool is_known(std::string_view pattern) { return std::ranges::none_of(pattern, is_hole); }

std::string literal(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (is_hole(c)) c = kAny;
  return out;
}

std::string from_notation(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "**") {
      out += kAny;
      ++i;
    } else if (text[i] == '*') {
      out += kSome;
    } else if (text[i] == '?') {
      out += kOne;
    } else {
      out += literal(text.substr(i, 1));
    }
  }
  return out;
}

std::string from_fnmatch(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    // Here one byte at the start may be a dot, which kOne is not.
    const char one = out.empty() || out.back() == '/' ? kAny : kOne;
    if (c == '*' || c == kSome || c == kAny) {
      out += kAny;
    } else if (c == '?' || c == kOne) {
      out += one;
    } else if (c == '[') {
      const auto close = text.find(']', i + 2);
      out += one;
      if (close != std::string_view::npos) i = close;
    } else {
      if (c == '\\' && i + 1 < text.size()) ++i;
      out += text[i];
    }
  }
  return out;
}

std::string shown(std::string_view pattern) {
  std::string out;
  for (const char c : pattern) {
    if (c == kOne)
      out += '?';
    else if (c == kSome)
      out += '*';
    else if (c == kAny)
      out += "...";
    else
      out += c;
  }
  return out;
}

// reached[j]: some text leads to position i of a and j of b at once.  Holes of
// either side may be left empty, or take what the other side gives.
bool meet(std::string_view a, std::string_view b) {
  if (differ(a, b)) return false;
  std::vector<char> now(b.size() + 1, 0), next(b.size() + 1, 0);
  now[0] = 1;
  for (std::size_t i = 0; i <= a.size(); ++i) {
    std::ranges::fill(next, 0);
    const bool a_more = i < a.size();
    const bool a_hole = a_more && is_hole(a[i]);
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (!now[j]) continue;
      const bool b_more = j < b.size();
      const bool b_hole = b_more && is_hole(b[j]);
      // A hole for many bytes ends here.
      if (a_hole && a[i] != kOne) next[j] = 1;
      if (b_hole && b[j] != kOne) now[j + 1] = 1;
      if (!a_more || !b_more) continue;
      if (a_hole && b_hole) {
        // Both take the same unknown byte; one of them is then used up.
        if (a[i] == kOne) next[b[j] == kOne ? j + 1 : j] = 1;
        if (b[j] == kOne) now[j + 1] = 1;
      } else if (a_hole) {
        if (takes(a, i, b[j])) (a[i] == kOne ? next : now)[j + 1] = 1;
      } else if (b_hole) {
        if (takes(b, j, a[i])) next[b[j] == kOne ? j + 1 : j] = 1;
      } else if (a[i] == b[j]) {
        next[j + 1] = 1;
      }
    }
    if (!a_more) return now[b.size()] != 0;
    std::swap(now, next);
  }
  return false;
}

// A hole of `inner` is one more byte, which only a hole of `outer` at least as
// wide can take.
bool covers(std::string_view outer, std::string_view inner) {
  if (differ(outer, inner)) return false;
  std::vector<char> now(outer.size() + 1, 0), next(outer.size() + 1, 0);
  const auto close = [&](std::vector<char>& set) {
    for (std::size_t k = 0; k < outer.size(); ++k)
      if (set[k] && (outer[k] == kSome || outer[k] == kAny)) set[k + 1] = 1;
  };
  now[0] = 1;
  close(now);
  for (std::size_t i = 0; i < inner.size(); ++i) {
    std::ranges::fill(next, 0);
    const char c = inner[i];
    for (std::size_t k = 0; k < outer.size(); ++k) {
      if (!now[k]) continue;
      const char o = outer[k];
      if (o == kAny)
        next[k] = 1;
      else if (o == kSome && (c == kSome || c == kOne || (c != kAny && c != '/')))
        next[k] = 1;
      else if (o == kOne && (c == kOne || (!is_hole(c) && c != '/')))
        next[k + 1] = 1;
      else if (o == c && !is_hole(o))
        next[k + 1] = 1;
    }
    close(next);
    std::swap(now, next);
  }
  return now[outer.size()] != 0;
}

}  // namespace hitl::catalog
