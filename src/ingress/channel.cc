// SPDX-License-Identifier: Apache-2.0
#include "ingress/channel.h"

#include <algorithm>

#include "hitl/exit_codes.h"
#include "hitl/limits.h"
#include "hitl/stream_protocol.h"
#include "ingress/gate.h"
#include "proto/session_codec.h"

namespace hitl::ingress {
namespace {

constexpr std::chrono::milliseconds kSilence{300};
constexpr std::chrono::milliseconds kNoPrompt{200};

Channel& channel(void* self) { return *static_cast<Channel*>(self); }

}  // namespace

Channel::Channel(sys::EventLoop& loop, ssh::Transport& transport, BrokerLink& broker,
                 ssh_channel handle)
    : loop_(loop),
      transport_(transport),
      broker_(broker),
      in_(false, stream::kHighWater),
      handle_(handle) {
  ssh_callbacks_init(&callbacks_);
  callbacks_.userdata = this;
  callbacks_.channel_data_function = on_data;
  callbacks_.channel_eof_function = on_eof;
  callbacks_.channel_close_function = on_close;
  callbacks_.channel_signal_function = on_signal;
  HITL_CHECK(ssh_set_channel_callbacks(handle, &callbacks_) == SSH_OK);
}

// ---- what libssh calls ---------------------------------------------------------

int Channel::on_data(ssh_session, ssh_channel, void* data, std::uint32_t size, int is_stderr,
                     void* self) noexcept {
  if (is_stderr != 0) return static_cast<int>(size);  // a client has no such stream
  return static_cast<int>(channel(self).in_.offer(data, size));
}

void Channel::on_eof(ssh_session, ssh_channel, void* self) noexcept {
  channel(self).in_ended_ = true;
}

void Channel::on_close(ssh_session, ssh_channel, void* self) noexcept {
  channel(self).in_ended_ = channel(self).closed_by_agent_ = true;
}

void Channel::on_signal(ssh_session, ssh_channel, const char* signal, void* self) noexcept {
  auto& c = channel(self);
  const Moment moment{.authenticated = true, .channels = 1, .asked = c.asked()};
  if (gate(Kind::Request, "signal", moment) == Answer::Cancel && ends_something(signal))
    c.cancel_ = true;
}

// ---- from the gate ---------------------------------------------------------------

bool Channel::set_environment(const std::string& name, std::string value) {
  if (value.size() > kMaxEnvValue) return false;
  std::erase_if(request_.environment, [&](const EnvVar& v) { return v.name == name; });
  if (request_.environment.size() >= kMaxEnv) return false;
  request_.environment.push_back({name, std::move(value)});
  return true;
}

void Channel::refuse_environment(std::string name) {
  if (request_.refused.size() < kMaxEnv) request_.refused.push_back(name.substr(0, kMaxName));
}

void Channel::grant_terminal(Terminal terminal) {
  terminal.wanted = true;
  request_terminal_ = std::move(terminal);
}

void Channel::resize(const TerminalSize& size) {
  request_terminal_.size = size;
  if (shell_) shell_->on_resize(size);
}

void Channel::ask_shell(std::uint32_t number) {
  HITL_CHECK(phase_ == Phase::Fresh);
  number_ = number;
  phase_ = Phase::Asked;
  shell_.emplace(request_terminal_);
  in_.set_mode(ssh::Intake::Mode::Buffer);
  in_.set_high_water(ShellInput::kMaxWaiting);
  broker_.say(Shell{number_, std::move(request_.environment), std::move(request_.refused),
                    request_terminal_});
  request_ = {};
}

void Channel::ask_subsystem(std::uint32_t number, const std::string& name) {
  HITL_CHECK(phase_ == Phase::Fresh);
  number_ = number;
  phase_ = Phase::Asked;
  broker_.say(Subsystem{number_, name.substr(0, kMaxName)});
}

void Channel::ask(std::uint32_t number, std::string command) {
  HITL_CHECK(phase_ == Phase::Fresh);
  number_ = number;
  phase_ = Phase::Asked;
  request_.channel = number_;
  // One more than allowed is enough for the broker to say that it is too long.
  request_.command = std::move(command);
  if (request_.command.size() > kMaxCommand) request_.command.resize(kMaxCommand + 1);
  request_.terminal = request_terminal_;
  broker_.say(std::move(request_));
  request_ = {};
  // ^C is a byte, on a terminal.
  if (has_terminal()) {
    in_.set_high_water(ShellInput::kMaxWaiting);
    in_.set_mode(ssh::Intake::Mode::Buffer);
  }
}

// ---- from the broker -------------------------------------------------------------

void Channel::notice(const std::string& line) {
  if (has_terminal())
    out_.push(ssh::Outlet::Stream::Out, line + "\r\n");
  else
    out_.push(ssh::Outlet::Stream::Err, line + "\n");
}

void Channel::print(const std::string& line) {
  out_.push(ssh::Outlet::Stream::Out, line + (has_terminal() ? "\r\n" : "\n"));
}

void Channel::collect(std::uint32_t limit) {
  if (phase_ != Phase::Asked || collecting_) return;
  collecting_ = limit;
  in_.set_high_water(std::size_t{limit} + 1);
  in_.set_mode(ssh::Intake::Mode::Buffer);
  silence_ = loop_.after(kSilence, [this] { silent_ = true; });
}

void Channel::answer_collect(InputEnd end) {
  Input answer{number_, end, {}};
  if (end == InputEnd::Complete) answer.bytes = in_.take();
  broker_.say(std::move(answer));
  in_.take();
  // What still comes was not judged, so it goes nowhere.
  in_.set_mode(ssh::Intake::Mode::Discard);
  collecting_.reset();
  silence_ = {};
}

Status Channel::run(InputRole input, Fd socket) {
  const bool next_line = shell_ && phase_ == Phase::Running && !stream_;
  if (phase_ != Phase::Asked && !next_line) return Ok{};  // closed meanwhile; the stream too
  phase_ = Phase::Running;
  input_ = input;
  const bool listens = input == InputRole::Data || input == InputRole::Raw || has_terminal();
  if (!shell_) in_.set_mode(listens ? ssh::Intake::Mode::Buffer : ssh::Intake::Mode::Discard);
  if (!socket) return fail(Errc::Protocol, "no stream came with Run");
  stream_ = std::make_unique<sys::FrameChannel>(
      loop_, std::move(socket), [this](std::string_view f) { return on_stream_frame(f); },
      [this](const Error&) { stream_.reset(); });
  stream_->on_drained([] {});  // a turn follows, and in it step()
  if (shell_ && shell_->has_stream_a_line()) shell_->on_line_runs(0, input);
  return Ok{};
}

Status Channel::join(Fd socket) {
  if (phase_ != Phase::Asked) return Ok{};
  if (!socket) return fail(Errc::Protocol, "no socket came with Join");
  phase_ = Phase::Running;
  in_.set_mode(ssh::Intake::Mode::Buffer);
  pipe_ = std::make_unique<Pipe>(loop_, std::move(socket));
  return Ok{};
}

void Channel::finish(Finish finish) {
  if (phase_ == Phase::Closed || finish_) return;
  if (phase_ == Phase::Asked) phase_ = Phase::Ending;
  finish_ = std::move(finish);
}

void Channel::broker_is_gone() {
  if (phase_ == Phase::Fresh || phase_ == Phase::Closed || finish_) return;
  const bool ran = phase_ == Phase::Running;
  stream_.reset();
  if (pipe_) return;  // its socket ends too
  notice(ran ? "hitl-result: error code=outcome-unknown" : "hitl-result: error code=restarted");
  finish({number_, ran ? kExitOutcomeUnknown : kExitFault, "", false});
}

Status Channel::on_stream_frame(std::string_view frame) {
  const auto type = static_cast<stream::Type>(frame[0]);
  if (shell_ && type == stream::Type::LineEnd) {
    const auto end = proto::decode<stream::LineEnd>(frame);
    if (!end) return end.error();
    shell_->on_line_end(*end);
    return Ok{};
  }
  if (shell_ && type == stream::Type::PromptEnd) return shell_->on_prompt_end(), Ok{};
  if (type != stream::Type::Stdout && type != stream::Type::Stderr)
    return fail(Errc::Protocol, "unknown frame of a stream");
  if (shell_ && type == stream::Type::Stdout) {
    // In order with what it has to say itself.
    shell_->on_output(frame.substr(1));
    out_.push(ssh::Outlet::Stream::Out, shell_->take_output());
  } else {
    out_.push(type == stream::Type::Stdout ? ssh::Outlet::Stream::Out : ssh::Outlet::Stream::Err,
              std::string(frame.substr(1)));
  }
  if (out_.size() >= stream::kHighWater) {
    stream_paused_ = true;
    stream_->pause_reading(true);
  }
  return Ok{};
}

// ---- rounds ------------------------------------------------------------------------

bool Channel::step() {
  if (phase_ == Phase::Closed) return false;
  cancel_if_asked();
  in_.resume(handle_.get());
  bool done = step_collect();
  done |= shell_ ? step_shell() : pipe_ ? step_pipe() : step_input();
  if (out_.flush(transport_, handle_.get())) done = true;
  if (stream_ && stream_paused_ && out_.size() < stream::kHighWater / 4) {
    stream_paused_ = false;
    stream_->pause_reading(false);
  }
  return step_end() || done;
}

void Channel::cancel_if_asked() {
  const bool wanted = cancel_ || closed_by_agent_;
  cancel_ = false;
  if (!wanted) return;
  if (!finish_ && (phase_ == Phase::Asked || phase_ == Phase::Running)) {
    if (shell_)
      broker_.say(Close{number_});
    else
      broker_.say(Cancel{number_});
  }
  if (!closed_by_agent_) return;
  stream_.reset();
  pipe_.reset();
  out_.clear();
  ssh_channel_send_eof(handle_.get());
  ssh_channel_close(handle_.get());
  phase_ = Phase::Closed;
}

bool Channel::step_collect() {
  if (!collecting_) return false;
  if (in_.bytes().size() > *collecting_) return answer_collect(InputEnd::TooLong), true;
  if (in_ended_ && in_.kept() == 0) return answer_collect(InputEnd::Complete), true;
  if (silent_ && !in_.anything_came()) return answer_collect(InputEnd::Silent), true;
  return false;
}

void Channel::send_input(stream::Type type, std::string_view head, std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size(); at += stream::kMaxChunk) {
    std::string frame(1, static_cast<char>(type));
    stream_->send(frame.append(head).append(bytes.substr(at, stream::kMaxChunk)));
  }
  stream_->flush();
}

