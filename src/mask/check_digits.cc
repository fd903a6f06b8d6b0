// SPDX-License-Identifier: Apache-2.0
#include "mask/check_digits.h"

#include <algorithm>
#include <string>

namespace hitl::mask {
namespace {

std::string without_blanks(std::string_view text) {
  std::string out;
  std::ranges::copy_if(text, std::back_inserter(out), [](char c) { return c != ' ' && c != '-'; });
  return out;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool luhn(std::string_view number) {
  const auto digits = without_blanks(number);
  if (digits.size() < 12 || digits.size() > 19 || !std::ranges::all_of(digits, is_digit))
    return false;
  if (digits.find_first_not_of(digits[0]) == std::string::npos) return false;
  unsigned sum = 0;
  bool twice = false;
  for (auto it = digits.rbegin(); it != digits.rend(); ++it, twice = !twice) {
    const auto d = static_cast<unsigned>(*it - '0') * (twice ? 2 : 1);
    sum += d > 9 ? d - 9 : d;
  }
  return sum % 10 == 0;
}

bool mod97(std::string_view account) {
  auto text = without_blanks(account);
  if (text.size() < 15 || text.size() > 34) return false;
  std::rotate(text.begin(), text.begin() + 4, text.end());
  unsigned rest = 0;
  for (const char c : text) {
    if (is_digit(c))
      rest = (rest * 10 + static_cast<unsigned>(c - '0')) % 97;
    else if (c >= 'A' && c <= 'Z')
      rest = (rest * 100 + static_cast<unsigned>(c - 'A') + 10) % 97;
    else
      return false;
  }
  return rest == 1;
}

}  // namespace hitl::mask
