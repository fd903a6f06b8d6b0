// SPDX-License-Identifier: Apache-2.0
// Listener (hitl-bastiond) <-> broker, over a socketpair.
#pragma once

#include <cstdint>
#include <string>

namespace hitl::listener {

enum class Type : std::uint8_t {
  // listener -> broker
  Connection = 1,
  Reload = 2,
  Drain = 3,
  // broker -> listener
  Ready = 65,
  SpawnEgress = 66,
  Drained = 67,
};

// A new agent's connection; comes with the broker's end of ingress's socket.
struct Connection {
  std::string address;  // numeric, of the TCP peer, from the socket only
  std::uint32_t port = 0;
};

struct Reload {};

// End within `ms`: running commands may go on until then.
struct Drain {
  std::uint32_t ms = 0;
};

struct Ready {};

// Start an egress; comes with its end of the broker's socket.
struct SpawnEgress {};

// Nothing runs any more: the broker signs the end of its record and exits.
struct Drained {};

}  // namespace hitl::listener
