// SPDX-License-Identifier: Apache-2.0
// The codecs are templates; here they are instantiated once, so that each is
// compiled with the module.
#include "proto/message.h"

#include "proto/operator_codec.h"
#include "proto/session_codec.h"

namespace hitl {

template Result<ingress::Exec> proto::decode<ingress::Exec>(std::string_view);
template Result<operators::Decide> proto::decode<operators::Decide>(std::string_view);

}  // namespace hitl
