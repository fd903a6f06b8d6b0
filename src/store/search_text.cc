// SPDX-License-Identifier: Apache-2.0
#include "store/search_text.h"

#include <zstd.h>

#include <algorithm>

#include "base/check.h"

namespace hitl::store {
namespace {

constexpr int kLevel = 3;
constexpr std::size_t kMostText = 4u << 20;

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool in_word(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

std::string packed(std::string_view text) {
  text = text.substr(0, kMostText);
  std::string out(ZSTD_compressBound(text.size()), '\0');
  const auto n = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), kLevel);
  HITL_CHECK(ZSTD_isError(n) == 0);
  out.resize(n);
  return out;
}

Result<std::string> unpacked(std::string_view bytes) {
  const auto size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (size > kMostText) return fail(Errc::Invalid, "a document of the search is damaged");
  std::string out(static_cast<std::size_t>(size), '\0');
  const auto n = ZSTD_decompress(out.data(), out.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(n) != 0 || n != out.size())
    return fail(Errc::Invalid, "a document of the search is damaged");
  return out;
}

std::string word_query(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (!in_word(text[i])) {
      ++i;
      continue;
    }
    const auto begin = i;
    while (i < text.size() && in_word(text[i])) ++i;
    // What is next to a character outside ASCII may be part of a longer word.
    if (begin > 0 && !is_ascii(text[begin - 1])) continue;
    if (!out.empty()) out += ' ';
    out += '"' + std::string(text.substr(begin, i - begin)) + '"';
    if (i == text.size() || !is_ascii(text[i])) out += '*';
  }
  return out;
}

std::optional<std::pair<std::size_t, std::size_t>> find_text(std::string_view in,
                                                             std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  if (text.empty()) return std::nullopt;
  const auto first = lower(text[0]);
  for (std::size_t begin = 0; begin < in.size(); ++begin) {
    if (lower(in[begin]) != first) continue;
    std::size_t at = begin, t = 0;
    while (t < text.size() && at < in.size()) {
      if (is_space(text[t]) && is_space(in[at])) {
        while (t < text.size() && is_space(text[t])) ++t;
        while (at < in.size() && is_space(in[at])) ++at;
      } else if (lower(text[t]) == lower(in[at])) {
        ++t, ++at;
      } else {
        break;
      }
    }
    if (t == text.size()) return std::pair(begin, at - begin);
  }
  return std::nullopt;
}

}  // namespace hitl::store
