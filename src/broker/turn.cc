// SPDX-License-Identifier: Apache-2.0
#include "broker/turn.h"

#include <algorithm>

namespace hitl::broker {

void Turn::say(sys::FrameChannel& to, std::string frame, Fd descriptor) {
  words_.push_back({&to, std::move(frame), std::move(descriptor)});
}

void Turn::forget(const sys::FrameChannel& channel) {
  std::erase_if(words_, [&](const Word& w) { return w.to == &channel; });
}

Status Turn::end() {
  if (auto s = store_.commit(durable_); !s) return s;
  durable_ = false;
  for (auto& w : words_) w.to->send(std::move(w.frame), std::move(w.descriptor));
  for (const auto& w : words_) w.to->flush();
  words_.clear();
  ++number_;
  return Ok{};
}

}  // namespace hitl::broker
