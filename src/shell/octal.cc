// SPDX-License-Identifier: Apache-2.0
#include "shell/octal.h"

namespace hitl::shell {

std::string octal(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 2);
  const auto digit = [](unsigned value) { return static_cast<char>('0' + (value & 7u)); };
  for (const char c : bytes) {
    if (is_octal_safe(c)) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += "\\0";
    out.push_back(digit(byte >> 6u));
    out.push_back(digit(byte >> 3u));
    out.push_back(digit(byte));
  }
  return out;
}

}  // namespace hitl::shell
