// SPDX-License-Identifier: Apache-2.0
#include "broker/target_link.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "base/log.h"
#include "base/visible.h"
#include "crypto/digest.h"
#include "proto/session_codec.h"
#include "shell/wrapper.h"
#include "sys/unix_socket.h"

namespace hitl::broker {
namespace {

using egress::LegError;

// A warm leg that the target closed early would be closed again.
constexpr std::chrono::seconds kShortLife{5};
constexpr unsigned kMostRewarmed = 5;
// Start-up files may take their time.
constexpr std::chrono::seconds kMostTrial{20};
// A client that sends one command and leaves is the usual one: no leg for it.
constexpr std::chrono::milliseconds kRewarmDelay{200};
// Unread words to egress beyond which something is wrong with it.
constexpr std::size_t kMostQueued = 8u << 20;

// A pid_t: a larger number could become another one, -1 for one, on its way to kill(2).
constexpr std::uint64_t kLastProcess = 0x7FFF'FFFF;

constexpr unsigned kAnyPhase = 1;

constexpr std::uint8_t byte(egress::Type t) { return static_cast<std::uint8_t>(t); }

}  // namespace

const Route<TargetLink> TargetLink::kRoutes[] = {
    {byte(egress::Type::Ready), kAnyPhase, &TargetLink::on_leg_ready},
    {byte(egress::Type::LegFailed), kAnyPhase, &TargetLink::on_leg_failed},
    {byte(egress::Type::Started), kAnyPhase, &TargetLink::on_started},
    {byte(egress::Type::Output), kAnyPhase, &TargetLink::on_output},
    {byte(egress::Type::Ended), kAnyPhase, &TargetLink::on_ended},
    {byte(egress::Type::KeeperReady), kAnyPhase, &TargetLink::on_keeper_ready},
    {byte(egress::Type::LineEnded), kAnyPhase, &TargetLink::on_line_ended},
};

Result<std::unique_ptr<TargetLink>> TargetLink::open(Parts parts, std::function<void()> on_end) {
  auto pair = sys::socket_pair();
  if (!pair) return pair.error();
  std::unique_ptr<TargetLink> link(new TargetLink(std::move(parts), std::move(on_end)));
  auto* self = link.get();
  link->egress_ = std::make_unique<Peer>(
      link->parts_.loop, link->parts_.turn, std::move(pair->first),
      [self](std::string_view frame) { return self->on_message(frame); },
      [self](const Error& why) { self->lost(why); });
  link->egress_->channel().refuse_descriptors();
  link->parts_.spawn_egress(std::move(pair->second));
  egress::Target target;
  target.account = link->parts_.target.account;
  for (const auto& k : link->parts_.target.host_keys) target.host_keys.push_back(k.blob);
  target.masks = static_cast<bool>(link->parts_.mask_rules);
  link->egress_->say(std::move(target), std::move(link->parts_.mask_rules));
  return link;
}

TargetLink::~TargetLink() = default;

// ---- legs ------------------------------------------------------------------

TargetLink::Legs::iterator TargetLink::new_leg() { return legs_.try_emplace(next_leg_++).first; }

void TargetLink::keep_warm() {
  for (const auto& [number, leg] : legs_)
    if (leg.user == nullptr && leg.kill_text.empty() && !leg.is_trial) return;
  auto slot = parts_.startups.try_warm();
  if (!slot) return;
  const auto leg = new_leg();
  leg->second.warm = true;
  leg->second.slot = std::move(*slot);
  connect(leg->first);
}

void TargetLink::queue(std::uint32_t number) {
  legs_.at(number).waiting = parts_.startups.when_free([this, number](Startups::Slot slot) {
    legs_.at(number).slot = std::move(slot);
    connect(number);
  });
}

void TargetLink::connect(std::uint32_t number) {
  auto& leg = legs_.at(number);
  leg.state = State::Connecting;
  leg.connector = std::make_unique<Connector>(
      parts_.loop, parts_.target.address, [this, number](Result<Fd> socket) {
        auto& l = legs_.at(number);
        if (!socket) return fail_leg(number, LegError::Transport, socket.error().what, false);
        auto address = local_address(socket->get());
        if (!address) return fail_leg(number, LegError::Transport, address.error().what, false);
        l.our_address = std::move(*address);
        l.state = State::Greeting;
        egress_->say(egress::Connect{number}, std::move(*socket));
        l.connector.reset();  // last: this is called from it
      });
}

TargetLink::Legs::iterator TargetLink::leg_of(const LegUser& user) {
  auto it = legs_.begin();
  while (it != legs_.end() && it->second.user != &user) ++it;
  return it;
}

void TargetLink::claim(LegUser& user) {
  HITL_CHECK(leg_of(user) == legs_.end());
  rewarmed_ = 0;
  auto best = legs_.end();
  for (auto it = legs_.begin(); it != legs_.end(); ++it) {
    if (it->second.user != nullptr || !it->second.kill_text.empty() || it->second.is_trial)
      continue;
    if (best == legs_.end() || it->second.state == State::Ready) best = it;
  }
  if (best == legs_.end()) {
    best = new_leg();
    best->second.user = &user;
    queue(best->first);
    return;
  }
  best->second.user = &user;
  if (best->second.state == State::Ready) offer(best);
}

void TargetLink::drop(Legs::iterator leg) {
  if (leg->second.state >= State::Greeting) egress_->say(egress::Drop{leg->first});
  legs_.erase(leg);
}

void TargetLink::release(LegUser& user) {
  const auto leg = leg_of(user);
  if (leg == legs_.end()) return;
  leg->second.user = nullptr;
  // What has not been used serves the next command.
  if (leg->second.state == State::Ready || leg->second.state == State::Greeting)
    leg->second.warm = true;
  else
    drop(leg);
}

void TargetLink::ready(Legs::iterator leg) {
  auto& l = leg->second;
  if (!l.kill_text.empty()) {
    l.state = State::Starting;
    egress::Run run;
    run.part = egress::Part::Kill;
    run.request_text = "kill";
    return send_run(leg, l.kill_text, std::move(run), {});
  }
  if (l.user != nullptr) offer(leg);
}

void TargetLink::offer(Legs::iterator leg) {
  if (parts_.self_test != SelfTest::None) return leg->second.user->on_ready();
  if (!is_trying_) try_out(leg);
}

// On this leg, because another might have to wait for it; its user gets another one.
void TargetLink::try_out(Legs::iterator leg) {
  auto& l = leg->second;
  const auto fresh = new_leg();
  fresh->second.user = std::exchange(l.user, nullptr);
  queue(fresh->first);
  shell::Wrapping w;
  w.nonce = hex(crypto::random_bytes(16));
  w.bash = parts_.target.shell;
  w.empty_input = true;
  const auto text = shell::wrap_self_test(w);
  HITL_CHECK(text.has_value());
  is_trying_ = l.is_trial = true;
  l.state = State::Starting;
  egress::Run run;
  run.part = egress::Part::Kill;  // nobody wants its output
  run.request_text = "self-test";
  const auto number = leg->first;
  trial_end_ = parts_.loop.after(kMostTrial, [this, number] {
    is_trying_ = false;
    drop(legs_.find(number));
    fail_users(LegError::Wrapper,
               "the self-test did not end within 20 s: the account's login "
               "shell or its start-up files wait for something");
  });
  send_run(leg, *text, std::move(run), {});
}

void TargetLink::tried(int exit_status) {
  is_trying_ = false;
  trial_end_ = {};
  if (exit_status != shell::kSelfTestPassed && exit_status != shell::kSelfTestOld)
    return fail_users(
        LegError::Wrapper,
        fmt::format("the self-test of {} ended with status {}: the account's login shell or its "
                    "start-up files keep a bash from running exactly what it is given",
                    parts_.target.shell, exit_status));
  parts_.self_test = exit_status == shell::kSelfTestOld ? SelfTest::OldBash : SelfTest::Passed;
  offer_all();
}

void TargetLink::offer_all() {
  std::vector<std::uint32_t> waiting;
  for (const auto& [number, leg] : legs_)
    if (leg.user != nullptr && leg.state == State::Ready) waiting.push_back(number);
  for (const auto number : waiting)
    if (const auto leg = legs_.find(number); leg != legs_.end() && leg->second.user != nullptr)
      offer(leg);
}

void TargetLink::fail_users(LegError error, const std::string& text) {
  std::vector<LegUser*> users;
  for (auto leg = legs_.begin(); leg != legs_.end();) {
    const auto next = std::next(leg);
    if (leg->second.user != nullptr && leg->second.state <= State::Ready) {
      users.push_back(leg->second.user);
      drop(leg);
    }
    leg = next;
  }
  for (auto* user : users) user->on_start_failed(error, text, false);
}

void TargetLink::fail_leg(std::uint32_t number, LegError error, const std::string& text,
                          bool asked) {
  const auto it = legs_.find(number);
  auto leg = std::move(it->second);
  legs_.erase(it);
  if (leg.kill_done) {
    log("{}: what runs there could not be ended: {}", config::to_string(parts_.target.address),
        visible(text));
    return leg.kill_done();
  }
  if (leg.is_trial) {
    is_trying_ = false;
    trial_end_ = {};
    // What was kept warm may just have been too old.
    if (leg.warm && error == LegError::Transport) return offer_all();
    return fail_users(error, text);
  }
  const bool was_waiting = leg.warm && leg.state == State::Ready;
  if (leg.user != nullptr) {
    // The target had closed a leg that was only kept warm: not this command's fault.
    if (leg.warm && leg.state <= State::Ready && error == LegError::Transport) {
      const auto fresh = new_leg();
      fresh->second.user = leg.user;
      return queue(fresh->first);
    }
    return leg.user->on_start_failed(error, text, asked);
  }
  if (was_waiting && BootClock::now() - leg.since > kShortLife && rewarmed_ < kMostRewarmed) {
    ++rewarmed_;
    keep_warm();
  }
}

// ---- what egress says ------------------------------------------------------

Status TargetLink::on_message(std::string_view frame) {
  if (egress_->channel().queued() > kMostQueued)
    return fail(Errc::Limit, "egress does not read what it is told");
  return dispatch<TargetLink>(*this, kRoutes, kAnyPhase, frame);
}

Status TargetLink::on_leg_ready(std::string_view frame) {
  auto m = proto::decode<egress::Ready>(frame);
  if (!m) return m.error();
  const auto leg = legs_.find(m->leg);
  if (leg == legs_.end()) return Ok{};  // dropped in the meantime
  if (leg->second.state != State::Greeting || m->public_key.size() != 32)
    return fail(Errc::Protocol, "a leg is ready out of turn");
  leg->second.state = State::Ready;
  leg->second.public_key = std::move(m->public_key);
  leg->second.since = BootClock::now();
  ready(leg);
  return Ok{};
}

Status TargetLink::on_leg_failed(std::string_view frame) {
  auto m = proto::decode<egress::LegFailed>(frame);
  if (!m) return m.error();
  const auto leg = legs_.find(m->leg);
  if (leg == legs_.end()) return Ok{};
  if (leg->second.state < State::Greeting || leg->second.state == State::Running)
    return fail(Errc::Protocol, "a leg failed out of turn");
  const bool asked = leg->second.state == State::Starting && m->asked;
  fail_leg(m->leg, m->error, m->text, asked);
  return Ok{};
}

Status TargetLink::on_started(std::string_view frame) {
  auto m = proto::decode<egress::Started>(frame);
  if (!m) return m.error();
  const auto leg = legs_.find(m->command);
  if (leg == legs_.end()) return Ok{};
  if (leg->second.state != State::Starting || leg->second.user == nullptr || m->process_group < 2 ||
      m->process_group > kLastProcess ||
      !std::ranges::all_of(m->start_time, [](char c) { return c >= '0' && c <= '9'; }))
    return fail(Errc::Protocol, "a command started out of turn");
  leg->second.state = State::Running;
  leg->second.slot = {};  // it is authenticated
  leg->second.user->on_started(m->process_group, m->start_time);
  return Ok{};
}

Status TargetLink::on_output(std::string_view frame) {
  auto m = proto::decode<egress::Output>(frame);
  if (!m) return m.error();
  const auto leg = legs_.find(m->command);
  if (leg == legs_.end()) return Ok{};
  if (leg->second.state != State::Running || (m->code != 'o' && m->code != 'e' && m->code != 'i'))
    return fail(Errc::Protocol, "output out of turn");
  if (leg->second.user == nullptr) return Ok{};
  leg->second.user->on_output(static_cast<char>(m->code), m->bytes);
  leg->second.recorded += m->bytes.size();
  egress_->say(egress::Recorded{m->command, leg->second.recorded});
  return Ok{};
}

Status TargetLink::on_ended(std::string_view frame) {
  auto m = proto::decode<egress::Ended>(frame);
  if (!m) return m.error();
  const auto it = legs_.find(m->command);
  if (it == legs_.end()) return Ok{};
  const bool is_ours = !it->second.kill_text.empty() || it->second.is_trial;
  if (it->second.state != (is_ours ? State::Starting : State::Running))
    return fail(Errc::Protocol, "a command ended out of turn");
  auto leg = std::move(it->second);
  legs_.erase(it);
  if (leg.is_trial) return tried(m->how == egress::How::Exit ? m->exit_status : -1), Ok{};
  if (is_ours) {
    leg.kill_done();
    return Ok{};
  }
  rewarm_ = parts_.loop.after(kRewarmDelay, [this] { keep_warm(); });
  if (leg.user != nullptr) leg.user->on_ended(*m);
  return Ok{};
}

Status TargetLink::on_keeper_ready(std::string_view frame) {
  const auto m = proto::decode<egress::KeeperReady>(frame);
  if (!m) return m.error();
  const auto leg = legs_.find(m->leg);
  if (leg == legs_.end()) return Ok{};
  if (leg->second.state != State::Running || leg->second.control == nullptr)
    return fail(Errc::Protocol, "no control of a shell");
  if (leg->second.user != nullptr) leg->second.control->on_keeper_ready();
  return Ok{};
}

Status TargetLink::on_line_ended(std::string_view frame) {
  const auto m = proto::decode<egress::LineEnded>(frame);
  if (!m) return m.error();
  const auto leg = legs_.find(m->control);
  if (leg == legs_.end()) return Ok{};
  if (leg->second.state != State::Running || leg->second.control == nullptr)
    return fail(Errc::Protocol, "no control of a shell");
  if (leg->second.user != nullptr) leg->second.control->on_line_ended(*m);
  return Ok{};
}

void TargetLink::lost(const Error& why) {
  log("egress of {} ended: {}", config::to_string(parts_.target.address), visible(why.what));
  auto legs = std::move(legs_);
  legs_.clear();
  trial_end_ = {};
  for (auto& [number, leg] : legs) {
    if (leg.kill_done) leg.kill_done();
    if (leg.user == nullptr) continue;
    if (leg.state == State::Running) {
      egress::Ended e;
      e.text = "the process that faces the target ended";
      leg.user->on_ended(e);
    } else {
      leg.user->on_start_failed(LegError::Transport, "the process that faces the target ended",
                                leg.state == State::Starting);
    }
  }
  const auto end = std::move(on_end_);  // it may destroy this
  end();
}

}  // namespace hitl::broker
