// SPDX-License-Identifier: Apache-2.0
#include "shell/source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/visible.h"

namespace hitl::shell {
namespace {

struct Span {
  char32_t first, last;
  const char* what;
};

constexpr std::array kForbidden = {
    Span{0x0080, 0x009F, "a control character"},
    Span{0x00A0, 0x00A0, "a no-break space: use a plain one"},
    Span{0x00AD, 0x00AD, "a soft hyphen"},
    Span{0x034F, 0x034F, "an invisible character"},
    Span{0x061C, 0x061C, "a character that reorders text"},
    Span{0x180E, 0x180E, "a zero-width character"},
    Span{0x200B, 0x200D, "a zero-width character"},
    Span{0x200E, 0x200F, "a character that reorders text"},
    Span{0x2028, 0x2029, "a line separator: use a newline"},
    Span{0x202A, 0x202E, "a character that reorders text"},
    Span{0x2060, 0x2064, "a zero-width character"},
    Span{0x2066, 0x2069, "a character that reorders text"},
    Span{0xFEFF, 0xFEFF, "a byte order mark"},
    Span{0xE0000, 0xE007F, "an invisible tag character"},
};

const char* forbidden_byte(unsigned char c) {
  if (c == '\n' || c == '\t') return nullptr;
  if (c == '\0') return "a NUL byte";
  if (c == '\r') return "a carriage return: end lines with a newline alone";
  if (c < 0x20 || c == 0x7F) return "a control character";
  return nullptr;
}

// The first offence at or after *offset, or null.
const char* find_offence(std::string_view text, std::size_t* offset) {
  std::size_t& i = *offset;
  while (i < text.size()) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      if (const char* what = forbidden_byte(c)) return what;
      ++i;
      continue;
    }
    char32_t cp = 0;
    const auto n = utf8_next(text.substr(i), cp);
    if (n == 0) return "a byte that is not UTF-8";
    const auto* span = std::ranges::find_if(
        kForbidden, [cp](const Span& s) { return cp >= s.first && cp <= s.last; });
    if (span != kForbidden.end()) return span->what;
    i += n;
  }
  return nullptr;
}

}  // namespace

Status check_bytes(std::string_view text) {
  std::size_t offset = 0;
  if (const char* what = find_offence(text, &offset))
    return refuse(text, offset, fmt::format("the text has {}", what));
  return Ok{};
}

bool is_clean(std::string_view text) {
  std::size_t offset = 0;
  return find_offence(text, &offset) == nullptr;
}

std::string place(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  const auto before = text.substr(0, offset);
  const auto newline = before.rfind('\n');
  if (text.find('\n') == std::string_view::npos) return fmt::format("column {}", offset + 1);
  const auto line = 1 + std::ranges::count(before, '\n');
  const auto start = newline == std::string_view::npos ? 0 : newline + 1;
  return fmt::format("line {} column {}", line, offset - start + 1);
}

Error refuse(std::string_view text, std::size_t offset, std::string_view reason) {
  return fail(Errc::Invalid, fmt::format("{}: {}", place(text, offset), reason));
}

}  // namespace hitl::shell
