// SPDX-License-Identifier: Apache-2.0
// What an agent wishes for one command, by LC_HITL_* (which pass ssh's and
// sshd's usual SendEnv and AcceptEnv) or by a comment at its end.  None of it
// reaches the target, and none of it changes the judgement.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/notices.h"
#include "hitl/ingress_protocol.h"

namespace hitl::broker {

struct Wishes {
  NoticeStyle notices = NoticeStyle::Text;
  std::optional<std::chrono::seconds> wait;  // LC_HITL_WAIT, an hour at most
  std::string reason;                        // LC_HITL_REASON, or "# hitl: reason"
};

// Takes the wishes out of `environment`.  What cannot be read is no wish.
Wishes take_wishes(std::vector<ingress::EnvVar>& environment, std::string_view command);

}  // namespace hitl::broker
