// SPDX-License-Identifier: Apache-2.0
// What --version says.
#pragma once

namespace hitl {

inline constexpr const char* kRelease = "0.1.0";

}  // namespace hitl
