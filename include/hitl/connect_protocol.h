// SPDX-License-Identifier: Apache-2.0
// hitl-connect -> broker: one frame (sys/frame_channel.h), then the end.
//
// Its first byte is the outcome.  With Connected comes the descriptor of a
// connected TCP socket; behind Failed stands why, in words.
#pragma once

#include <cstdint>

namespace hitl::connect {

enum class Outcome : std::uint8_t { Failed = 0, Connected = 1 };

}  // namespace hitl::connect
