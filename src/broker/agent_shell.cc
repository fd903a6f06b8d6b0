// SPDX-License-Identifier: Apache-2.0
#include "broker/agent_shell.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/log.h"
#include "base/visible.h"
#include "crypto/digest.h"
#include "hitl/exit_codes.h"
#include "shell/carried.h"
#include "shell/parser.h"
#include "sys/unix_socket.h"

namespace hitl::broker {

namespace {
constexpr std::size_t kMaxContinuation = 200;
}

// A line's command, as it sees its agent.
class AgentShell::LineChannel final : public AgentChannel {
 public:
  explicit LineChannel(AgentShell& shell) : shell_(shell) {}

  void notice(const std::string& line) override { shell_.agent_->notice(line); }
  void collect(std::uint32_t) override { HITL_CHECK(false); }  // a line has no input of its own
  void run(InputRole input, Fd stream) override {
    ran_ = true;
    if (shell_.carries())
      shell_.agent_->line_runs(input, std::move(stream));
    else
      shell_.agent_->line_runs(shell_.keeper_->number(), input);
  }
  void finish(std::int32_t status, const std::string& signal, bool) override {
    shell_.line_ran_ = ran_;
    shell_.line_status_ = signal.empty() ? status : kExitCancelled;
  }
  void record(const std::string& command, char code, std::string_view bytes) override {
    shell_.agent_->record(command, code, bytes);
  }
  Result<Way*> way() override {
    if (!shell_.carries()) return shell_.keeper_.get();
    auto link = shell_.agent_->link();
    if (!link) return link.error();
    return *link;
  }
  Result<TargetLink*> link() override { return shell_.agent_->link(); }
  void over() override { shell_.line_over(); }

