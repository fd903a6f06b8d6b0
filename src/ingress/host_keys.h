// SPDX-License-Identifier: Apache-2.0
// The bastion's host keys, from descriptors that the listener opened.
#pragma once

#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "ssh/handles.h"

namespace hitl::ingress {

// A descriptor is shared with the other ingresses, so it is read by pread(2).
Result<std::vector<ssh::Key>> read_host_keys(const std::vector<Fd>& files);

}  // namespace hitl::ingress
