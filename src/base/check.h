// SPDX-License-Identifier: Apache-2.0
// HITL_CHECK: what only a bug can cause ends the process.  For us ending is the
// safe outcome: a dead broker approves nothing, a dead egress runs nothing.
#pragma once

namespace hitl {

[[noreturn]] void check_failed(const char* what, const char* file, int line) noexcept;

}  // namespace hitl

#define HITL_CHECK(condition) \
  ((condition) ? void(0) : ::hitl::check_failed(#condition, __FILE__, __LINE__))