 private:
  AgentShell& shell_;
  bool ran_ = false;
};

AgentShell::AgentShell(Shared& shared, const store::SessionRow& session,
                       std::unique_ptr<ShellChannel> agent, ingress::Shell request)
    : shared_(shared),
      session_(session),
      agent_(std::move(agent)),
      request_(std::move(request)),
      output_(shared.config.limits.output,
              [this](char code, std::string_view bytes) { agent_->record(row_.id, code, bytes); }) {
}

AgentShell::~AgentShell() = default;

void AgentShell::begin() {
  row_.id = crypto::new_id();
  row_.session = session_.id;
  row_.submitted_at = wall_now_ms();
  row_.submitted = request_.terminal.wanted ? "(a shell on a terminal)" : "(a shell)";
  row_.summary = "opens a shell, whose lines are judged one by one";
  row_.decision = name_of(Verdict::Allow);
  row_.rule = "shell session";
  row_.dropped_env = request_.refused;
  row_.input_role = name_of(InputRole::None);
  row_.policy_sha256 = shared_.judge->version();
  row_.state = "judged";
  auto environment = request_.environment;  // each line has the wishes as well
  notices_ = Notices(take_wishes(environment, "").notices);
  if (shared_.stopping)
    return on_shell_failed(egress::LegError::Session, "the bastion is shutting down: try again");
  judge::Question q;
  q.agent = session_.agent;
  q.groups = shared_.directory.agent(session_.agent).groups;
  q.target = session_.target;
  q.at = wall_now_ms();
  if (!session_.target.empty()) q.tags = shared_.directory.target(session_.target).tags;
  if (const auto denial = shared_.judge->denied_shell(q)) {
    row_.decision = name_of(Verdict::Deny);
    row_.rule = denial->rule;
    row_.error = denial->message;
    return end("denied", notices_.denied_by_policy(row_.id, denial->rule, denial->message),
               kExitDenied);
  }
  auto link = agent_->link();
  if (!link) return on_shell_failed(egress::LegError::Transport, link.error().what);
  if (shared_.directory.target(session_.target).carried_sessions) {
    return carry("");
  }
  auto pair = sys::socket_pair();
  if (!pair) return on_shell_failed(egress::LegError::Session, pair.error().what);
  save();
  judge::Environment agents;
  for (const auto& e : request_.environment) agents.emplace_back(e.name, e.value);
  Keeper::Parts parts{shared_.loop,
                      **link,
                      row_.id,
                      request_.terminal,
                      shared_.judge->environment(agents),
                      shared_.directory.target(session_.target).shell,
                      std::move(pair->second)};
  keeper_ = std::make_unique<Keeper>(std::move(parts), *this);
  stream_ = std::move(pair->first);
  keeper_->open();
}

// Without a keeper.
void AgentShell::carry(const char* why) {
  started_ = true;
  row_.state = "running";
  row_.started_at = wall_now_ms();
  save();
  agent_->notice(notices_.remark(
      std::string(why) +
      "each line here runs in a shell of its own: a cd alone on its line, plain assignments and "
      "functions are kept, all else is not"));
  settle(0);
}

// ---- lines -----------------------------------------------------------------

void AgentShell::on_line(ingress::Line line) {
  if (!takes_line()) return;  // a peer that does not wait gets no answer
  if (line.text.find_first_not_of(" \t\n") == std::string::npos) return settle(setting().status);
  if (!line.last && shell::is_unfinished(line.text)) return agent_->more(continuation_);
  ingress::Exec exec;
  exec.channel = request_.channel;
  exec.command = std::move(line.text);
  exec.environment = request_.environment;
  exec.terminal = request_.terminal;
  line_ = std::make_unique<Command>(shared_, session_, std::make_unique<LineChannel>(*this),
                                    std::move(exec), setting());
  line_->begin();
}

Setting AgentShell::setting() const {
  if (carries()) return {&memory_, cwd_, true, status_, InputRole::None};
  return {&memory_, keeper_->state().cwd, false, keeper_->state().status, of_jobs_};
}

// Nothing runs now: the prompt, and $? for the next line.
void AgentShell::settle(int status) {
  if (!carries()) return keeper_->settle(status);
  status_ = status & 255;
  if (over_ || closing_) return;
  const auto& account = session_.account;
  const std::string prompt =
      fmt::format("{}@{}:{}$ ", account, session_.target, cwd_.empty() ? "~" : visible(cwd_).str());
  agent_->prompt(request_.terminal.wanted ? prompt : "");
}

void AgentShell::refuse_line(const char* code, const char* why) {
  if (!takes_line()) return;
  agent_->notice(notices_.error("", code, why));
  settle(kExitFault);
}

void AgentShell::line_over() {
  // What was opaque ran apart, and did nothing to this shell.
  if (const auto& tree = line_->judgement().tree; tree && line_->has_run()) {
    const auto status = line_->exit_status().value_or(255);
    memory_.learn(*tree, status < 128);
    if (carries() && status == 0) cwd_ = shell::folder_after(*tree, cwd_);
    if (carries() && shell::is_exit(*tree)) closing_ = true;
  }
  if (line_->has_run()) {
    if (const auto& ps2 = line_->judgement().continuation)
      continuation_ = visible_cut(*ps2, kMaxContinuation).str();
    if (line_->granted() == InputRole::Raw) of_jobs_ = InputRole::Raw;
    if (line_->granted() == InputRole::Data) of_jobs_ = std::max(of_jobs_, InputRole::Data);
  }
  dead_line_ = std::move(line_);  // we are inside it
  if (carries() && closing_) {
    end("ended", "", line_status_);
  } else if (!carries() && line_ran_) {
    agent_->line_done();
  } else {
    settle(line_status_);
  }
  sweep_later();
}

void AgentShell::sweep_later() {
  if (sweep_) return;
  sweep_ = shared_.loop.after(std::chrono::nanoseconds(0), [this] {
    sweep_ = {};
    dead_line_.reset();
    dead_keeper_.reset();
  });
}

void AgentShell::cancel() {
  if (line_ && !line_->is_running()) line_->cancel(false);
}

void AgentShell::resize(const TerminalSize& size) {
  if (over_ || !request_.terminal.wanted || !keeper_) return;
  agent_->record(row_.id, 'r', fmt::format("{}x{}", size.columns, size.rows));
  keeper_->resize(size);
}

void AgentShell::close() {
  if (over_) return;
  closing_ = true;
  if (carries() && line_) return line_->cancel(true);  // the rest when that has ended
  if (line_ && !line_->is_running()) line_->cancel(true);
  // A terminal that hangs up ends what it holds; without one somebody must, by a
  // link that outlives this session's.
  if (!request_.terminal.wanted && started_)
    shared_.reap(session_.target, {row_.process_group, row_.process_start});
  if (keeper_) keeper_->end();
  if (!over_) end("ended", "", kExitCancelled);
}

void AgentShell::give_up() {
  if (carries() && line_) line_->give_up();
  close();
}

void AgentShell::stop() {
  if (over_) return;
  if (line_ && !line_->is_running()) line_->stop();
  if (!is_running()) close();
}

// ---- the keeper ------------------------------------------------------------

void AgentShell::on_shell_failed(egress::LegError error, const std::string& words) {
  // What start-up files print may be in it.
  const auto text = shared_.masking.prose(session_.agent, session_.target, words);
  log("{} on {}: {}: {}", session_.agent, session_.target, code_of(error), visible(text));
  row_.error = std::string(code_of(error)) + ": " + text;
  end("failed", notices_.error("", code_of(error), text), kExitFault);
}

void AgentShell::on_shell_too_old() {
  if (over_) return;
  dead_keeper_ = std::move(keeper_);  // we are inside it
  stream_ = {};
  sweep_later();
  carry("the target's bash is older than 4.4: ");
}

void AgentShell::on_shell_started(std::uint64_t process_group, const std::string& start_time) {
  agent_->open(std::move(stream_));
  started_ = true;
  row_.state = "running";
  row_.started_at = wall_now_ms();
  row_.process_group = process_group;
  row_.process_start = start_time;
  save();
  if (request_.terminal.wanted)
    agent_->record(
        row_.id, 'r',
        fmt::format("{}x{}", request_.terminal.size.columns, request_.terminal.size.rows));
}

void AgentShell::on_shell_opened() { agent_->line_done(); }

void AgentShell::on_shell_settled() { agent_->line_done(); }

void AgentShell::on_shell_output(char code, std::string_view bytes) { output_.add(code, bytes); }

void AgentShell::on_shell_ended(const egress::Ended& ended) {
  for (const auto& [rule, count] : ended.masked) row_.masked[rule] += count;
  switch (ended.how) {
    case egress::How::Lost:
      row_.error = "lost: " + ended.text;
      return end("unknown", notices_.error("", "outcome-unknown", ended.text), kExitOutcomeUnknown);
    case egress::How::Signal:
      row_.exit_signal = ended.signal;
      return end("ended", "", kExitCancelled, ended.signal, ended.core_dumped);
    case egress::How::Exit:
      row_.exit_status = ended.exit_status;
      return end("ended", "", ended.exit_status);
  }
}

void AgentShell::end(const char* state, const std::string& words, std::int32_t status,
                     const std::string& signal, bool core_dumped) {
  if (over_) return;
  over_ = true;
  row_.state = state;
  row_.ended_at = wall_now_ms();
  if (started_) output_.finish(row_);
  save();
  shared_.turn.must_last();
  if (!words.empty()) agent_->notice(words);
  agent_->finish(status, signal, core_dumped);
  agent_->over();
}

void AgentShell::save() {
  const auto s = std::exchange(saved_, true) ? shared_.store.update_command(row_)
                                             : shared_.store.add_command(row_);
  Shared::lost_with_the_turn(s);
}

}  // namespace hitl::broker
