// SPDX-License-Identifier: Apache-2.0
// One SSH connection to the target: warm up to the certificate, then one command
// or one half of a shell session.
//
// The key is made here, for this leg alone, and dies with it.  The host key must
// be one of those pinned: there is no trust on first use.  libssh's callbacks
// only buffer and set marks; all else is done by step().
#pragma once

#include <libssh/callbacks.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "egress/broker_link.h"
#include "egress/keeper.h"
#include "egress/relay.h"
#include "egress/start_line.h"
#include "hitl/egress_protocol.h"
#include "ssh/handles.h"
#include "ssh/intake.h"
#include "ssh/transport.h"

namespace hitl::egress {

class Leg {
 public:
  // `socket` is connected to the target.  `target` must outlive the leg.  `rules`: by
  // which output is masked.
  Leg(sys::EventLoop& loop, BrokerLink& broker, const Target& target,
      std::shared_ptr<const mask::Table> rules, std::uint32_t number, Fd socket);
  Leg(const Leg&) = delete;
  Leg& operator=(const Leg&) = delete;

  // Only once, and when it has said Ready.  `keeper`: of a shell session's legs.
  Status run(Run run, Fd stream, std::shared_ptr<Keeper> keeper);
  void resize(const TerminalSize& size);
  void recorded(std::uint64_t total);

  // Does what can be done now; true if something was.
  bool step();
  // Last thing in a turn.
  void settle();
  // The broker has been told how it ended.
  bool over() const { return state_ == State::Over; }
  // With what ingress has still to read of a leg that is over; null without any.
  std::unique_ptr<Relay> take_relay();

 private:
  enum class State : std::uint8_t {
    Greeting,        // key exchange
    Introducing,     // service and user name are told, to save the time later
    Ready,           // awaits run()
    Authenticating,  // with the certificate
    Opening,         // a channel
    Terminal,        // is asked for, if there is to be one
    Asking,          // exec
    Starting,        // awaits the wrapper's line
    Running,
    Over,
  };

  static int on_data(ssh_session, ssh_channel, void* data, std::uint32_t size, int is_stderr,
                     void* self) noexcept;
  static void on_close(ssh_session, ssh_channel, void* self) noexcept;
  static void on_exit_status(ssh_session, ssh_channel, int status, void* self) noexcept;
  static void on_exit_signal(ssh_session, ssh_channel, const char* signal, int core, const char*,
                             const char*, void* self) noexcept;

  Status prepare(Fd socket);
  bool greet();
  bool introduce();
  bool authenticate();
  bool open();
  bool ask_terminal();
  bool ask();
  bool await_start();
  bool relay();

  Status check_host_key();
  Status use_certificate(const std::string& blob);
  void fail_leg(LegError error, std::string text);
  void end(How how, std::string text);
  void to(State state);

  sys::EventLoop& loop_;
  BrokerLink& broker_;
  const Target& target_;
  std::shared_ptr<const mask::Table> rules_;
  std::uint32_t number_;
  State state_ = State::Greeting;
  sys::EventLoop::Alarm deadline_;
  bool late_ = false;

  std::unique_ptr<ssh::Transport> transport_;
  ssh::Key key_;

  std::optional<Run> run_;
  std::optional<StartLine> start_line_;
  std::unique_ptr<Relay> relay_;
  std::shared_ptr<Keeper> keeper_;

  ssh::Intake out_, err_;
  bool closed_ = false;
  std::optional<int> exit_status_;
  std::string exit_signal_;
  bool core_dumped_ = false;

  ssh_channel_callbacks_struct callbacks_{};  // libssh keeps its address: before the channel
  // After the transport: ssh_channel_free() reads channel->session.
  Owner<ssh_channel_struct, ssh_channel_free> channel_;
};

}  // namespace hitl::egress
