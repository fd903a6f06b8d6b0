// SPDX-License-Identifier: Apache-2.0
// What systemd is told (sd_notify(3)): one datagram to the socket that it named
// in NOTIFY_SOCKET, and nothing where it named none.
#pragma once

#include <string_view>

namespace hitl::listener {

void tell_systemd(std::string_view state);

}  // namespace hitl::listener
