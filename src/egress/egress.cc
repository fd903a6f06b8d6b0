// SPDX-License-Identifier: Apache-2.0
#include "egress/egress.h"

#include "base/log.h"
#include "base/visible.h"

namespace hitl::egress {
namespace {

constexpr int kRounds = 64;  // of a leg in a turn; then others get theirs
constexpr std::size_t kMaxLegs = 256;

}  // namespace

Egress::Egress(sys::EventLoop& loop, Fd broker)
    : loop_(loop),
      broker_(
          loop, std::move(broker), [this](std::string_view frame) { return on_frame(frame); },
          [this](const Error& why) {
            if (why.code != Errc::Closed) log("broker: {}", visible(why.what));
            loop_.stop();
          }),
      link_(broker_) {}

void Egress::turn() {
  bool more = false;
  for (auto it = legs_.begin(); it != legs_.end();) {
    auto& leg = *it->second;
    int rounds = 0;
    while (leg.step() && ++rounds < kRounds) {
    }
    more |= rounds == kRounds;
    if (leg.over()) {
      let_drain(leg.take_stream());
      it = legs_.erase(it);
    } else {
      leg.settle();
      ++it;
    }
  }
  std::erase_if(draining_, [](const auto& s) { return !s->open() || s->queued() == 0; });
  if (more) again_ = loop_.after(std::chrono::nanoseconds(0), [] {});
}

void Egress::let_drain(std::unique_ptr<sys::FrameChannel> stream) {
  if (!stream) return;
  stream->pause_reading(true);
  if (stream->queued() > 0) draining_.push_back(std::move(stream));
}

Status Egress::on_frame(std::string_view frame) {
  const auto type = static_cast<Type>(proto::type_byte(frame));
  if (!target_ && type != Type::Target) return fail(Errc::Protocol, "the target comes first");
  switch (type) {
    case Type::Target:
      return on_target(frame);
    case Type::Connect:
      return on_connect(frame);
    case Type::Run:
      return on_run(frame);
    case Type::Drop:
      return on_drop(frame);
    case Type::Recorded:
      return on_recorded(frame);
    case Type::Ready:
    case Type::LegFailed:
    case Type::Started:
    case Type::Output:
    case Type::Ended:
      break;
  }
  return fail(Errc::Protocol, "message out of turn");
}

Status Egress::on_target(std::string_view frame) {
  auto m = proto::decode<Target>(frame);
  if (!m) return m.error();
  if (target_) return fail(Errc::Protocol, "a second target");
  if (m->version != kVersion)
    return fail(Errc::Protocol, "the broker is of another version (install all together)");
  target_ = std::move(*m);
  return Ok{};
}

Status Egress::on_connect(std::string_view frame) {
  const auto m = proto::decode<Connect>(frame);
  if (!m) return m.error();
  Fd socket = broker_.take_descriptor();
  if (!socket) return fail(Errc::Protocol, "no socket came with Connect");
  if (legs_.size() >= kMaxLegs) return fail(Errc::Limit, "too many legs");
  if (legs_.count(m->leg) != 0) return fail(Errc::Protocol, "a leg's number is used twice");
  legs_[m->leg] = std::make_unique<Leg>(loop_, link_, *target_, m->leg, std::move(socket));
  return Ok{};
}

// A leg that is not there has just failed, and the broker will hear of it.
Status Egress::on_run(std::string_view frame) {
  auto m = proto::decode<Run>(frame);
  if (!m) return m.error();
  Fd stream = m->attached ? broker_.take_descriptor() : Fd();
  const auto leg = legs_.find(m->leg);
  if (leg == legs_.end()) return Ok{};
  return leg->second->run(std::move(*m), std::move(stream));
}

Status Egress::on_drop(std::string_view frame) {
  const auto m = proto::decode<Drop>(frame);
  if (!m) return m.error();
  legs_.erase(m->leg);
  return Ok{};
}

Status Egress::on_recorded(std::string_view frame) {
  const auto m = proto::decode<Recorded>(frame);
  if (!m) return m.error();
  if (const auto leg = legs_.find(m->command); leg != legs_.end()) leg->second->recorded(m->bytes);
  return Ok{};
}

}  // namespace hitl::egress
