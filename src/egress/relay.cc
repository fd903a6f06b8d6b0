// SPDX-License-Identifier: Apache-2.0
#include "egress/relay.h"

#include "base/wire.h"
#include "hitl/stream_protocol.h"

namespace hitl::egress {
namespace {

using stream::kHighWater;
using stream::kMaxChunk;

}  // namespace

Relay::Relay(Parts parts)
    : loop_(parts.loop),
      broker_(parts.broker),
      command_(parts.command),
      input_(parts.input),
      terminal_(parts.terminal),
      keeper_(std::move(parts.keeper)),
      out_lane_{'o', mask::Masker(parts.rules)},
      err_lane_{'e', mask::Masker(parts.rules)},
      in_lane_{'i', mask::Masker(parts.rules)} {
  if (parts.stream)
    stream_ = std::make_unique<sys::FrameChannel>(
        parts.loop, std::move(parts.stream),
        [this](std::string_view frame) { return on_stream_frame(frame); },
        // No end of input: what the command has read would look like all of it.
        [this](const Error&) { stream_.reset(); });
  if (stream_) stream_->pause_reading(true);  // until step(): the command has not begun
  if (input_ == InputRole::Script) in_.push(ssh::Outlet::Stream::Out, std::move(parts.script));
  in_ended_ = input_ != InputRole::Data && input_ != InputRole::Raw && !terminal_;
}

void Relay::begin(const std::string& noise_and_first_stderr) {
  begun_ = true;
  take_output(terminal_ ? 'o' : 'e', noise_and_first_stderr);
}

void Relay::retire() {
  if (begun_ && keeper_) pass(keeper_->watch()->take_rest());
  if (begun_) end_texts();
  begun_ = false;
}

Masked Relay::take_masked() {
  mask::Counts all;
  for (auto* lane : {&out_lane_, &err_lane_, &in_lane_})
    for (const auto& [rule, count] : lane->masker.take_counts()) all[rule] += count;
  return {all.begin(), all.end()};
}

void Relay::take_output(char code, const std::string& bytes) {
  if (!keeper_) return mask(code == 'o' ? out_lane_ : err_lane_, bytes);
  keeper_->watch()->on_output(code == 'e', bytes);
  pass(keeper_->watch()->take());
}

void Relay::pass(const std::vector<LineWatch::Piece>& pieces) {
  for (const auto& p : pieces) {
    switch (p.kind) {
      case LineWatch::Kind::Output:
        mask(p.is_stderr ? err_lane_ : out_lane_, p.bytes);
        break;
      case LineWatch::Kind::LineEnd: {
        end_texts();
        // What has not left was for this line only.
        const auto frame = keeper_->end_of_line(in_.size(), take_masked());
        in_.clear();
        if (stream_) stream_->send_now(frame);
        break;
      }
      case LineWatch::Kind::PromptEnd:
        end_texts();
        if (stream_) stream_->send_now(std::string(1, static_cast<char>(stream::Type::PromptEnd)));
        break;
    }
  }
}

void Relay::mask(Lane& lane, std::string_view bytes) {
  pass_on(lane, lane.masker.feed(bytes));
  lane.patience = {};
  if (lane.masker.waits())
    lane.patience =
        loop_.after(mask::kPatience, [this, &lane] { pass_on(lane, lane.masker.flush()); });
}

// What follows is another text.
void Relay::end_texts() {
  for (auto* lane : {&out_lane_, &err_lane_, &in_lane_}) {
    pass_on(*lane, lane->masker.finish());
    lane->patience = {};
  }
}

void Relay::pass_on(const Lane& lane, const std::string& bytes) {
  for (std::size_t at = 0; at < bytes.size(); at += kMaxChunk) {
    const auto piece = bytes.substr(at, kMaxChunk);
    broker_.say(Output{command_, static_cast<std::uint8_t>(lane.code), piece});
    sent_ += piece.size();
    if (!stream_ || lane.code == 'i') continue;
    const auto type = lane.code == 'o' ? stream::Type::Stdout : stream::Type::Stderr;
    stream_->send(static_cast<char>(type) + piece);
  }
  if (stream_) stream_->flush();
}

void Relay::pass_input(std::string_view bytes) {
  // What is typed may be a password, and what the terminal echoes is in the output.
  if (terminal_)
    pass_on(in_lane_, std::string(bytes.size(), '*'));
  else
    mask(in_lane_, bytes);
  in_.push(ssh::Outlet::Stream::Out, std::string(bytes));
}

Status Relay::on_stream_frame(std::string_view frame) {
  const auto bytes = frame.substr(1);
  switch (static_cast<stream::Type>(frame[0])) {
    case stream::Type::Stdin:
      // A socket that hangs up is read while it is paused, too: nothing may be
      // recorded of a command that has not begun.
      if (!begun_ || in_ended_ || keeper_) return Ok{};
      if (input_ == InputRole::Data || input_ == InputRole::Raw)
        pass_input(bytes);
      else if (const auto keys = keys_of(bytes); terminal_ && !keys.empty())
        pass_input(keys);
      return Ok{};
    case stream::Type::LineInput: {
      if (!keeper_) break;
      WireReader r(bytes);
      const auto number = r.u32();
      if (begun_ && bytes.size() >= 4) keeper_->offer(number, bytes.substr(4));
      return Ok{};
    }
    case stream::Type::StdinEnd:
      if (!keeper_) in_ended_ = true;
      return Ok{};
    case stream::Type::Stdout:
    case stream::Type::Stderr:
    case stream::Type::LineEnd:
    case stream::Type::PromptEnd:
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
    take_output(intake == &out ? 'o' : 'e', intake->take());
    done = true;
  }
  if (keeper_) {
    // The status may have come by the other leg.
    pass(keeper_->watch()->take());
    if (const auto in = keeper_->admit(); !in.empty()) {
      pass_input(in);
      done = true;
    }
  }
  if (in_.flush(transport, channel)) done = true;
  if (in_ended_ && in_.empty() && !in_end_sent_) {
    in_end_sent_ = true;
    ssh_channel_send_eof(channel);
    done = true;
  }
  const auto waiting = in_.size() + (keeper_ ? keeper_->waiting() : 0);
  if (stream_) stream_->pause_reading(waiting >= kHighWater || sent_ - recorded_ >= kUnrecorded);
  return done;
}

}  // namespace hitl::egress
