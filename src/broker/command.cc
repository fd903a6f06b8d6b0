// SPDX-License-Identifier: Apache-2.0
#include "broker/command.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/log.h"
#include "base/visible.h"
#include "crypto/digest.h"
#include "hitl/exit_codes.h"
#include "hitl/limits.h"
#include "proto/terms_codec.h"
#include "shell/wrapper.h"
#include "sys/unix_socket.h"

namespace hitl::broker {
namespace {

using std::chrono::seconds;

constexpr std::size_t kMaxLineText = 400'000;  // of a session's line
constexpr std::size_t kMostShown = 450'000;

const char* kind_of(const Setting& s, bool terminal) {
  if (s.session == nullptr) return terminal ? "exec-pty" : "exec";
  if (s.own_leg) return terminal ? "line-pty" : "line";
  return terminal ? "shell-pty" : "shell";
}

}  // namespace

Command::Command(Shared& shared, const store::SessionRow& session,
                 std::unique_ptr<AgentChannel> agent, ingress::Exec exec, Setting setting)
    : shared_(shared),
      session_(session),
      agent_(std::move(agent)),
      exec_(std::move(exec)),
      setting_(std::move(setting)),
      output_(shared.config.limits.output,
              [this](char code, std::string_view bytes) { agent_->record(row_.id, code, bytes); }) {
}

Command::~Command() {
  if (way_ != nullptr) way_->release(*this);
}

// ---- judging ---------------------------------------------------------------

Bound Command::bind() const {
  const auto& target = shared_.directory.target(session_.target);
  Bound b{session_.agent,
          session_.target,
          config::to_string(target.address),
          target.account,
          {},
          kind_of(setting_, exec_.terminal.wanted),
          setting_.cwd,
          judgement_.memory,
          judgement_.prompt ? "=" + *judgement_.prompt : "",
          RawText(exec_.command),
          judgement_.environment,
          has_input_,
          input_,
          policy_,
          {}};
  if (judgement_.canonical) b.text = *judgement_.canonical;
  for (const auto& k : target.host_keys) b.host_keys.push_back(k.blob);
  for (const auto& f : files_)
    if (f.bound) b.files.push_back({f.path, f.sha256});
  return b;
}

void Command::begin() {
  row_.id = crypto::new_id();
  row_.session = session_.id;
  row_.submitted_at = wall_now_ms();
  row_.submitted = shared_.masking.command(session_.agent, session_.target, exec_.command);
  row_.dropped_env = exec_.refused;
  row_.decision = name_of(Verdict::Deny);
  row_.input_role = name_of(InputRole::None);
  wishes_ = take_wishes(exec_.environment, exec_.command);
  wishes_.reason = masked(wishes_.reason).substr(0, kMaxReason);
  notices_ = Notices(wishes_.notices);
  if (exec_.command.size() > kMaxCommand)
    return failed("too-long", fmt::format("the command has more than {} bytes: put it into a file",
                                          kMaxCommand));
  if (shared_.stopping) return failed("stopping", "the bastion is shutting down: try again");
  if (session_.target.empty()) return failed("no-target", agent_->way().error().what);
  if (judge()) proceed();
}

// False where that was the end of it, or input is to be collected first.
bool Command::judge() {
  judge::Question q;
  q.agent = session_.agent;
  q.groups = shared_.directory.agent(session_.agent).groups;
  q.target = session_.target;
  q.tags = shared_.directory.target(session_.target).tags;
  q.command = RawText(exec_.command);
  q.session = setting_.session;
  q.terminal = exec_.terminal.wanted;
  q.cwd = setting_.cwd;
  q.at = wall_now_ms();
  for (auto& e : exec_.environment) q.environment.emplace_back(e.name, e.value);
  judgement_ = shared_.judge->judge(q);
  limit_rate();
  policy_ = shared_.judge->version();

  shown_ = shared_.masking.shown(session_.agent, session_.target, exec_.command, judgement_);
  row_.submitted = shown_.submitted;
  row_.canonical = shown_.canonical;
  row_.opaque_reason = shown_.opaque_reason;
  row_.decision = name_of(judgement_.verdict);
  row_.rule = judgement_.rule;
  row_.summary = shown_.summary;
  row_.effects = judgement_.effects;
  row_.policy_sha256 = policy_;
  row_.shape = shown_.shape;
  count_masks({shown_.masked.begin(), shown_.masked.end()});
  row_.shadow = judgement_.shadow;
  // What the agent set; the rest is ours, the same for every command under this
  // policy, and would only keep people from reading what matters.
  for (const auto& [name, value] : judgement_.environment)
    if (std::ranges::find(exec_.environment, name, &ingress::EnvVar::name) !=
        exec_.environment.end())
      row_.environment.push_back(masked(name + "=" + value).substr(0, kMaxEnvValue));

  if (judgement_.verdict == Verdict::Deny) {
    denied(notices_.denied_by_policy(row_.id, judgement_.rule, judgement_.message),
           judgement_.message);
    return false;
  }
  if (!judgement_.canonical && !judgement_.hold.opaque_may_be_approved) {
    const auto why = "not understood: " + shown_.opaque_reason;
    denied(notices_.denied_by_policy(row_.id, judgement_.rule, why), why);
    return false;
  }
  if (judgement_.verdict == Verdict::Hold && judgement_.hold.justification &&
      wishes_.reason.empty()) {
    const std::string why =
        "say why: put `# hitl: REASON` behind the command, or set LC_HITL_REASON";
    denied(notices_.denied_by_policy(row_.id, judgement_.rule, why), why);
    return false;
  }
  if (!judgement_.refused_in_session.empty()) {
    failed("not-in-session", masked(judgement_.refused_in_session));
    return false;
  }
  if (!fits()) return false;
  input_role_ = input_role();
  if (input_role_ == InputRole::Raw)
    row_.summary = shown_.summary += "; what is typed inside is not checked";
  row_.input_role = name_of(input_role_);
  if (input_role_ != InputRole::Script) return true;
  state_ = State::Collecting;
  agent_->collect(static_cast<std::uint32_t>(kMaxJudgedInput));
  return false;
}

// Whether it fits on the target is known before anyone is asked.
bool Command::fits() {
  const auto bound = bind();
  if (judgement_.hold.approvers.size() > kMostSteps ||
      judgement_.hold.escalate.size() > kMostEscalations) {
    failed("too-long", "too many people would have to be asked: send its commands one by one");
    return false;
  }
  // People and auditors are shown all of it, in one message.
  if (judgement_.memory.size() + bound.bytes().size() > kMostShown ||
      shown_.memory.size() + shown_.canonical.value_or("").size() > kMostShown ||
      shown_.submitted.size() > kMaxCommand) {
    failed("too-long", fmt::format("the line and what it uses of earlier ones have more than {} "
                                   "bytes: put it into a file",
                                   kMostShown));
    return false;
  }
  if (setting_.session != nullptr && !setting_.own_leg) {
    if (bound.bytes().find('\0') != std::string_view::npos) {
      failed("invalid", "a NUL byte cannot be part of a command");
      return false;
    }
    if (bound.bytes().size() <= kMaxLineText) return true;
    failed("too-long", fmt::format("the line has more than {} bytes when it is quoted: put it "
                                   "into a file",
                                   kMaxLineText));
    return false;
  }
  const auto& shell = shared_.directory.target(session_.target).shell;
  shell::Wrapping w{std::string(32, '0'), shell, true, bound.environment};
  const auto text = wrapped(bound, 255, w);
  if (text) return true;
  failed(text.error().code == Errc::Limit ? "too-long" : "invalid", text.error().what);
  return false;
}

InputRole Command::input_role() const {
  auto role = judgement_.input;
  // A job that goes on in the foreground reads what it was granted, at most.
  if (std::ranges::any_of(judgement_.commands, [](const auto& c) {
        return !c.argv.empty() && (c.argv[0] == "fg" || c.argv[0].starts_with('%'));
      }))
    return setting_.of_jobs;
  // Without a terminal a session's input is its next lines.
  if (setting_.session != nullptr && !exec_.terminal.wanted) return InputRole::None;
  if (role != InputRole::Script) return role;
  // What a rule allowed was judged without its input: it gets none that could
  // be run.
  if (judgement_.verdict == Verdict::Allow && !judgement_.shadow) return InputRole::None;
  // A terminal's input has no end at which it could be judged.
  return exec_.terminal.wanted ? InputRole::Raw : role;
}

void Command::on_input(ingress::Input input) {
  if (state_ != State::Collecting) return;
  switch (input.end) {
    case ingress::InputEnd::TooLong:
      return failed("input-too-long",
                    fmt::format("standard input would be judged with this command, and has more "
                                "than {} bytes: put it into a file",
                                kMaxJudgedInput));
    case ingress::InputEnd::Silent:
      input_role_ = InputRole::None;
      break;
    case ingress::InputEnd::Complete:
      if (input.bytes.empty()) {
        input_role_ = InputRole::None;
        break;
      }
      has_input_ = true;
      input_ = std::move(input.bytes);
      masked_input_ = masked(input_);
      row_.input_sha256 = hex(crypto::sha256(masked_input_));
      break;
  }
  row_.input_role = name_of(input_role_);
  proceed();
}

void Command::proceed() {
  row_.state = "judged";
  save();
  if (judgement_.shadow)
    mark(fmt::format("shadow: \"{}\" would have held it: {}", row_.rule, row_.summary));
  if (judgement_.verdict == Verdict::Allow) return claim();
  if (judgement_.canonical && !judgement_.runs.empty()) return read_files();
  ask_humans();
}

// ---- running ---------------------------------------------------------------

void Command::claim() {
  place_ = {};
  pause_ = {};
  deadline_ = {};
  heartbeat_ = {};
  if (const auto why = shared_.pauses.why(session_.agent, session_.id)) return pause(*why);
  state_ = State::Claiming;
  auto way = agent_->way();
  if (!way) return failed("target-unreachable", way.error().what);
  way_ = *way;
  way_->claim(*this);
}

void Command::on_ready() {
  if (state_ != State::Claiming) return;
  if (policy_ != shared_.judge->version()) {
    row_.error = "policy: it changed while the command waited";
    agent_->notice(notices_.remark("the policy has changed in the meantime"));
    return end("cancelled", notices_.not_yet(shown_id(), seconds(1)), kExitRetry);
  }
  if (const auto why = shared_.pauses.why(session_.agent, session_.id)) return pause(*why);
  auto allowed = permit();
  if (allowed) return start(std::move(*allowed));
  if (allowed.error().code != Errc::Denied) return failed("store", allowed.error().what);
  // An identical command was quicker, or it took too long: ask again.
  way_->release(*this);
  way_ = nullptr;
  row_.grant.reset();
  ask_humans();
}

Result<Permit> Command::permit() {
  if (judgement_.verdict == Verdict::Allow)
    return Permit::of_rule(judgement_.verdict, row_.id, bind());
  const auto now = Now::read();
  if (row_.grant)
    return shared_.approvals.use_grant(*row_.grant, row_.id, session_.id, shown_.shape, bind(),
                                       now);
  return shared_.approvals.consume(*row_.request, bind(), now);
}

void Command::start(Permit permit) {
  std::pair<Fd, Fd> stream;
  if (setting_.session == nullptr || setting_.own_leg) {
    auto pair = sys::socket_pair();
    if (!pair) return failed("internal", pair.error().what);
    stream = std::move(*pair);
  }
  auto sent = way_->run(*this, std::move(permit),
                        {input_role_, std::move(stream.second), exec_.terminal, setting_.status});
  if (!sent) return failed("too-long", sent.error().what);
  state_ = State::Starting;
  row_.state = "starting";
  save();
  shared_.turn.must_last();
  agent_->run(input_role_, std::move(stream.first));
}

void Command::on_start_failed(egress::LegError error, const std::string& words,
                              bool may_have_started) {
  way_ = nullptr;
  const auto text = masked(words);  // what start-up files print may be in it
  log("{} on {}: {}: {}", session_.agent, session_.target, code_of(error), visible(text));
  const bool surely_not = error == egress::LegError::HostKey ||
                          error == egress::LegError::Certificate ||
                          error == egress::LegError::Wrapper;
  if (may_have_started && !surely_not) return unknown(text);
  failed(code_of(error), text);
}

void Command::on_started(std::uint64_t process_group, const std::string& start_time) {
  state_ = State::Running;
  started_ = true;
  row_.state = "running";
  row_.started_at = wall_now_ms();
  row_.process_group = process_group;
  row_.process_start = start_time;
  save();
  mark(fmt::format("started: {}", row_.canonical.value_or(row_.submitted)));
  tell("started", row_.summary);
  limit_time();
  if (killing_) kill();
}

void Command::on_output(char code, std::string_view bytes) {
  output_.add(code, bytes);
  limit_output();
}

void Command::on_ended(const egress::Ended& ended) {
  way_ = nullptr;
  count_masks(ended.masked);
  switch (ended.how) {
    case egress::How::Lost:
      if (row_.process_group != 0)
        shared_.reap(session_.target, {row_.process_group, row_.process_start});
      return unknown(ended.text);
    case egress::How::Signal:
      row_.exit_signal = ended.signal;
      break;
    case egress::How::Exit:
      row_.exit_status = ended.exit_status;
      break;
  }
  end("ended", "", ended.exit_status, ended.how == egress::How::Signal ? ended.signal : "",
      ended.core_dumped);
}

void Command::kill() {
  killing_ = true;
  if (state_ == State::Running && way_ != nullptr)
    way_->kill({row_.process_group, row_.process_start}, {});
}

// ---- ends ------------------------------------------------------------------

void Command::cancel(bool gone) {
  switch (state_) {
    case State::New:
    case State::Collecting:
    case State::Reading:
    case State::Held:
    case State::Paused:
    case State::Claiming:
      row_.error = gone ? "cancelled: the agent has left" : "cancelled: by the agent";
      return end("cancelled", gone ? "" : notices_.cancelled(shown_id()), kExitCancelled);
    case State::Starting:
    case State::Running:
      if (!killing_) kill();
      return;
    case State::Over:
      return;
  }
}

void Command::stop() {
  if (state_ != State::Over && !is_running())
    failed("stopping", "the bastion is shutting down: run the same command again later");
}

void Command::give_up() {
  if (state_ != State::Over) unknown("the bastion ended the session before the command ended");
}

void Command::denied(const std::string& words, const std::string& why) {
  row_.error = why;
  end("denied", words, kExitDenied);
}

void Command::failed(const std::string& code, const std::string& reason) {
  row_.error = code + ": " + reason;
  end("failed", notices_.error(row_.request.value_or(""), code, reason), kExitFault);
}

void Command::unknown(const std::string& reason) {
  row_.error = "outcome-unknown: " + reason;
  end("unknown",
      notices_.error(shown_id(), "outcome-unknown", reason + ": look before you run it again"),
      kExitOutcomeUnknown);
}

void Command::end(const char* row_state, const std::string& words, std::int32_t status,
                  const std::string& signal, bool core_dumped) {
  if (state_ == State::Over) return;
  state_ = State::Over;
  place_ = {};
  pause_ = {};
  deadline_ = {};
  heartbeat_ = {};
  limit_ = {};
  if (way_ != nullptr) std::exchange(way_, nullptr)->release(*this);
  reader_.reset();
  row_.state = row_state;
  row_.ended_at = wall_now_ms();
  if (started_) output_.finish(row_);
  save();
  shared_.turn.must_last();
  const auto how = row_.exit_status  ? fmt::format("exit {}", *row_.exit_status)
                   : !signal.empty() ? fmt::format("signal {}", signal)
                                     : row_.error;
  mark(how.starts_with(row_state) ? how : fmt::format("{}: {}", row_state, how));
  tell(started_ ? "ended" : request_open_ ? "left" : row_state, how);
  agent_->notice(words);
  agent_->finish(status, signal, core_dumped);
  agent_->over();
}

void Command::count_masks(const egress::Masked& masks) {
  for (const auto& [rule, count] : masks) row_.masked[rule] += count;
}

void Command::save() {
  const auto s = std::exchange(saved_, true) ? shared_.store.update_command(row_)
                                             : shared_.store.add_command(row_);
  Shared::lost_with_the_turn(s);
}

void Command::mark(const std::string& text) { agent_->record(row_.id, 'm', text); }

void Command::tell(const char* event, const std::string& text) {
  shared_.feed.tell({0, event, shown_id(), session_.agent, session_.target, wall_now_ms(),
                     text.substr(0, 2'000)});
}

}  // namespace hitl::broker
