// SPDX-License-Identifier: Apache-2.0
// Points in time as people write them.  Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace hitl::replay {

// "90s", "15m", "2h", "3d": that long before `now`; or UTC as in RFC 3339, of
// which the end may be missing: 2026-11-24, 2026-11-24T09:30, …:05.250Z.
Result<WallMs> parse_when(std::string_view text, WallMs now);

// A place in a recording, in microseconds: "12.5", "1:30", "1:02:03"; nothing
// if it is not written as one.
std::optional<std::int64_t> parse_offset(std::string_view text);

// "0:12", "1:02:03"
std::string offset_text(std::int64_t us);

}  // namespace hitl::replay
