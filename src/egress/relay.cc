// SPDX-License-Identifier: Apache-2.0
#include "egress/relay.h"

#include "hitl/stream_protocol.h"

namespace hitl::egress {
namespace {

using stream::kHighWater;
using stream::kMaxChunk;

}  // namespace

Relay::Relay(Parts parts) : broker_(parts.broker), command_(parts.command), input_(parts.input) {
  if (parts.stream)
    stream_ = std::make_unique<sys::FrameChannel>(
        parts.loop, std::move(parts.stream),
        [this](std::string_view frame) { return on_stream_frame(frame); },
        // No end of input: what the command has read would look like all of it.
        [this](const Error&) { stream_.reset(); });
  if (stream_) stream_->pause_reading(true);  // until step(): the command has not begun
  if (input_ == InputRole::Script) in_.push(ssh::Outlet::Stream::Out, std::move(parts.script));
  in_ended_ = input_ != InputRole::Data;
}

void Relay::begin(const std::string& noise_and_first_stderr) {
  begun_ = true;
  pass_output('e', noise_and_first_stderr);
}

void Relay::pass_output(char code, const std::string& bytes) {
  for (std::size_t at = 0; at < bytes.size(); at += kMaxChunk) {
    const auto piece = bytes.substr(at, kMaxChunk);
    broker_.say(Output{command_, static_cast<std::uint8_t>(code), piece});
    sent_ += piece.size();
    if (!stream_) continue;
    const auto type = code == 'o' ? stream::Type::Stdout : stream::Type::Stderr;
    stream_->send(static_cast<char>(type) + piece);
  }
  if (stream_) stream_->flush();
}

void Relay::pass_input(std::string_view bytes) {
  broker_.say(Output{command_, 'i', std::string(bytes)});
  sent_ += bytes.size();
  in_.push(ssh::Outlet::Stream::Out, std::string(bytes));
}

Status Relay::on_stream_frame(std::string_view frame) {
  const auto bytes = frame.substr(1);
  switch (static_cast<stream::Type>(frame[0])) {
    case stream::Type::Stdin:
      // A socket that hangs up is read while it is paused, too: nothing may be
      // recorded of a command that has not begun.
      if (begun_ && input_ == InputRole::Data && !in_ended_) pass_input(bytes);
      return Ok{};
    case stream::Type::StdinEnd:
      in_ended_ = true;
      return Ok{};
    case stream::Type::Stdout:
    case stream::Type::Stderr:
      break;
  }
  return fail(Errc::Protocol, "unknown frame of a stream");
}

bool Relay::may_take_output() const {
  return sent_ - recorded_ < kUnrecorded && (!stream_ || stream_->queued() < kHighWater);
}

bool Relay::step(const ssh::Transport& transport, ssh_channel channel, ssh::Intake& out,
                 ssh::Intake& err) {
  bool done = false;
  for (auto* intake : {&out, &err}) {
    intake->resume(channel);
    if (intake->empty() || !may_take_output()) continue;
    pass_output(intake == &out ? 'o' : 'e', intake->take());
    done = true;
  }
  if (in_.flush(transport, channel)) done = true;
  if (in_ended_ && in_.empty() && !in_end_sent_) {
    in_end_sent_ = true;
    ssh_channel_send_eof(channel);
    done = true;
  }
  if (stream_) stream_->pause_reading(in_.size() >= kHighWater || sent_ - recorded_ >= kUnrecorded);
  return done;
}

std::unique_ptr<sys::FrameChannel> Relay::take_stream() { return std::move(stream_); }

}  // namespace hitl::egress
