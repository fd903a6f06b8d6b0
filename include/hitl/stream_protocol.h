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
  // Of a shell session only.
  LineInput = 5,  // ingress -> egress: u32 number of the line, then bytes for its command
  LineEnd = 6,    // egress -> ingress: LineEnd below
  PromptEnd = 7,  // egress -> ingress: Stdout since LineEnd was the prompt
};

// The line's output is complete.  Of what ingress sent for it, egress let
// `accepted` bytes through, and the last `unread` of these the command did not
// read: they, and what was not accepted, are the agent's next input.
struct LineEnd {
  std::uint32_t number = 0;
  std::uint64_t accepted = 0;
  std::uint32_t unread = 0;
};
// Egress closes the socket when the target has sent its last byte.

inline constexpr std::size_t kMaxChunk = 64 * 1024;

// A process reads no more for this stream while it has this much to write.
inline constexpr std::size_t kHighWater = 512 * 1024;

}  // namespace hitl::stream
