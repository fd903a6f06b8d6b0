// SPDX-License-Identifier: Apache-2.0
#include "broker/notifier.h"

#include "base/log.h"
#include "proto/notify_codec.h"
#include "sys/process.h"
#include "sys/unix_socket.h"

namespace hitl::broker {
namespace {

constexpr std::size_t kMostQueued = 1u << 20;
constexpr std::chrono::seconds kPause{2};

}  // namespace

Notifier::Notifier(sys::EventLoop& loop, const config::BastionConfig& config)
    : loop_(loop), config_(config) {}

bool Notifier::wanted() const {
  return !config_.notifications.empty() || !config_.events_file.empty() || config_.events_journal;
}

void Notifier::start() {
  if (!wanted()) return;
  if (auto s = launch(); !s) {
    log("hitl-notify: {}", s.error().what);
    again();
  }
}

void Notifier::again() {
  again_ = loop_.after(kPause, [this] { start(); });
}

Status Notifier::launch() {
  auto path = sys::find_program("hitl-notify");
  if (!path) return path.error();
  auto pair = sys::socket_pair();
  if (!pair) return pair.error();
  auto pid = sys::spawn(
      {*path, {"--config", config_.file}, {{"broker", pair->second.get()}}, std::nullopt});
  if (!pid) return pid.error();
  helper_ = std::make_unique<sys::FrameChannel>(
      loop_, std::move(pair->first),
      [](std::string_view) -> Status {
        return fail(Errc::Protocol, "hitl-notify has nothing to say");
      },
      [this](const Error&) {
        log("hitl-notify has ended: it is started again");
        helper_.reset();
        again();
      });
  return Ok{};
}

void Notifier::tell(notify::Happened event) {
  if (!helper_) return;
  const bool full = helper_->queued() > kMostQueued;
  if (full && !dropping_) log("hitl-notify does not keep up: events are dropped");
  dropping_ = full;
  if (!full) helper_->send_now(notify::encode(std::move(event)));
}

}  // namespace hitl::broker
