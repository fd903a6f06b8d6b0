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
      if (auto relay = leg.take_relay()) draining_.push_back(std::move(relay));
      it = legs_.erase(it);
    } else {
      leg.settle();
      ++it;
    }
  }
  std::erase_if(draining_, [](const auto& relay) { return relay->drained(); });
  if (more) again_ = loop_.after(std::chrono::nanoseconds(0), [] {});
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
    case Type::Line:
      return on_line(frame);
    case Type::Resize:
      return on_resize(frame);
    case Type::Ready:
    case Type::LegFailed:
    case Type::Started:
    case Type::Output:
    case Type::Ended:
    case Type::KeeperReady:
    case Type::LineEnded:
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
  if (m->masks) {
    const Fd rules = broker_.take_descriptor();
    if (!rules) return fail(Errc::Protocol, "no masking rules came with Target");
    auto table = mask::Table::open(rules.get());
    if (!table) return table.error();
    rules_ = std::move(*table);
  }
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
  legs_[m->leg] = std::make_unique<Leg>(loop_, link_, *target_, rules_, m->leg, std::move(socket));
  return Ok{};
}

// A leg that is not there has just failed, and the broker will hear of it.
Status Egress::on_run(std::string_view frame) {
  auto m = proto::decode<Run>(frame);
  if (!m) return m.error();
  const bool attached = m->part == Part::Command || m->part == Part::Shell;
  Fd stream = attached ? broker_.take_descriptor() : Fd();
  const auto leg = legs_.find(m->leg);
  if (leg == legs_.end()) return Ok{};
  std::shared_ptr<Keeper> keeper;
  if (m->part == Part::Control) {
    keeper = std::make_shared<Keeper>(link_, m->leg);
    std::erase_if(keepers_, [](const auto& k) { return k.second.expired(); });
    keepers_[m->leg] = keeper;
  } else if (m->part == Part::Shell) {
    keeper = keepers_[m->control].lock();
    if (!keeper) return fail(Errc::Protocol, "a shell without its control");
  }
  return leg->second->run(std::move(*m), std::move(stream), std::move(keeper));
}

// A session that is not there has just ended, and the broker will hear of it.
Status Egress::on_line(std::string_view frame) {
  auto m = proto::decode<Line>(frame);
  if (!m) return m.error();
  const auto it = keepers_.find(m->control);
  const auto keeper = it == keepers_.end() ? nullptr : it->second.lock();
  return keeper ? keeper->line(std::move(*m)) : Ok{};
}

Status Egress::on_resize(std::string_view frame) {
  const auto m = proto::decode<Resize>(frame);
  if (!m) return m.error();
  if (const auto leg = legs_.find(m->command); leg != legs_.end()) leg->second->resize(m->size);
  return Ok{};
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
