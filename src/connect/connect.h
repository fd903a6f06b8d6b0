// SPDX-License-Identifier: Apache-2.0
// A TCP connection to a named host: what blocks in a resolver, and so runs in a
// process of its own that its parent can give up on.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace hitl::connect {

struct Wanted {
  std::string host;
  std::uint16_t port = 0;
  std::chrono::milliseconds timeout{0};  // for all addresses together
};

// "--host H --port P --timeout-ms N", each once, in any order.
Result<Wanted> wanted_from(const std::vector<std::string>& arguments);

// Tries each address of the host, in the resolver's order, until one takes the
// connection.  The resolver itself has no deadline: the caller's is an alarm.
Result<Fd> connect_to(const Wanted& wanted);

}  // namespace hitl::connect
