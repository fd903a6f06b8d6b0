// SPDX-License-Identifier: Apache-2.0
// The digest of a request's terms, and their form in the store.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "hitl/hold.h"
#include "hitl/terms.h"

namespace hitl::approval {

// SHA-256, 32 bytes, over all of it.  Two commands are identical if and only if
// their digests are equal.
std::string digest(const Terms& terms);

std::string encode(Terms terms);
Result<Terms> decode_terms(std::string_view bytes);

std::string encode(Hold hold);
// Errc::Protocol also for one that nobody would have to approve.
Result<Hold> decode_hold(std::string_view bytes);

}  // namespace hitl::approval
