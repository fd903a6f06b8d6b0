// SPDX-License-Identifier: Apache-2.0
#include "broker/bound.h"

#include "crypto/digest.h"

namespace hitl::broker {

const std::string& Bound::bytes() const {
  return is_opaque() ? std::get<RawText>(text).bytes() : std::get<CanonicalText>(text).bytes();
}

Terms Bound::terms() const {
  return {agent,     target,
          address,   account,
          host_keys, kind,
          cwd,       memory,
          prompt,    is_opaque(),
          bytes(),   environment,
          has_input, has_input ? crypto::sha256(input) : "",
          policy,    "",
          files};
}

}  // namespace hitl::broker
