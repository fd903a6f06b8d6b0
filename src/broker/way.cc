// SPDX-License-Identifier: Apache-2.0
#include "broker/way.h"

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

}  // namespace hitl::broker
