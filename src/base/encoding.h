// SPDX-License-Identifier: Apache-2.0
// Bytes as text and back: hex, base64 (RFC 4648 section 4), and the base 32 of
// our ids (RFC 4648 alphabet without padding, upper case: no 0, 1, 8, 9 to be
// misread as O, I, B, g).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hitl {

std::string hex(std::string_view bytes);
// Lower case only, as hex() writes it.
Result<std::string> unhex(std::string_view text);
std::string base64(std::string_view bytes);
// Strict: padding required, no white space, no stray bits.
Result<std::string> unbase64(std::string_view text);
std::string base32(std::string_view bytes);

}  // namespace hitl
