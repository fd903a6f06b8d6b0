// SPDX-License-Identifier: Apache-2.0
// The broker: the one process that decides.  It owns the parts, lets peers in,
// and runs the loop; what the peers may say is in their session classes.
//
// It never blocks (what can, runs in helpers) and never hears the network: its
// peers are the listener that started it, an ingress and an egress a session,
// and consoles on the operators' socket.  It ends when the listener does.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "broker/agent_session.h"
#include "broker/checkpoints.h"
#include "broker/notifier.h"
#include "broker/opening.h"
#include "broker/operator_session.h"
#include "broker/peer.h"
#include "broker/retention.h"
#include "broker/shared.h"
#include "hitl/listener_protocol.h"
#include "sys/signals.h"

namespace hitl::broker {

class Broker {
 public:
  static Result<std::unique_ptr<Broker>> create(Opening opening, OpenStore store, Fd listener);

  // Returns the exit status when the listener has gone or the work is drained.
  int run();

 private:
  Broker(Opening opening, std::unique_ptr<store::Store> store);

  Status begin(Fd listener, const std::vector<store::Leftover>& still_running);
  Status on_listener(std::string_view frame);
  Status on_connection(std::string_view frame);
  Status on_reload(std::string_view frame);
  Status on_drain(std::string_view frame);
  static const Route<Broker> kRoutes[];
  friend Status dispatch<Broker>(Broker&, std::span<const Route<Broker>>, unsigned,
                                 std::string_view);

  void accept_console();
  std::vector<AgentSession*> open_sessions();
  void notify(const operators::Event& event, const std::string& to);
  void look_at_deadlines();
  void supersede();
  void tell_expired(const std::vector<store::RequestRow>& expired);
  void reap(const std::string& target, const Victim& victim);
  Result<std::unique_ptr<TargetLink>> open_link(const std::string& agent, const std::string& target,
                                                std::function<void()> on_end);
  void drained_yet();
  void drained();
  void stop(int status);

  config::BastionConfig config_;
  Directory directory_;
  crypto::Ed25519Key user_ca_;
  Masking masking_;
  std::unique_ptr<store::Store> store_;
  sys::EventLoop loop_;
  Turn turn_;
  Checkpoints checkpoints_;
  Retention retention_;
  Approvals approvals_;
  Waiters waiters_;
  Feed feed_;
  Pauses pauses_;
  Looks looks_;
  Notifier notifier_;
  Feed::Place notifying_;
  std::map<std::string, Startups> startups_;    // by target
  std::map<std::string, SelfTest> self_tests_;  // by target
  Shared shared_;

  std::unique_ptr<Peer> listener_;
  std::unique_ptr<sys::Signals> children_;
  Fd console_socket_;
  sys::EventLoop::Watcher console_watcher_;
  // What was recorded becomes searchable, in steps that hold nobody up.
  void index_later(bool at_once);
  sys::EventLoop::Alarm deadline_, drain_, indexing_;
  std::list<std::unique_ptr<AgentSession>> sessions_;
  std::size_t most_sessions_ = 0;
  std::list<std::unique_ptr<OperatorSession>> consoles_;
  struct Reaping {
    std::unique_ptr<TargetLink> link;
    sys::EventLoop::Alarm alarm;
  };
  std::list<Reaping> reapings_;
  int status_ = 0;
};

}  // namespace hitl::broker
