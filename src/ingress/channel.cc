// SPDX-License-Identifier: Apache-2.0
#include "ingress/channel.h"

#include <algorithm>

#include "hitl/exit_codes.h"
#include "hitl/limits.h"
#include "hitl/stream_protocol.h"
#include "ingress/gate.h"

namespace hitl::ingress {
namespace {

constexpr std::chrono::milliseconds kSilence{300};

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

void Channel::ask(std::uint32_t number, std::string command) {
  HITL_CHECK(phase_ == Phase::Fresh);
  number_ = number;
  phase_ = Phase::Asked;
  request_.channel = number_;
  // One more than allowed is enough for the broker to say that it is too long.
  request_.command = std::move(command);
  if (request_.command.size() > kMaxCommand) request_.command.resize(kMaxCommand + 1);
  broker_.say(std::move(request_));
  request_ = {};
}

void Channel::explain(const std::string& line, int exit_status) {
  HITL_CHECK(phase_ == Phase::Fresh);
  notice(line);
  phase_ = Phase::Ending;
  finish_ = Finish{number_, exit_status, "", false};
}

// ---- from the broker -------------------------------------------------------------

void Channel::notice(const std::string& line) { out_.push(ssh::Outlet::Stream::Err, line + "\n"); }

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
  if (phase_ != Phase::Asked) return Ok{};  // closed meanwhile; the stream ends with `socket`
  phase_ = Phase::Running;
  input_ = input;
  in_.set_mode(input == InputRole::Data ? ssh::Intake::Mode::Buffer : ssh::Intake::Mode::Discard);
  if (!socket) return fail(Errc::Protocol, "no stream came with Run");
  stream_ = std::make_unique<sys::FrameChannel>(
      loop_, std::move(socket), [this](std::string_view f) { return on_stream_frame(f); },
      [this](const Error&) { stream_.reset(); });
  stream_->on_drained([] {});  // a turn follows, and in it step()
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
  notice(ran ? "hitl-result: error code=outcome-unknown" : "hitl-result: error code=restarted");
  finish({number_, ran ? kExitOutcomeUnknown : kExitFault, "", false});
}

Status Channel::on_stream_frame(std::string_view frame) {
  const auto type = static_cast<stream::Type>(frame[0]);
  if (type != stream::Type::Stdout && type != stream::Type::Stderr)
    return fail(Errc::Protocol, "unknown frame of a stream");
  out_.push(type == stream::Type::Stdout ? ssh::Outlet::Stream::Out : ssh::Outlet::Stream::Err,
            std::string(frame.substr(1)));
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
  done |= step_input();
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
  if (!finish_ && (phase_ == Phase::Asked || phase_ == Phase::Running))
    broker_.say(Cancel{number_});
  if (!closed_by_agent_) return;
  stream_.reset();
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

bool Channel::step_input() {
  if (!stream_ || input_ != InputRole::Data) return false;
  bool done = false;
  if (!in_.empty() && stream_->queued() < stream::kHighWater) {
    const auto bytes = in_.take();
    for (std::size_t at = 0; at < bytes.size(); at += stream::kMaxChunk) {
      std::string frame(1, static_cast<char>(stream::Type::Stdin));
      stream_->send(frame.append(bytes, at, stream::kMaxChunk));
    }
    stream_->flush();
    done = true;
  }
  if (in_ended_ && in_.drained() && !input_end_sent_) {
    input_end_sent_ = true;
    stream_->send_now(std::string(1, static_cast<char>(stream::Type::StdinEnd)));
  }
  return done;
}

bool Channel::step_end() {
  if (phase_ == Phase::Running && !stream_ && finish_) phase_ = Phase::Ending;
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