// On a terminal, what is typed may be a key that ends or stops something.
bool Channel::step_keys() {
  const auto at = in_.bytes().rfind('\x03');
  if (at == std::string::npos) return false;
  if (phase_ == Phase::Asked) {
    in_.take();
    broker_.say(Cancel{number_});
    return true;
  }
  return false;
}

bool Channel::step_shell() {
  bool done = false;
  if (!in_.empty() && shell_->wants_bytes()) {
    shell_->on_bytes(in_.take());
    done = true;
  }
  if (in_ended_ && in_.drained() && !input_end_sent_) {
    input_end_sent_ = true;
    shell_->on_end_of_input();
  }
  if (prompt_ && !stream_) {
    phase_ = Phase::Running;
    shell_->on_prompt(*std::exchange(prompt_, {}));
  }
  auto work = shell_->take();
  if (!work.to_agent.empty()) out_.push(ssh::Outlet::Stream::Out, std::move(work.to_agent));
  if (finish_ || phase_ == Phase::Ending) return done;
  if (work.resize) broker_.say(Resize{number_, *work.resize});
  if (work.cancel) broker_.say(Cancel{number_});
  if (!work.to_command.empty() && stream_) {
    WireWriter number;
    number.u32(shell_->number());
    if (shell_->has_stream_a_line())
      send_input(stream::Type::Stdin, "", work.to_command);
    else
      send_input(stream::Type::LineInput, number.bytes(), work.to_command);
    done = true;
  }
  if (work.line) {
    broker_.say(Line{number_, std::move(*work.line), work.last});
    done = true;
  }
  // A prompt that does not come, for PS1 is strange, must not stop the agent.
  if (!shell_->awaits_prompt())
    no_prompt_ = {};
  else if (!no_prompt_)
    no_prompt_ = loop_.after(kNoPrompt, [this] { shell_->on_prompt_end(); });
  return done;
}

