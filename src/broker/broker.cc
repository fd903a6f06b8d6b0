// SPDX-License-Identifier: Apache-2.0
#include "broker/broker.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#include <algorithm>

#include "base/log.h"
#include "base/visible.h"
#include "proto/session_codec.h"
#include "sys/process.h"
#include "sys/unix_socket.h"

namespace hitl::broker {
namespace {

constexpr unsigned kAnyPhase = 1;
constexpr std::uint8_t byte(listener::Type t) { return static_cast<std::uint8_t>(t); }

constexpr std::size_t kMostConsoles = 64;
// Out of descriptors, the broker could not take what the listener sends, and would
// end: so it takes no more sessions than it has descriptors for.
constexpr std::size_t kReserve = 128, kPerSession = 8;
// Connections from one address that have not logged in yet.
constexpr std::ptrdiff_t kMostLogins = 128;
constexpr std::chrono::seconds kReapingDeadline{30};
constexpr std::size_t kMostOfCommand = 2'000;  // of what others are told

void reap_children() {
  while (::waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}

}  // namespace

const Route<Broker> Broker::kRoutes[] = {
    {byte(listener::Type::Connection), kAnyPhase, &Broker::on_connection},
    {byte(listener::Type::Reload), kAnyPhase, &Broker::on_reload},
    {byte(listener::Type::Drain), kAnyPhase, &Broker::on_drain},
};

Broker::Broker(Opening opening, std::unique_ptr<store::Store> store)
    : config_(std::move(opening.config)),
      directory_(config_),
      user_ca_(std::move(opening.user_ca)),
      masking_(std::move(opening.masking)),
      store_(std::move(store)),
      turn_(*store_),
      checkpoints_(loop_, *store_, config_, std::move(opening.audit)),
      retention_(loop_, *store_, config_, checkpoints_.key()),
      approvals_(*store_, config_.grant, masking_),
      pauses_(*store_),
      notifier_(loop_, config_),
      shared_{loop_,
              turn_,
              *store_,
              config_,
              directory_,
              approvals_,
              waiters_,
              feed_,
              pauses_,
              looks_,
              retention_,
              std::move(opening.judge),
              false,
              [this] { look_at_deadlines(); },
              masking_,
              [this](const std::string& agent, const std::string& target,
                     std::function<void()> on_end) {
                return open_link(agent, target, std::move(on_end));
              },
              [this](const std::string& target, const Victim& victim) { reap(target, victim); },
              [this] { return open_sessions(); },
              std::move(opening.instance)} {
  for (const auto& [name, target] : config_.targets) startups_.try_emplace(name, loop_);
}

Result<std::unique_ptr<Broker>> Broker::create(Opening opening, OpenStore store, Fd listener) {
  std::unique_ptr<Broker> broker(new Broker(std::move(opening), std::move(store.store)));
  if (auto s = broker->begin(std::move(listener), store.still_running); !s) return s.error();
  return broker;
}

Status Broker::begin(Fd listener, const std::vector<store::Leftover>& still_running) {
  sys::ignore_sigpipe();
  most_sessions_ = std::max(sys::raise_descriptor_limit(), 2 * kReserve) / kPerSession;
  children_ = std::make_unique<sys::Signals>(loop_, std::initializer_list<int>{SIGCHLD},
                                             [](int) { reap_children(); });
  listener_ = std::make_unique<Peer>(
      loop_, turn_, std::move(listener),
      [this](std::string_view frame) { return on_listener(frame); },
      [this](const Error&) { stop(0); });  // it has ended: so do we

  if (auto s = checkpoints_.bind(*shared_.judge, "start"); !s) return s;
  checkpoints_.begin();
  retention_.begin();
  if (auto s = pauses_.load(); !s) return s;
  notifier_.start();
  if (notifier_.wanted())
    notifying_ = feed_.add([this](const operators::Event& e) { notify(e, ""); });
  // Anyone may connect who can reach it: who it is, the kernel says, and who
  // that is here, the configuration.
  auto socket = sys::listen_unix(config_.operator_socket(), 0666);
  if (!socket) return socket.error();
  console_socket_ = std::move(*socket);
  console_watcher_ =
      loop_.watch(console_socket_.get(), EPOLLIN, [this](std::uint32_t) { accept_console(); });
  listener_->say(listener::Ready{});
  for (const auto& l : still_running)
    if (config_.targets.contains(l.target)) reap(l.target, {l.process_group, l.process_start});
  supersede();
  look_at_deadlines();
  turn_.must_last();
  return Ok{};
}

int Broker::run() {
  const auto end_turn = [this] {
    auto s = turn_.end();
    if (s) s = checkpoints_.end_turn();
    if (s) s = retention_.end_turn();
    if (!s) {
      // Nothing that was said in this turn has left; nobody knows what the disk
      // holds.  Ending is the safe outcome: the supervisor starts another.
      log("the store cannot be written, so nothing may run: {}", visible(s.error().what));
      stop(1);
    }
  };
  end_turn();  // what begin() had to say
  index_later(false);
  loop_.run(end_turn);
  if (status_ == 0)
    if (auto s = checkpoints_.sign("stop"); !s) {
      log("the end of the audit chain is not signed: {}", visible(s.error().what));
      status_ = 1;
    }
  return status_;
}

void Broker::index_later(bool at_once) {
  constexpr std::size_t kStep = 128 * 1024;  // bytes: about 10 ms
  indexing_ = loop_.after(std::chrono::milliseconds(at_once ? 50 : 250), [this] {
    const auto more = store_->index_more(kStep);
    if (!more) log("the search index: {}", visible(more.error().what));
    index_later(more && *more);
  });
}

void Broker::stop(int status) {
  status_ = status;
  loop_.stop();
}

// ---- the listener ----------------------------------------------------------

Status Broker::on_listener(std::string_view frame) {
  return dispatch<Broker>(*this, kRoutes, kAnyPhase, frame);
}

Status Broker::on_connection(std::string_view frame) {
  auto m = proto::decode<listener::Connection>(frame);
  if (!m) return m.error();
  auto socket = listener_->channel().take_descriptor();
  if (!socket) return fail(Errc::Protocol, "a connection came without its socket");
  // Without a session its socket closes, and ingress ends.
  if (sessions_.size() >= most_sessions_ || std::ranges::count_if(sessions_, [&](const auto& s) {
                                              return s->agent().empty() &&
                                                     s->address() == m->address;
                                            }) >= kMostLogins) {
    log("{}: a connection was refused: too many are open", m->address);
    return Ok{};
  }
  const auto place = sessions_.emplace(sessions_.end());
  *place = std::make_unique<AgentSession>(
      shared_, std::move(socket), std::move(*m),
      [this](const std::string& agent) {
        return static_cast<std::size_t>(std::ranges::count_if(
            sessions_, [&](const auto& s) { return s && s->agent() == agent; }));
      },
      [this, place] {
        sessions_.erase(place);
        drained_yet();
      });
  return Ok{};
}

Status Broker::on_reload(std::string_view frame) {
  if (auto m = proto::decode<listener::Reload>(frame); !m) return m.error();
  auto judge = judge::Judge::load(config_.policy, config_.catalog);
  if (!judge) {
    log("reload: the old policy and catalogue stay in force:\n{}",
        visible(judge.error().what, true));
    return Ok{};
  }
  shared_.judge = std::make_unique<const judge::Judge>(std::move(*judge));
  log("reload: policy and catalogue {} in force ({} is read at a start only)",
      shared_.judge->version().substr(0, 12), config_.file);
  supersede();
  turn_.must_last();
  return checkpoints_.bind(*shared_.judge, "reload");
}

Status Broker::on_drain(std::string_view frame) {
  auto m = proto::decode<listener::Drain>(frame);
  if (!m) return m.error();
  shared_.stopping = true;
  for (auto& s : sessions_) s->stop();
  drain_ = loop_.after(std::chrono::milliseconds(m->ms), [this] {
    for (auto& s : sessions_)
      if (s->runs_anything()) log("a command still runs at the end of the drain time");
    drained();
  });
  drained_yet();
  return Ok{};
}

void Broker::drained_yet() {
  if (!shared_.stopping || !drain_) return;
  if (std::ranges::any_of(sessions_, [](const auto& s) { return s->runs_anything(); })) return;
  drained();
}

void Broker::drained() {
  drain_ = {};
  listener_->say(listener::Drained{});
  stop(0);  // once this turn has said so
}

// ---- targets ---------------------------------------------------------------

Result<std::unique_ptr<TargetLink>> Broker::open_link(const std::string& agent,
                                                      const std::string& target,
                                                      std::function<void()> on_end) {
  return TargetLink::open(
      {loop_, turn_, user_ca_, startups_.at(target), self_tests_[target], directory_.target(target),
       masking_.rules(agent, target),
       [this](Fd socket) { listener_->say(listener::SpawnEgress{}, std::move(socket)); }},
      std::move(on_end));
}

void Broker::notify(const operators::Event& e, const std::string& to) {
  notify::Happened h{to, e.event, e.id, e.agent, e.target, e.at, e.text, "", "", "", "", 0};
  // A command without a request has none to be found.
  if (auto r = e.id.empty() ? fail(Errc::NotFound, "") : store_->request(e.id)) {
    h.state = r->state;
    h.command = r->submitted.substr(0, kMostOfCommand);
    h.rule = r->rule.substr(0, kMostOfCommand);
    h.expires_at = r->expires_at;
    if (const auto c = case_of(*r))
      for (const auto& step : c->hold.approvers)
        h.deciders += (h.deciders.empty() ? "" : ", ") + step.group;
    h.deciders = h.deciders.substr(0, kMostOfCommand);
  }
  notifier_.tell(std::move(h));
}

std::vector<AgentSession*> Broker::open_sessions() {
  std::vector<AgentSession*> open;
  for (const auto& s : sessions_)
    if (s && s->is_open()) open.push_back(s.get());
  return open;
}

void Broker::reap(const std::string& target, const Victim& victim) {
  if (victim.process_group < 2) return;
  const auto place = reapings_.emplace(reapings_.end());
  // Later: the link would be destroyed in its own call.
  const auto done = [this, place] {
    place->alarm =
        loop_.after(std::chrono::nanoseconds(0), [this, place] { reapings_.erase(place); });
  };
  auto link = open_link("", target, done);  // what it prints, nobody gets
  if (!link) {
    log("what a lost session left on {} cannot be ended: {}", target, visible(link.error().what));
    reapings_.erase(place);
    return;
  }
  place->link = std::move(*link);
  place->alarm = loop_.after(kReapingDeadline, [this, place] { reapings_.erase(place); });
  place->link->kill(victim, done);
}

// ---- operators -------------------------------------------------------------

void Broker::accept_console() {
  while (auto socket = sys::accept_one(console_socket_.get())) {
    if (consoles_.size() >= kMostConsoles) {
      log("a console was refused: {} are connected", consoles_.size());
      continue;
    }
    const auto place = consoles_.emplace(consoles_.end());
    *place = std::make_unique<OperatorSession>(shared_, std::move(socket), std::nullopt,
                                               [this, place] { consoles_.erase(place); });
  }
}

void Broker::tell_expired(const std::vector<store::RequestRow>& expired) {
  for (const auto& r : expired) {
    turn_.must_last();
    feed_.tell({0, "expired", r.id, r.agent, r.target, wall_now_ms(), r.summary.substr(0, 2'000)});
    waiters_.tell(r);
  }
}

void Broker::supersede() {
  auto expired = approvals_.supersede(shared_.judge->version(), Now::read());
  if (!expired) return Shared::lost_with_the_turn(expired.error());
  if (!expired->empty())
    log("{} requests were held under another policy and have expired", expired->size());
  tell_expired(*expired);
}

void Broker::look_at_deadlines() {
  const auto now = Now::read();
  auto due = approvals_.tick(now);
  if (!due) return Shared::lost_with_the_turn(due.error());
  tell_expired(due->expired);
  for (const auto& [request, what] : due->escalated) {
    const auto words = what.group.empty() ? "notifies " + what.notify : "to " + what.group;
    log("request {} of {} escalates {}", request.id, request.agent, words);
    const operators::Event event{
        0, "escalated", request.id, request.agent, request.target, wall_now_ms(), words};
    if (!what.notify.empty()) notify(event, what.notify);
    feed_.tell({0, "escalated", request.id, request.agent, request.target, wall_now_ms(), words});
  }
  auto next = approvals_.next_due(now);
  if (!next) return Shared::lost_with_the_turn(next.error());
  deadline_ = {};
  if (*next) deadline_ = loop_.at(**next, [this] { look_at_deadlines(); });
}

}  // namespace hitl::broker
