// SPDX-License-Identifier: Apache-2.0
#include "egress/keeper.h"

#include <algorithm>
#include <utility>

#include "hitl/stream_protocol.h"
#include "proto/session_codec.h"

namespace hitl::egress {
namespace {

constexpr std::string_view kGreeting = "READY";
constexpr std::size_t kKept = 64 * 1024;  // of what went in
constexpr std::size_t kMaxCwd = 4'096, kMaxFlags = 64;

// The terminal turns CR into NL on the way in (ICRNL).
bool is_end_of(std::string_view unread, std::string_view admitted) {
  if (unread.size() > admitted.size()) return false;
  admitted.remove_prefix(admitted.size() - unread.size());
  for (std::size_t i = 0; i < unread.size(); ++i)
    if (unread[i] != admitted[i] && !(unread[i] == '\n' && admitted[i] == '\r')) return false;
  return true;
}

}  // namespace

std::string keys_of(std::string_view bytes) {
  std::string out;
  for (const char c : bytes)
    if (c == '\x03' || c == '\x1a' || c == '\x1c') out += c;
  return out;
}

Status Keeper::line(Line line) {
  if (!watch_ || !ready_said_) return fail(Errc::Protocol, "a line before the shell has opened");
  if (!watch_->begin(line.nonce)) return fail(Errc::Protocol, "a line before the last has ended");
  number_ = line.number;
  role_ = line.input;
  accepted_ = 0;
  if (waiting_for_ != number_) waiting_.clear();
  admitted_.clear();
  in_.push(ssh::Outlet::Stream::Out, std::move(line.text));
  return Ok{};
}

void Keeper::hear(std::string bytes) {
  if (!ready_said_) {
    greeting_ += bytes.substr(0, kGreeting.size() - greeting_.size());
    bytes.clear();  // nothing comes behind it before there is a line
    if (greeting_ == kGreeting) {
      ready_said_ = true;
      broker_.say(KeeperReady{control_});
    }
  }
  if (watch_) watch_->on_status(bytes);
}

bool Keeper::step(const ssh::Transport& transport, ssh_channel channel, ssh::Intake& out) {
  out.resume(channel);
  const bool heard = !out.empty();
  if (heard) hear(out.take());
  return in_.flush(transport, channel) || heard;
}

void Keeper::offer(std::uint32_t number, std::string_view bytes) {
  // What was typed for a line that is over stays with ingress; the opening, which
  // is none, has no number.  The line itself, by the broker, may come later.
  const bool runs = number == number_ && watch_ && watch_->running();
  if (number == 0 || (number <= number_ && !runs)) return;
  if (std::exchange(waiting_for_, number) != number) waiting_.clear();
  waiting_ += bytes;
}

std::string Keeper::admit() {
  if (waiting_.empty() || waiting_for_ != number_ || !watch_->takes_input()) return "";
  accepted_ += waiting_.size();
  const bool all = role_ == InputRole::Data || role_ == InputRole::Raw;
  auto in = all ? std::exchange(waiting_, {}) : keys_of(std::exchange(waiting_, {}));
  admitted_ += in;
  if (admitted_.size() > kKept) admitted_.erase(0, admitted_.size() - kKept);
  return in;
}

std::string Keeper::end_of_line(std::size_t unsent, Masked masked) {
  const auto& s = watch_->status();
  accepted_ -= std::min<std::uint64_t>(accepted_, unsent);
  admitted_.resize(admitted_.size() - std::min(admitted_.size(), unsent));
  stream::LineEnd end{number_, accepted_, 0};
  // Only what we sent ourselves comes back: the target could say anything.
  if (is_end_of(s.unread, admitted_)) end.unread = static_cast<std::uint32_t>(s.unread.size());
  broker_.say(LineEnded{control_, number_, s.status,
                        s.cwd.size() <= kMaxCwd ? s.cwd : std::string(),
                        s.flags.substr(0, kMaxFlags), std::move(masked)});
  return proto::encode(end);
}

}  // namespace hitl::egress
