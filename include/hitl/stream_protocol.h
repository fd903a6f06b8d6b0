// SPDX-License-Identifier: Apache-2.0
// Ingress <-> egress: the bytes of one running command, over a socketpair that
// the broker made for it.  Nothing else is said here; back-pressure is the
// socket's own.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hitl::stream {

// The first byte of a frame; the rest are the bytes.
enum class Type : std::uint8_t {
  Stdin = 1,     // ingress -> egress
  StdinEnd = 2,  // ingress -> egress, no bytes
  Stdout = 3,    // egress -> ingress
  Stderr = 4,    // egress -> ingress
};
// Egress closes the socket when the target has sent its last byte.

inline constexpr std::size_t kMaxChunk = 64 * 1024;

// A process reads no more for this stream while it has this much to write.
inline constexpr std::size_t kHighWater = 512 * 1024;

}  // namespace hitl::stream
