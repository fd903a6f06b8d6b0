// SPDX-License-Identifier: Apache-2.0
// hold, release and prune: the bastion's broker does them, as the one who writes the
// store and has the key; here they are only asked for.
#pragma once

#include <cstdint>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "replay/arguments.h"

namespace hitl::replay {

// Prints what was done.  Errc::Denied: refused; NotFound: no such session; System: no
// bastion runs there.
Status order(const Arguments& arguments);

// The tag of what is asked; the greeting has 1.
inline constexpr std::uint32_t kOrder = 2;

// Where the bastion of this store listens.
std::string socket_path(const Arguments& arguments);

// Greets and asks one thing (operator_protocol.h) that is answered by Done: its text.
// `path` is for errors: Denied and NotFound are the bastion's own words.
Result<std::string> ask_bastion(Fd socket, const std::string& path, const std::string& message);

}  // namespace hitl::replay
