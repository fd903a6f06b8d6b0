// SPDX-License-Identifier: Apache-2.0
#include "broker/way.h"

#include "shell/carried.h"

namespace hitl::broker {

const char* code_of(egress::LegError e) {
  switch (e) {
    case egress::LegError::Transport:
      return "target-unreachable";
    case egress::LegError::HostKey:
      return "host-key";
    case egress::LegError::Certificate:
      return "certificate-refused";
    case egress::LegError::Session:
      return "target-session";
    case egress::LegError::Wrapper:
      return "target-shell";
  }
  return "target-unreachable";
}

Result<std::string> wrapped(const Bound& bound, int status, const shell::Wrapping& wrapping) {
  if (bound.kind.starts_with("line")) {
    const shell::Carried carried{bound.cwd, bound.memory, status};
    return shell::wrap_opaque(
        RawText(
            bound.is_opaque()
                ? shell::carried_line(carried, std::get<RawText>(bound.text), wrapping.bash)
                : shell::carried_line(carried, std::get<CanonicalText>(bound.text), bound.files)),
        wrapping);
  }
  if (bound.is_opaque()) return shell::wrap_opaque(std::get<RawText>(bound.text), wrapping);
  return shell::wrap(std::get<CanonicalText>(bound.text), wrapping, bound.files);
}

}  // namespace hitl::broker
