// SPDX-License-Identifier: Apache-2.0
// One session channel of an agent: from its opening to the exit status.
// What is special to a shell is in shell_input.h.
//
// It asks the broker once, shows what the broker says, and while the command
// runs joins the agent with the stream to egress.  Nothing of the agent's input
// goes anywhere but where the broker asked for it (Collect, Run with Data).
// While a command is held, input stays in libssh and the window closes.
//
// libssh's callbacks only buffer and set marks; all else is done by step().
#pragma once

#include <libssh/callbacks.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hitl/ingress_protocol.h"
#include "hitl/stream_protocol.h"
#include "ingress/broker_link.h"
#include "ingress/pipe.h"
#include "ingress/shell_input.h"
#include "ssh/intake.h"
#include "ssh/outlet.h"
#include "ssh/transport.h"

namespace hitl::ingress {

class Channel {
 public:
  // `handle` has just been opened and belongs to the transport's session.
  Channel(sys::EventLoop& loop, ssh::Transport& transport, BrokerLink& broker, ssh_channel handle);
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  bool is(ssh_channel handle) const { return handle_.get() == handle; }
  // Its name towards the broker; 0 before it has asked.
  std::uint32_t number() const { return number_; }
  // An exec, shell or subsystem request came.
  bool asked() const { return phase_ != Phase::Fresh; }
  bool has_terminal() const { return request_terminal_.wanted; }

  // From the gate.
  // What is held or runs shall end.
  void cancel() { cancel_ = true; }
  void grant_terminal(Terminal terminal);
  void resize(const TerminalSize& size);
  // False: over a limit.
  bool set_environment(const std::string& name, std::string value);
  void refuse_environment(std::string name);
  void ask(std::uint32_t number, std::string command);
  void ask_shell(std::uint32_t number);
  void ask_subsystem(std::uint32_t number, const std::string& name);

  // From the broker.
  void notice(const std::string& line);
  void print(const std::string& line);
  void collect(std::uint32_t limit);
  Status run(InputRole input, Fd stream);
  Status join(Fd socket);
  void finish(Finish finish);
  // Of a shell whose lines have a stream each: printed once that has ended.
  void prompt(std::string text) { prompt_ = std::move(text); }
  ShellInput* shell() { return shell_ ? &*shell_ : nullptr; }
  // There is no broker any more: the last word is ours.
  void broker_is_gone();

  // Does what can be done now; true if something was.
  bool step();
  // Both sides have closed it.
  bool over() const { return closed_by_agent_; }
  bool hostile() const { return in_.overrun(); }

 private:
  // Asked: the broker was asked, and nothing runs.  Running: from Run to the
  // end of the stream.  Ending: the last word is known.  Closed: said.
  enum class Phase : std::uint8_t { Fresh, Asked, Running, Ending, Closed };

  static int on_data(ssh_session, ssh_channel, void* data, std::uint32_t size, int is_stderr,
                     void* self) noexcept;
  static void on_eof(ssh_session, ssh_channel, void* self) noexcept;
  static void on_close(ssh_session, ssh_channel, void* self) noexcept;
  static void on_signal(ssh_session, ssh_channel, const char* signal, void* self) noexcept;

  void answer_collect(InputEnd end);
  bool step_collect();
  bool step_input();
  bool step_keys();
  bool step_pipe();
  bool step_shell();
  void send_input(stream::Type type, std::string_view head, std::string_view bytes);
  bool step_end();
  void cancel_if_asked();
  Status on_stream_frame(std::string_view frame);

  sys::EventLoop& loop_;
  ssh::Transport& transport_;
  BrokerLink& broker_;
  std::uint32_t number_ = 0;
  Phase phase_ = Phase::Fresh;

  Exec request_;  // until it is asked
  ssh::Intake in_;
  Terminal request_terminal_;
  std::optional<ShellInput> shell_;  // of a shell request
  sys::EventLoop::Alarm no_prompt_;
  std::optional<std::string> prompt_;
  bool in_ended_ = false, closed_by_agent_ = false, cancel_ = false;

  std::optional<std::uint32_t> collecting_;  // the limit
  bool silent_ = false;
  sys::EventLoop::Alarm silence_;

  InputRole input_ = InputRole::None;
  std::unique_ptr<sys::FrameChannel> stream_;
  bool stream_paused_ = false, input_end_sent_ = false;
  std::unique_ptr<Pipe> pipe_;  // of an operator's console

  ssh::Outlet out_;
  std::optional<Finish> finish_;

  ssh_channel_callbacks_struct callbacks_{};  // libssh keeps its address: before the handle
  Owner<ssh_channel_struct, ssh_channel_free> handle_;
};

}  // namespace hitl::ingress
