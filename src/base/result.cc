// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <cerrno>
#include <cstring>

namespace hitl {

Error fail_errno(std::string_view what) {
  const int saved = errno;
  return {Errc::System, std::string(what) + ": " + std::strerror(saved)};
}

}  // namespace hitl