bool Channel::step_input() {
  if (has_terminal() && step_keys()) return true;
  if (!stream_) return false;
  const bool all = input_ == InputRole::Data || input_ == InputRole::Raw;
  if (!all && !has_terminal()) return false;
  bool done = false;
  if (!in_.empty() && stream_->queued() < stream::kHighWater) {
    send_input(stream::Type::Stdin, "", in_.take());  // egress takes of it what may go in
    done = true;
  }
  if (in_ended_ && in_.drained() && !input_end_sent_) {
    input_end_sent_ = true;
    stream_->send_now(std::string(1, static_cast<char>(stream::Type::StdinEnd)));
  }
  return done;
}

bool Channel::step_pipe() {
  const bool done = pipe_->step(in_, out_, in_ended_);
  if (pipe_->over()) {
    pipe_.reset();
    finish({number_, 0, "", false});
  }
  return done;
}

bool Channel::step_end() {
  if (phase_ == Phase::Running && !stream_ && !pipe_ && finish_) phase_ = Phase::Ending;
  if (phase_ != Phase::Ending || !finish_ || !out_.empty()) return false;
  auto* c = handle_.get();
  if (!finish_->exit_signal.empty())
    ssh_channel_request_send_exit_signal(c, finish_->exit_signal.c_str(), finish_->core_dumped, "",
                                         "");
  else
    ssh_channel_request_send_exit_status(c, finish_->exit_status);
  // Apart, because ssh_channel_close() sends no CLOSE when the EOF that it sends
  // first stays in a buffer (0.10.6, channels.c: SSH_AGAIN is returned early).
  ssh_channel_send_eof(c);
  ssh_channel_close(c);
  in_.set_mode(ssh::Intake::Mode::Discard);
  phase_ = Phase::Closed;
  return true;
}

}  // namespace hitl::ingress
