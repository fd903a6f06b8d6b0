// SPDX-License-Identifier: Apache-2.0
// Numbers that carry their own check.  Blanks and hyphens between are skipped.
#pragma once

#include <string_view>

namespace hitl::mask {

// ISO/IEC 7812-1 annex B, of 12 to 19 digits that are not all the same.
bool luhn(std::string_view number);
// ISO 13616 (IBAN), by ISO/IEC 7064 MOD 97-10.
bool mod97(std::string_view account);

}  // namespace hitl::mask
