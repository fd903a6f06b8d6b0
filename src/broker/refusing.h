// SPDX-License-Identifier: Apache-2.0
// What stands in for the broker while the store cannot be used: what cannot be
// recorded does not run.  Agents log in as ever and are told so, command by
// command (exit status 125).  It writes nothing, reaches no target, and ends as
// soon as the store is well again: the supervisor then starts a broker.
#pragma once

#include <list>
#include <memory>
#include <string>

#include "base/fd.h"
#include "broker/directory.h"
#include "config/bastion_config.h"
#include "sys/event_loop.h"
#include "sys/frame_channel.h"

namespace hitl::broker {

class Refusing {
 public:
  // `audit_key`: the public one.
  Refusing(config::BastionConfig config, std::string audit_key, Fd listener, std::string reason);
  Refusing(const Refusing&) = delete;
  Refusing& operator=(const Refusing&) = delete;

  // The exit status, when the listener has gone or the store is well.
  int run();

 private:
  struct Session {
    std::unique_ptr<sys::FrameChannel> ingress;
    bool greeted = false, logged_in = false;
  };

  Status on_listener(std::string_view frame);
  Status on_ingress(Session& session, std::string_view frame);
  void look_at_the_store();

  config::BastionConfig config_;
  Directory directory_;
  std::string audit_key_, reason_;
  sys::EventLoop loop_;
  sys::EventLoop::Alarm alarm_;
  std::list<Session> sessions_;
  std::unique_ptr<sys::FrameChannel> listener_;
};

}  // namespace hitl::broker
