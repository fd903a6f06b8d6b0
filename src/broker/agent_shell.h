// SPDX-License-Identifier: Apache-2.0
// A shell request of an agent: its lines, judged one by one, and the keeper on the
// target that runs them.  Where the target's sessions are carried, there is no
// keeper: each line is a command with a leg of its own.
//
// The shell itself is a row of its own among the session's commands; prompts
// and what runs in the background are recorded under it.
#pragma once

#include <memory>
#include <string>

#include "broker/command.h"
#include "broker/keeper.h"
#include "broker/output_record.h"
#include "broker/shared.h"
#include "hitl/ingress_protocol.h"

namespace hitl::broker {

// The agent's end of it.
class ShellChannel {
 public:
  virtual ~ShellChannel() = default;
  virtual void notice(const std::string& line) = 0;
  virtual void open(Fd stream) = 0;
  virtual void more(const std::string& prompt) = 0;
  // By the session's stream...
  virtual void line_runs(std::uint32_t number, InputRole input) = 0;
  virtual void line_done() = 0;
  // ...or each by one of its own.
  virtual void line_runs(InputRole input, Fd stream) = 0;
  virtual void prompt(const std::string& text) = 0;
  virtual void finish(std::int32_t status, const std::string& signal, bool core_dumped) = 0;
  virtual void record(const std::string& command, char code, std::string_view bytes) = 0;
  virtual Result<TargetLink*> link() = 0;
  virtual void over() = 0;
};

class AgentShell final : public Keeper::Owner {
 public:
  AgentShell(Shared& shared, const store::SessionRow& session, std::unique_ptr<ShellChannel> agent,
             ingress::Shell request);
  ~AgentShell() override;

  void begin();
  void on_line(ingress::Line line);
  // A line that is not even looked at.
  void refuse_line(const char* code, const char* why);
  // ^C at a line that waits.
  void cancel();
  void resize(const TerminalSize& size);
  // The agent has closed it or is gone.
  void close();
  void stop();
  void give_up();

  // The line that runs.
  std::string submitted() const { return line_ ? line_->submitted() : ""; }
  bool is_over() const { return over_; }
  bool is_running() const { return !over_ && line_ && line_->is_running(); }

 private:
  class LineChannel;

  void on_shell_failed(egress::LegError error, const std::string& text) override;
  void on_shell_too_old() override;
  void on_shell_started(std::uint64_t process_group, const std::string& start_time) override;
  void on_shell_opened() override;
  void on_shell_settled() override;
  void on_shell_output(char code, std::string_view bytes) override;
  void on_shell_ended(const egress::Ended& ended) override;

  bool takes_line() const { return !over_ && !line_ && (carries() || keeper_->is_idle()); }
  bool carries() const { return !keeper_; }
  Setting setting() const;
  void settle(int status);
  void carry(const char* why);
  void sweep_later();
  void line_over();
  void end(const char* state, const std::string& words, std::int32_t status,
           const std::string& signal = "", bool core_dumped = false);
  void save();

  Shared& shared_;
  const store::SessionRow& session_;
  std::unique_ptr<ShellChannel> agent_;
  ingress::Shell request_;
  Notices notices_;

  store::CommandRow row_;
  OutputRecord output_;
  bool saved_ = false, started_ = false, over_ = false, closing_ = false;

  shell::Memory memory_;
  std::string continuation_ = "> ";  // PS2
  InputRole of_jobs_ = InputRole::None;
  Fd stream_;  // ingress's, until the shell has started
  std::unique_ptr<Keeper> keeper_;
  std::unique_ptr<Keeper> dead_keeper_;  // until the turn has ended
  std::string cwd_;                      // where lines are carried; empty: the account's home
  int status_ = 0;
  bool line_ran_ = false;
  std::int32_t line_status_ = 0;
  std::unique_ptr<Command> line_;       // it uses the keeper: it goes first
  std::unique_ptr<Command> dead_line_;  // until the turn has ended
  sys::EventLoop::Alarm sweep_;
};

}  // namespace hitl::broker
