// SPDX-License-Identifier: Apache-2.0
#include "base/encoding.h"

#include <cstdint>

namespace hitl {
namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

// The bits of `bytes` in groups of `width`, as letters of `alphabet`.
std::string in_groups(std::string_view bytes, unsigned width, std::string_view alphabet) {
  std::string out;
  std::uint32_t bits = 0;
  unsigned have = 0;
  const std::uint32_t mask = (1u << width) - 1;
  for (const char c : bytes) {
    bits = (bits << 8) | static_cast<std::uint8_t>(c);
    have += 8;
    while (have >= width) {
      have -= width;
      out += alphabet[(bits >> have) & mask];
    }
    bits &= (1u << have) - 1;
  }
  if (have > 0) out += alphabet[(bits << (width - have)) & mask];
  return out;
}

}  // namespace

std::string hex(std::string_view bytes) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto b = static_cast<std::uint8_t>(c);
    out += digits[b >> 4];
    out += digits[b & 15];
  }
  return out;
}

Result<std::string> unhex(std::string_view text) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  if (text.size() % 2 != 0) return fail(Errc::Invalid, "not hex");
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]), low = digit(text[i + 1]);
    if (high < 0 || low < 0) return fail(Errc::Invalid, "not hex");
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

std::string base64(std::string_view bytes) {
  auto out = in_groups(bytes, 6, kBase64);
  while (out.size() % 4 != 0) out += '=';
  return out;
}

std::string base32(std::string_view bytes) { return in_groups(bytes, 5, kBase32); }

Result<std::string> unbase64(std::string_view text) {
  const auto bad = [] { return fail(Errc::Invalid, "not base64"); };
  if (text.size() % 4 != 0) return bad();
  std::size_t padding = 0;
  while (!text.empty() && text.back() == '=' && padding < 2) {
    text.remove_suffix(1);
    ++padding;
  }
  std::string out;
  std::uint32_t bits = 0;
  unsigned have = 0;
  for (const char c : text) {
    const auto v = kBase64.find(c);
    if (v == std::string_view::npos) return bad();
    bits = (bits << 6) | static_cast<std::uint32_t>(v);
    have += 6;
    if (have >= 8) {
      have -= 8;
      out += static_cast<char>(bits >> have);
      bits &= (1u << have) - 1;
    }
  }
  if (bits != 0 || have != padding * 2) return bad();
  return out;
}

}  // namespace hitl
