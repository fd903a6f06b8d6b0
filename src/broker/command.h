// SPDX-License-Identifier: Apache-2.0
// One exec request from the agent's channel to its end; or one line of a session.
//
//   Collecting --> Reading --> Held --> Paused --> Claiming --> Starting --> Running --> Over
//        `-------------`---------`--------`-----------^
//
// Collecting: its standard input is gathered, because it is judged too.
// Reading: files that it would run are read from the target, for people to see.
// Held: humans are asked.  Paused: an operator has stopped all that is new.
// Claiming: allowed or approved, waits for a leg.
// Starting: the permit is used up and on disk with the intent.
// Every state has its own way out for the agent that cancels or is gone: before
// Starting nothing ever runs, from Starting on the target's processes are ended.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "broker/bound.h"
#include "broker/file_reader.h"
#include "broker/notices.h"
#include "broker/output_record.h"
#include "broker/shared.h"
#include "broker/waiters.h"
#include "broker/way.h"
#include "broker/wishes.h"
#include "hitl/ingress_protocol.h"
#include "judge/judge.h"

namespace hitl::broker {

// The agent's end of a command: its channel, and its session's things.
class AgentChannel {
 public:
  virtual ~AgentChannel() = default;
  virtual void notice(const std::string& line) = 0;
  virtual void collect(std::uint32_t limit) = 0;
  // `stream`: ingress's end; none where the channel has one already.
  virtual void run(InputRole input, Fd stream) = 0;
  virtual void finish(std::int32_t status, const std::string& signal, bool core_dumped) = 0;
  // A piece of the session's recording.
  virtual void record(const std::string& command, char code, std::string_view bytes) = 0;
  // Errc::NotFound with words for the agent where it named no target of its own.
  virtual Result<Way*> way() = 0;
  // To its target, for what the broker asks itself.
  virtual Result<TargetLink*> link() = 0;
  // The command is over; it is destroyed once the turn has ended.
  virtual void over() = 0;
};

// Where a command runs: in a bash of its own, or in a session's.
struct Setting {
  const shell::Memory* session = nullptr;  // none: a bash of its own
  std::string cwd;                         // of the session; empty: not known
  bool own_leg = false;                    // each of its lines has a bash of its own
  int status = 0;                          // then: $?
  InputRole of_jobs = InputRole::None;     // the most that one of its lines was granted
};

class Command final : public LegUser, public Waiter {
 public:
  Command(Shared& shared, const store::SessionRow& session, std::unique_ptr<AgentChannel> agent,
          ingress::Exec exec, Setting setting = {});
  ~Command() override;

  void begin();
  void on_input(ingress::Input input);
  // The agent sent ^C or closed the channel; `gone`: nobody is there to be told.
  void cancel(bool gone);
  // The bastion stops: what runs may go on for a while, the rest ends here.
  void stop();
  // The session cannot wait for its end any longer.
  void give_up();

  // Of a session's line, once it is over: what it did, and whether to its end.
  const judge::Judgement& judgement() const { return judgement_; }
  InputRole granted() const { return input_role_; }
  bool has_run() const { return started_; }
  std::optional<std::int32_t> exit_status() const { return row_.exit_status; }

  // As it is shown.
  const std::string& submitted() const { return row_.submitted; }
  bool is_over() const { return state_ == State::Over; }
  bool is_running() const { return state_ == State::Starting || state_ == State::Running; }

  void on_decision(const store::RequestRow& request) override;
  void on_ready() override;
  void on_start_failed(egress::LegError error, const std::string& text,
                       bool may_have_started) override;
  void on_started(std::uint64_t process_group, const std::string& start_time) override;
  void on_output(char code, std::string_view bytes) override;
  void on_ended(const egress::Ended& ended) override;

 private:
  enum class State : std::uint8_t {
    New,
    Collecting,
    Reading,
    Held,
    Paused,
    Claiming,
    Starting,
    Running,
    Over
  };

  bool judge();
  bool fits();
  InputRole input_role() const;
  Bound bind() const;
  void proceed();
  void read_files();
  void ask_humans();
  void wait_for_decision(const store::RequestRow& request);
  std::chrono::seconds longest_wait() const;
  void heartbeat();
  void pause(const std::string& why);
  void claim();
  Result<Permit> permit();
  void start(Permit permit);
  void kill();
  void limit_rate();
  void limit_time();
  void limit_output();
  void over_limit(const std::string& what);

  // Outcomes: the row's last state, the agent's last words, and over.
  void denied(const std::string& words, const std::string& why);
  void failed(const std::string& code, const std::string& reason);
  void unknown(const std::string& reason);
  void not_yet();
  void end(const char* row_state, const std::string& words, std::int32_t status,
           const std::string& signal = "", bool core_dumped = false);
  std::string masked(std::string_view prose) const {
    return shared_.masking.prose(session_.agent, session_.target, prose);
  }
  void count_masks(const egress::Masked& masks);
  void save();
  void mark(const std::string& text);
  void tell(const char* event, const std::string& text);
  std::string shown_id() const { return row_.request.value_or(row_.id); }

  Shared& shared_;
  const store::SessionRow& session_;
  std::unique_ptr<AgentChannel> agent_;
  ingress::Exec exec_;
  Setting setting_;
  State state_ = State::New;
  bool saved_ = false;

  Wishes wishes_;
  Notices notices_;

  judge::Judgement judgement_;  // of the true text, which leaves for the target only
  ShownCommand shown_;          // what everybody else gets
  std::string policy_;
  InputRole input_role_ = InputRole::None;
  bool has_input_ = false;
  std::string input_, masked_input_;
  std::vector<operators::RunFile> files_;
  std::unique_ptr<FileReader> reader_;

  store::CommandRow row_;
  std::uint32_t approvals_have_ = 0, approvals_needed_ = 1;
  WallMs request_expires_ = 0;
  BootClock::time_point held_since_{};
  sys::EventLoop::Alarm deadline_, heartbeat_, limit_;
  Waiters::Place place_;
  Pauses::Place pause_;

  Way* way_ = nullptr;  // while it is claimed
  bool killing_ = false;
  bool started_ = false;
  bool request_open_ = false;  // the agent has left it, undecided
  OutputRecord output_;
};

}  // namespace hitl::broker
