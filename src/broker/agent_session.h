// SPDX-License-Identifier: Apache-2.0
// One connection of an agent, as its ingress process reports it.
//
// Ingress is untrusted.  What it may say in which phase is the table in
// agent_session.cc; anything else ends it.  Whatever it says, it speaks for the
// one identity that it reported, and each of its commands goes through Command.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "broker/agent_shell.h"
#include "broker/command.h"
#include "broker/operator_session.h"
#include "broker/own_command.h"
#include "broker/pace.h"
#include "broker/peer.h"
#include "broker/shared.h"
#include "hitl/listener_protocol.h"

namespace hitl::broker {

class AgentSession {
 public:
  // `connections_of` counts the open sessions of an agent.  `on_end` is called
  // once, when nothing of the session is left; it may destroy it.
  AgentSession(Shared& shared, Fd socket, listener::Connection from,
               std::function<std::size_t(const std::string&)> connections_of,
               std::function<void()> on_end);
  AgentSession(const AgentSession&) = delete;
  AgentSession& operator=(const AgentSession&) = delete;
  ~AgentSession();

  // Of the TCP peer.
  const std::string& address() const { return from_.address; }
  // Empty before the agent has logged in.
  const std::string& agent() const { return row_.agent; }
  // Of an agent that has logged in.
  const store::SessionRow& row() const { return row_; }
  bool is_open() const { return phase_ == Open; }
  // What runs now, as it was submitted; empty: nothing.
  std::string running() const;
  // A marker in its recording.
  void mark(const std::string& text);
  // An operator ends it: what runs, what waits, and the connection.
  void kill(const std::string& by, const std::string& reason);
  // The bastion stops.
  void stop();
  bool runs_anything() const;

 private:
  class Channel;
  class Shell;
  // No harness comes near it; what does would fill the store.
  static constexpr double kBurst = 200, kCommandsASecond = 50;
  // Operating: an operator's console.
  enum Phase : unsigned { Greeting = 1, Authenticating = 2, Open = 4, Operating = 8 };

  Status on_message(std::string_view frame);
  Status on_hello(std::string_view frame);
  Status on_auth_key(std::string_view frame);
  Status on_exec(std::string_view frame);
  Status on_input(std::string_view frame);
  Status on_cancel(std::string_view frame);
  Status on_shell(std::string_view frame);
  Status on_subsystem(std::string_view frame);
  void refuse(std::uint32_t channel, const Notices& notices, const char* code, const char* why,
              int exit_status);
  Status on_line(std::string_view frame);
  Status on_resize(std::string_view frame);
  Status on_close(std::string_view frame);
  // False where this channel cannot be used, for `why`.
  Status take_channel(std::uint32_t number);
  void open_shell(ingress::Shell request);
  void open_own(ingress::Exec exec);
  void refuse(ingress::Exec exec, const char* code, const char* why);
  static const Route<AgentSession> kRoutes[];
  friend Status dispatch<AgentSession>(AgentSession&, std::span<const Route<AgentSession>>,
                                       unsigned, std::string_view);

  void open(const Login& login, const std::string& key);
  void operate(const Login& login, const std::string& key);
  Result<TargetLink*> link();
  void lost(const Error& why);
  void sweep_later();
  void sweep();
  void close();

  Shared& shared_;
  listener::Connection from_;
  std::function<std::size_t(const std::string&)> connections_of_;
  std::function<void()> on_end_;
  Phase phase_ = Greeting;
  unsigned attempts_ = 0;
  std::string user_;  // as first sent: it is not changed afterwards

  store::SessionRow row_;
  std::string no_target_;
  BootClock::time_point began_{};

  // Commands use the link, and are told of its end: they go first.
  std::unique_ptr<TargetLink> link_, dead_link_;
  std::map<std::uint32_t, std::unique_ptr<Command>> commands_;  // by channel
  std::map<std::uint32_t, std::unique_ptr<AgentShell>> shells_;
  std::map<std::uint32_t, std::unique_ptr<OwnCommand>> own_;
  std::string operator_;
  std::list<std::unique_ptr<OperatorSession>> consoles_;
  std::uint32_t last_channel_ = 0;
  Pace pace_{kBurst, kCommandsASecond};
  bool any_channel_ = false;
  sys::EventLoop::Alarm sweep_, patience_, killing_;
  std::unique_ptr<Peer> ingress_;  // none: the agent is gone
};

}  // namespace hitl::broker
