// SPDX-License-Identifier: Apache-2.0
// Places in a recording as people write them.  Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hitl::replay {

// A place in a recording, in microseconds: "12.5", "1:30", "1:02:03"; nothing
// if it is not written as one.
std::optional<std::int64_t> parse_offset(std::string_view text);

// "0:12", "1:02:03"
std::string offset_text(std::int64_t us);

}  // namespace hitl::replay
