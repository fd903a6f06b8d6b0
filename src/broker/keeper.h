// SPDX-License-Identifier: Apache-2.0
// A shell session's shell on the target (shell/keeper.h): two legs of one link,
// and the lines that it is given, one at a time, each for a Permit.
//
//   open() --> control leg --> its folder is there --> the shell's leg -->
//   opening line --> on_shell_opened
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "broker/target_link.h"
#include "broker/way.h"
#include "shell/keeper.h"
#include "sys/event_loop.h"

namespace hitl::broker {

class Keeper final : public Way {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_shell_failed(egress::LegError error, const std::string& text) = 0;
    // The target's bash is too old for this: nothing has started, and this is over.
    virtual void on_shell_too_old() = 0;
    virtual void on_shell_started(std::uint64_t process_group, const std::string& start_time) = 0;
    // It awaits its first line.
    virtual void on_shell_opened() = 0;
    virtual void on_shell_settled() = 0;
    // Of no line: prompts, and what runs in the background.
    virtual void on_shell_output(char code, std::string_view bytes) = 0;
    // After the running line has been told.
    virtual void on_shell_ended(const egress::Ended& ended) = 0;
  };

  struct Parts {
    sys::EventLoop& loop;
    TargetLink& link;
    std::string key_id;  // of both certificates
    Terminal terminal;
    std::vector<std::pair<std::string, std::string>> environment;
    std::string bash;
    Fd stream;  // the far end of ingress's
  };

  // Nothing is told within these two.
  Keeper(Parts parts, Owner& owner);
  ~Keeper() override;
  void open();

  const shell::KeeperState& state() const { return state_; }
  // It takes a line.
  bool is_idle() const { return opened_ && !over_ && !running_ && !settling_; }
  // Of the line that runs or ran last.
  std::uint32_t number() const { return number_; }
  void resize(const TerminalSize& size);
  // Nothing runs, $? becomes `status`, and the shell prints its prompt; told by
  // on_shell_settled.
  void settle(int status);

  void claim(LegUser& user) override;
  void release(LegUser& user) override;
  Status run(LegUser& user, Permit permit, Io io) override;
  // The shell goes: its terminal hangs up, or its input ends.
  void kill(const Victim& victim, std::function<void()> done) override;
  void end();

 private:
  class Control;
  class Shell;

  void on_line_ended(const egress::LineEnded& ended);
  void on_ended(const egress::Ended& ended);
  void failed(egress::LegError error, const std::string& text);
  void too_old();
  shell::Wrapping wrapping() const;

  Parts parts_;
  Owner& owner_;
  shell::Keeper keeper_;
  shell::KeeperState state_;
  std::unique_ptr<Control> control_;
  std::unique_ptr<Shell> shell_;
  bool opened_ = false, over_ = false;

  LegUser* user_ = nullptr;
  bool running_ = false, settling_ = false;
  bool had_input_ = false;  // the last line
  std::uint32_t number_ = 0;
  sys::EventLoop::Alarm started_;
};

}  // namespace hitl::broker
