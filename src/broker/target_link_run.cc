// SPDX-License-Identifier: Apache-2.0
// What leaves for a target: each text inside a certificate for it, and lines for a
// session's shell.
#include <ctime>
#include <utility>

#include "base/encoding.h"
#include "base/log.h"
#include "base/visible.h"
#include "broker/target_link.h"
#include "ca/certificate.h"
#include "crypto/digest.h"
#include "proto/session_codec.h"
#include "shell/files.h"
#include "shell/wrapper.h"

namespace hitl::broker {
namespace {

// The target's clock may be behind ours.
constexpr std::uint64_t kBackdate = 10, kValid = 60;  // seconds

}  // namespace

// Completes `run` by the certificate for `text`.
void TargetLink::send_run(Legs::iterator leg, const std::string& text, egress::Run run, Fd stream) {
  const auto& l = leg->second;
  const auto now = static_cast<std::uint64_t>(std::time(nullptr));
  ca::Certificate c;
  c.public_key = l.public_key;
  const auto random = crypto::random_bytes(8);
  WireReader serial(random);
  c.serial = serial.u64() >> 1;
  c.key_id = run.request_text;
  c.principals = {parts_.target.account};
  c.valid_after = now - kBackdate;
  c.valid_before = now + kValid;
  c.force_command = text;
  c.source_address = l.our_address;
  c.terminal = run.terminal.wanted;
  auto certificate = ca::sign(parts_.user_ca, c);
  HITL_CHECK(certificate.has_value());
  run.leg = run.command = leg->first;
  run.certificate = std::move(*certificate);
  egress_->say(std::move(run), std::move(stream));
}

void TargetLink::check_is_for_this_target(const Bound& bound) const {
  HITL_CHECK(bound.account == parts_.target.account &&
             bound.address == config::to_string(parts_.target.address));
}

Status TargetLink::run(LegUser& user, Permit permit, Io io) {
  const auto leg = leg_of(user);
  HITL_CHECK(leg != legs_.end() && leg->second.state == State::Ready);
  const auto& bound = permit.bound();
  check_is_for_this_target(bound);
  shell::Wrapping w;
  w.nonce = hex(crypto::random_bytes(16));
  w.bash = parts_.target.shell;
  w.empty_input = io.input == InputRole::None && !io.terminal.wanted;
  w.environment = bound.environment;
  auto text = wrapped(bound, io.status, w);
  if (!text) return text.error();
  leg->second.state = State::Starting;
  egress::Run run;
  run.part = egress::Part::Command;
  run.request_text = permit.id();
  run.nonce = std::move(w.nonce);
  run.input = io.input;
  run.script = bound.input;
  run.terminal = io.terminal;
  send_run(leg, *text, std::move(run), std::move(io.stream));
  return Ok{};
}

Status TargetLink::run_control(KeeperUser& control, const shell::Keeper& keeper,
                               const std::string& key_id) {
  const auto leg = leg_of(control);
  HITL_CHECK(leg != legs_.end() && leg->second.state == State::Ready);
  const shell::Wrapping w{hex(crypto::random_bytes(16)), parts_.target.shell, false, {}};
  auto text = shell::wrap_control(keeper, w);
  if (!text) return text.error();
  leg->second.state = State::Starting;
  leg->second.control = &control;
  egress::Run run;
  run.part = egress::Part::Control;
  run.request_text = key_id;
  run.nonce = w.nonce;
  send_run(leg, *text, std::move(run), {});
  return Ok{};
}

Status TargetLink::run_shell(LegUser& user, KeeperUser& control, const shell::Keeper& keeper,
                             const std::string& key_id, const shell::Wrapping& environment, Io io) {
  const auto leg = leg_of(user), other = leg_of(control);
  HITL_CHECK(leg != legs_.end() && leg->second.state == State::Ready);
  if (other == legs_.end()) return fail(Errc::Closed, "the shell's control has ended");
  auto w = environment;
  w.nonce = hex(crypto::random_bytes(16));
  auto text = shell::wrap_shell(keeper, w);
  if (!text) return text.error();
  leg->second.state = State::Starting;
  egress::Run run;
  run.part = egress::Part::Shell;
  run.control = other->first;
  run.request_text = key_id;
  run.nonce = std::move(w.nonce);
  run.terminal = io.terminal;
  send_run(leg, *text, std::move(run), std::move(io.stream));
  return Ok{};
}

void TargetLink::run_line(KeeperUser& control, egress::Line line) {
  const auto leg = leg_of(control);
  if (leg == legs_.end()) return;  // it ended, and its users are about to hear of it
  line.control = leg->first;
  egress_->say(std::move(line));
}

void TargetLink::resize(LegUser& user, const TerminalSize& size) {
  const auto leg = leg_of(user);
  if (leg != legs_.end() && leg->second.state >= State::Starting)
    egress_->say(egress::Resize{leg->first, size});
}

void TargetLink::kill(const Victim& victim, std::function<void()> done) {
  auto text =
      shell::wrap_kill(std::to_string(victim.process_group),
                       victim.start_time.empty() ? "-" : victim.start_time, parts_.target.shell);
  if (!text) {
    log("a process group on {} cannot be ended: {}", config::to_string(parts_.target.address),
        visible(text.error().what));
    if (done) done();
    return;
  }
  const auto leg = new_leg();
  leg->second.kill_text = std::move(*text);
  leg->second.kill_done = done ? std::move(done) : [] {};
  queue(leg->first);
}

Status TargetLink::run_read(LegUser& user, std::span<const std::string> paths,
                            const std::string& key_id) {
  const auto leg = leg_of(user);
  HITL_CHECK(leg != legs_.end() && leg->second.state == State::Ready);
  const shell::Wrapping w{hex(crypto::random_bytes(16)), parts_.target.shell, true, {}};
  auto text = shell::wrap_read(paths, w);
  if (!text) return text.error();
  leg->second.state = State::Starting;
  egress::Run run;
  run.part = egress::Part::Read;
  run.request_text = key_id;
  run.nonce = w.nonce;
  send_run(leg, *text, std::move(run), {});
  return Ok{};
}

}  // namespace hitl::broker
