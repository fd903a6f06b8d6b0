// SPDX-License-Identifier: Apache-2.0
// Hours of a week, to the minute, as a rule names them.
#pragma once

#include <bitset>
#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace hitl::policy {

inline constexpr std::size_t kMinutesADay = 24 * 60;

// Bit 0 is Monday 00:00.
using Hours = std::bitset<7 * kMinutesADay>;

// "mon-fri 08:00-18:00", "sat,sun", "22:00-06:00" (until the next morning).  The
// end is not part of it.  Errc::Invalid says what is wrong.
Result<Hours> hours_of(std::string_view notation);

}  // namespace hitl::policy
