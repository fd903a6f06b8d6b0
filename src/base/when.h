// SPDX-License-Identifier: Apache-2.0
// Points in time as people write them.  Pure.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace hitl {

// "90s", "15m", "2h", "3d": that long before `now`; or UTC as in RFC 3339, of
// which the end may be missing: 2026-11-24, 2026-11-24T09:30, …:05.250Z.
Result<WallMs> parse_when(std::string_view text, WallMs now);

}  // namespace hitl
