// SPDX-License-Identifier: Apache-2.0
#include "broker/refusing.h"

#include "base/log.h"
#include "base/visible.h"
#include "broker/notices.h"
#include "broker/opening.h"
#include "broker/wishes.h"
#include "hitl/exit_codes.h"
#include "proto/session_codec.h"
#include "sys/signals.h"

namespace hitl::broker {
namespace {

constexpr std::chrono::seconds kAgain{1};

}  // namespace

Refusing::Refusing(config::BastionConfig config, std::string audit_key, Fd listener,
                   std::string reason)
    : config_(std::move(config)),
      directory_(config_),
      audit_key_(std::move(audit_key)),
      reason_(std::move(reason)) {
  sys::ignore_sigpipe();
  listener_ = std::make_unique<sys::FrameChannel>(
      loop_, std::move(listener), [this](std::string_view frame) { return on_listener(frame); },
      [this](const Error&) { loop_.stop(); });
}

int Refusing::run() {
  log("every command is refused until the store can be used: {}", visible(reason_));
  alarm_ = loop_.after(kAgain, [this] { look_at_the_store(); });
  listener_->send_now(proto::encode(listener::Ready{}));
  loop_.run();
  return 0;
}

void Refusing::look_at_the_store() {
  alarm_ = loop_.after(kAgain, [this] { look_at_the_store(); });
  if (!open_store(config_, audit_key_)) return;
  log("the store can be used again");
  loop_.stop();
}

Status Refusing::on_listener(std::string_view frame) {
  switch (static_cast<listener::Type>(proto::type_byte(frame))) {
    case listener::Type::Connection: {
      if (auto m = proto::decode<listener::Connection>(frame); !m) return m.error();
      auto socket = listener_->take_descriptor();
      if (!socket) return fail(Errc::Protocol, "a connection came without its socket");
      const auto place = sessions_.emplace(sessions_.end());
      place->ingress = std::make_unique<sys::FrameChannel>(
          loop_, std::move(socket),
          [this, place](std::string_view f) { return on_ingress(*place, f); },
          [this, place](const Error&) { sessions_.erase(place); });
      return Ok{};
    }
    case listener::Type::Reload:
      return Ok{};
    case listener::Type::Drain:
      listener_->send_now(proto::encode(listener::Drained{}));
      loop_.stop();
      return Ok{};
    case listener::Type::Ready:
    case listener::Type::SpawnEgress:
    case listener::Type::Drained:
      break;
  }
  return fail(Errc::Protocol, "unknown message");
}

Status Refusing::on_ingress(Session& s, std::string_view frame) {
  switch (static_cast<ingress::Type>(proto::type_byte(frame))) {
    case ingress::Type::Hello:
      if (auto m = proto::decode<ingress::Hello>(frame); !m) return m.error();
      s.greeted = true;
      return Ok{};
    case ingress::Type::AuthKey: {
      auto m = proto::decode<ingress::AuthKey>(frame);
      if (!m) return m.error();
      if (!s.greeted || s.logged_in) break;
      const bool known = directory_.login(m->user, m->key).has_value();
      s.logged_in = known && m->verified;
      s.ingress->send_now(proto::encode(ingress::AuthAnswer{known}));
      return Ok{};
    }
    case ingress::Type::Exec: {
      auto m = proto::decode<ingress::Exec>(frame);
      if (!m) return m.error();
      if (!s.logged_in) break;
      const Notices notices(take_wishes(m->environment, m->command).notices);
      const auto words = notices.error("", "store", "nothing can be recorded, so nothing runs");
      if (!words.empty()) s.ingress->send(proto::encode(ingress::Notice{m->channel, words}));
      s.ingress->send_now(proto::encode(ingress::Finish{m->channel, kExitFault, "", false}));
      return Ok{};
    }
    case ingress::Type::Shell: {
      auto m = proto::decode<ingress::Shell>(frame);
      if (!m) return m.error();
      if (!s.logged_in) break;
      const Notices notices(take_wishes(m->environment, "").notices);
      const auto words = notices.error("", "store", "nothing can be recorded, so nothing runs");
      if (!words.empty()) s.ingress->send(proto::encode(ingress::Notice{m->channel, words}));
      s.ingress->send_now(proto::encode(ingress::Finish{m->channel, kExitFault, "", false}));
      return Ok{};
    }
    case ingress::Type::Input:
    case ingress::Type::Line:
    case ingress::Type::Resize:
    case ingress::Type::Close:
    case ingress::Type::Cancel:
      if (!s.logged_in) break;
      return Ok{};
    default:
      break;
  }
  return fail(Errc::Protocol, "message out of turn");
}

}  // namespace hitl::broker
