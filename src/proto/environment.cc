// SPDX-License-Identifier: Apache-2.0
#include "proto/environment.h"

#include <algorithm>
#include <array>

#include "hitl/limits.h"

namespace hitl::proto {
namespace {

using namespace std::string_view_literals;

// locale(7), and what the C library knows besides.
constexpr std::array kLocales = {
    "LANG"sv,        "LC_ALL"sv,      "LC_ADDRESS"sv,        "LC_COLLATE"sv,     "LC_CTYPE"sv,
    "LC_MONETARY"sv, "LC_MESSAGES"sv, "LC_IDENTIFICATION"sv, "LC_MEASUREMENT"sv, "LC_NAME"sv,
    "LC_NUMERIC"sv,  "LC_PAPER"sv,    "LC_TELEPHONE"sv,      "LC_TIME"sv};

constexpr bool is_upper_or_digit(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
constexpr bool is_alnum(char c) { return is_upper_or_digit(c) || (c >= 'a' && c <= 'z'); }

// "de_AT.UTF-8@euro", "C.utf8"
bool is_locale(std::string_view value) {
  if (value.empty() || value == "C" || value == "POSIX") return true;
  if (const auto at = value.find('@'); at != std::string_view::npos) {
    if (!std::ranges::all_of(value.substr(at + 1), is_alnum)) return false;
    value = value.substr(0, at);
  }
  const auto dot = value.find('.');
  if (dot == std::string_view::npos) return false;
  const auto set = value.substr(dot + 1);
  return (set == "UTF-8" || set == "utf-8" || set == "utf8" || set == "UTF8") &&
         std::ranges::all_of(value.substr(0, dot), [](char c) { return is_alnum(c) || c == '_'; });
}

bool is_terminal(std::string_view value) {
  return std::ranges::all_of(value, [](char c) {
    return is_alnum(c) || std::string_view("-_.+").find(c) != std::string_view::npos;
  });
}

}  // namespace

bool may_set(std::string_view variable, std::string_view value) {
  if (variable.size() > kMaxName || value.size() > kMaxEnvValue) return false;
  if (variable == "TERM") return is_terminal(value);
  if (std::ranges::find(kLocales, variable) != kLocales.end()) return is_locale(value);
  return variable.size() > 3 && variable.starts_with("LC_") &&
         std::ranges::all_of(variable, [](char c) { return is_upper_or_digit(c) || c == '_'; });
}

}  // namespace hitl::proto
