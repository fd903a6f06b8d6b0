// SPDX-License-Identifier: Apache-2.0
// Any frame as any message: refused, or a value that encodes to the same bytes.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "proto/operator_codec.h"
#include "proto/session_codec.h"

namespace {

template <class M>
void message(std::string_view frame) {
  const auto decoded = hitl::proto::decode<M>(frame);
  if (decoded) HITL_CHECK(hitl::proto::encode(*decoded) == frame);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hitl;
  const std::string_view frame(reinterpret_cast<const char*>(data), size);
  message<operators::Hello>(frame);
  message<operators::List>(frame);
  message<operators::Show>(frame);
  message<operators::Decide>(frame);
  message<operators::Watch>(frame);
  message<operators::Welcome>(frame);
  message<operators::Requests>(frame);
  message<operators::Request>(frame);
  message<operators::Decided>(frame);
  message<operators::Refused>(frame);
  message<operators::Event>(frame);
  message<ingress::Hello>(frame);
  message<ingress::AuthKey>(frame);
  message<ingress::Exec>(frame);
  message<ingress::Input>(frame);
  message<ingress::Cancel>(frame);
  message<ingress::AuthAnswer>(frame);
  message<ingress::Notice>(frame);
  message<ingress::Collect>(frame);
  message<ingress::Run>(frame);
  message<ingress::Finish>(frame);
  message<egress::Target>(frame);
  message<egress::Connect>(frame);
  message<egress::Ready>(frame);
  message<egress::LegFailed>(frame);
  message<egress::Run>(frame);
  message<egress::Drop>(frame);
  message<egress::Started>(frame);
  message<egress::Output>(frame);
  message<egress::Recorded>(frame);
  message<egress::Ended>(frame);
  message<ingress::Shell>(frame);
  message<ingress::Line>(frame);
  message<ingress::More>(frame);
  message<ingress::LineRuns>(frame);
  message<ingress::LineDone>(frame);
  message<ingress::Prompt>(frame);
  message<ingress::Resize>(frame);
  message<ingress::Close>(frame);
  message<egress::Line>(frame);
  message<egress::KeeperReady>(frame);
  message<egress::LineEnded>(frame);
  message<egress::Resize>(frame);
  message<stream::LineEnd>(frame);
  message<listener::Connection>(frame);
  message<listener::Reload>(frame);
  message<listener::Drain>(frame);
  message<listener::Ready>(frame);
  message<listener::SpawnEgress>(frame);
  message<listener::Drained>(frame);
  return 0;
}
