// SPDX-License-Identifier: Apache-2.0
// One POST to a webhook.  The body is signed where a secret is configured:
// "X-Hitl-Signature: sha256=HEX", HMAC-SHA-256 over the body.
#pragma once

#include <string>

#include "base/result.h"
#include "config/bastion_config.h"

namespace hitl::notify {

// Waits, at most 20 s.  Any answer but 2xx is an error; no redirect is followed.
Status post(const config::Notification& to, const std::string& body);

}  // namespace hitl::notify
