// SPDX-License-Identifier: Apache-2.0
#include "broker/agent_session.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "base/visible.h"
#include "crypto/digest.h"
#include "crypto/ed25519.h"
#include "hitl/exit_codes.h"
#include "hitl/limits.h"
#include "proto/environment.h"
#include "proto/session_codec.h"
#include "sys/unix_socket.h"

namespace hitl::broker {
namespace {

constexpr unsigned kMostAttempts = 20;  // questions about keys
// A target that does not end what it was told to end keeps nothing here alive.
constexpr std::chrono::seconds kPatience{20};
constexpr std::size_t kMostQueued = 8u << 20;
constexpr std::chrono::milliseconds kLastWords{200};
constexpr std::size_t kMostWords = 600;  // of an operator who ends it

// What the bastion is to serve itself one day: until then it is refused in
// words, where it would only be held.  Null for everything else.
const char* not_served(std::string_view command) {
  const auto begins = [&](std::string_view word) { return command.starts_with(word); };
  if (begins("scp -t ") || begins("scp -f ") || begins("scp -r ") || begins("rsync --server "))
    return "file transfer is not served here yet: give a command";
  return nullptr;
}

constexpr const char* kOnlyConsole =
    "an operator's key opens a console and nothing else: hitl-console --host HOST";
constexpr std::size_t kMostConsoles = 8;  // of one connection

constexpr const char* kBadVariable = "a variable that no gate lets through";
bool are_allowed(const std::vector<ingress::EnvVar>& environment) {
  return std::ranges::all_of(environment,
                             [](const auto& e) { return proto::may_set(e.name, e.value); });
}

constexpr std::uint8_t byte(ingress::Type t) { return static_cast<std::uint8_t>(t); }

}  // namespace

// The whole of what an ingress can make the broker do.
const Route<AgentSession> AgentSession::kRoutes[] = {
    {byte(ingress::Type::Hello), Greeting, &AgentSession::on_hello},
    {byte(ingress::Type::AuthKey), Authenticating, &AgentSession::on_auth_key},
    {byte(ingress::Type::Exec), Open | Operating, &AgentSession::on_exec},
    {byte(ingress::Type::Input), Open, &AgentSession::on_input},
    {byte(ingress::Type::Cancel), Open | Operating, &AgentSession::on_cancel},
    {byte(ingress::Type::Shell), Open | Operating, &AgentSession::on_shell},
    {byte(ingress::Type::Subsystem), Open | Operating, &AgentSession::on_subsystem},
    {byte(ingress::Type::Line), Open, &AgentSession::on_line},
    {byte(ingress::Type::Resize), Open | Operating, &AgentSession::on_resize},
    {byte(ingress::Type::Close), Open | Operating, &AgentSession::on_close},
};

// One channel of the agent, as its command sees it.
class AgentSession::Channel final : public AgentChannel {
 public:
  Channel(AgentSession& session, std::uint32_t number) : session_(session), number_(number) {}

  void notice(const std::string& line) override {
    if (!line.empty()) say(ingress::Notice{number_, line});
  }
  void collect(std::uint32_t limit) override { say(ingress::Collect{number_, limit}); }
  void run(InputRole input, Fd stream) override {
    say(ingress::Run{number_, input}, std::move(stream));
  }
  void finish(std::int32_t status, const std::string& signal, bool core_dumped) override {
    say(ingress::Finish{number_, status, signal, core_dumped});
  }
  void record(const std::string& command, char code, std::string_view bytes) override {
    const auto at =
        std::chrono::duration_cast<std::chrono::microseconds>(BootClock::now() - session_.began_);
    Shared::lost_with_the_turn(session_.shared_.store.add_event(
        {session_.row_.id, command, at.count(), code, std::string(bytes)}));
    session_.shared_.looks.tell(session_.row_.id, code, bytes);
  }
  Result<Way*> way() override {
    auto link = session_.link();
    if (!link) return link.error();
    return *link;
  }
  Result<TargetLink*> link() override { return session_.link(); }
  void over() override { session_.sweep_later(); }

 private:
  template <class M>
  void say(M message, Fd descriptor = {}) {
    if (session_.ingress_) session_.ingress_->say(std::move(message), std::move(descriptor));
  }

  AgentSession& session_;
  std::uint32_t number_;
};

// And of a shell.
class AgentSession::Shell final : public ShellChannel {
 public:
  Shell(AgentSession& session, std::uint32_t number)
      : session_(session), number_(number), channel_(session, number) {}

  void notice(const std::string& line) override { channel_.notice(line); }
  void open(Fd stream) override { channel_.run(InputRole::None, std::move(stream)); }
  void more(const std::string& prompt) override { say(ingress::More{number_, prompt}); }
  void line_runs(std::uint32_t number, InputRole input) override {
    say(ingress::LineRuns{number_, number, input});
  }
  void line_done() override { say(ingress::LineDone{number_}); }
  void line_runs(InputRole input, Fd stream) override { channel_.run(input, std::move(stream)); }
  void prompt(const std::string& text) override { say(ingress::Prompt{number_, text}); }
  void finish(std::int32_t status, const std::string& signal, bool core_dumped) override {
    channel_.finish(status, signal, core_dumped);
  }
  void record(const std::string& command, char code, std::string_view bytes) override {
    channel_.record(command, code, bytes);
  }
  Result<TargetLink*> link() override { return session_.link(); }
  void over() override { channel_.over(); }

 private:
  template <class M>
  void say(M message) {
    if (session_.ingress_) session_.ingress_->say(std::move(message));
  }

  AgentSession& session_;
  std::uint32_t number_;
  Channel channel_;
};

AgentSession::AgentSession(Shared& shared, Fd socket, listener::Connection from,
                           std::function<std::size_t(const std::string&)> connections_of,
                           std::function<void()> on_end)
    : shared_(shared),
      from_(std::move(from)),
      connections_of_(std::move(connections_of)),
      on_end_(std::move(on_end)) {
  ingress_ = std::make_unique<Peer>(
      shared.loop, shared.turn, std::move(socket),
      [this](std::string_view frame) { return on_message(frame); },
      [this](const Error& why) { lost(why); });
  ingress_->channel().refuse_descriptors();
}

AgentSession::~AgentSession() = default;

Status AgentSession::on_message(std::string_view frame) {
  if (ingress_->unsent() > kMostQueued)
    return fail(Errc::Limit, "ingress does not read what it is told");
  if (killing_) return Ok{};  // nothing new starts while its last words leave
  return dispatch<AgentSession>(*this, kRoutes, phase_, frame);
}

Status AgentSession::on_hello(std::string_view frame) {
  auto m = proto::decode<ingress::Hello>(frame);
  if (!m) return m.error();
  if (m->version != ingress::kVersion)
    return fail(Errc::Protocol, "ingress is of another version (install all programs together)");
  phase_ = Authenticating;
  return Ok{};
}

Status AgentSession::on_auth_key(std::string_view frame) {
  auto m = proto::decode<ingress::AuthKey>(frame);
  if (!m) return m.error();
  if (++attempts_ > kMostAttempts) return fail(Errc::Limit, "too many authentication attempts");
  if (attempts_ > 1 && m->user != user_)
    return fail(Errc::Protocol, "the user name changed during authentication");
  user_ = m->user;
  auto login = shared_.directory.login(m->user, m->key);
  bool accepted = login.has_value() && !shared_.stopping;
  if (accepted && login->operator_name.empty() &&
      connections_of_(login->agent) >= shared_.config.limits.connections) {
    log("{}: {} has {} connections already", from_.address, login->agent,
        shared_.config.limits.connections);
    accepted = false;
  }
  if (!accepted && m->verified)
    log("{}: refused {}", from_.address, visible_cut(m->user, kMaxName));
  if (accepted && m->verified)
    login->operator_name.empty() ? open(*login, m->key) : operate(*login, m->key);
  ingress_->say(ingress::AuthAnswer{accepted});
  return Ok{};
}

void AgentSession::open(const Login& login, const std::string& key) {
  phase_ = Open;
  began_ = BootClock::now();
  row_.id = crypto::new_id();
  row_.agent = login.agent;
  row_.target = login.target;
  if (!login.target.empty()) row_.account = shared_.directory.target(login.target).account;
  row_.client_addr = from_.address;
  row_.key_fingerprint = crypto::fingerprint(key);
  row_.started_at = wall_now_ms();
  row_.state = "open";
  no_target_ = login.no_target;
  Shared::lost_with_the_turn(shared_.store.add_session(row_));
  log("{}: {} logged in{}{} with {}", from_.address, row_.agent, row_.target.empty() ? "" : " for ",
      row_.target, row_.key_fingerprint);
  // In case a command comes: key exchange with the target meanwhile.
  if (auto way = link(); way) (*way)->keep_warm();
}

void AgentSession::operate(const Login& login, const std::string& key) {
  phase_ = Operating;
  operator_ = login.operator_name;
  log("{}: operator {} logged in with {}", from_.address, operator_, crypto::fingerprint(key));
}

Result<TargetLink*> AgentSession::link() {
  if (row_.target.empty()) return fail(Errc::NotFound, no_target_);
  if (link_) return link_.get();
  auto opened = shared_.open_link(row_.agent, row_.target, [this] {
    dead_link_ = std::move(link_);  // we are inside it
    sweep_later();
  });
  if (!opened) return opened.error();
  link_ = std::move(*opened);
  return link_.get();
}

void AgentSession::refuse(ingress::Exec exec, const char* code, const char* why) {
  refuse(exec.channel, Notices(take_wishes(exec.environment, exec.command).notices), code, why,
         kExitFault);
}

void AgentSession::refuse(std::uint32_t channel, const Notices& notices, const char* code,
                          const char* why, int exit_status) {
  if (const auto words = notices.error("", code, why); !words.empty())
    ingress_->say(ingress::Notice{channel, words});
  ingress_->say(ingress::Finish{channel, exit_status, "", false});
}

Status AgentSession::take_channel(std::uint32_t number) {
  if (any_channel_ && number <= last_channel_)
    return fail(Errc::Protocol, "a channel is used twice");
  any_channel_ = true;
  last_channel_ = number;
  if (commands_.size() + shells_.size() + own_.size() >= 4 * kMaxChannels)
    return fail(Errc::Limit, "too many channels");
  return Ok{};
}

Status AgentSession::on_exec(std::string_view frame) {
  auto m = proto::decode<ingress::Exec>(frame);
  if (!m) return m.error();
  if (!are_allowed(m->environment)) return fail(Errc::Protocol, kBadVariable);
  if (auto s = take_channel(m->channel); !s) return s.error();
  const auto number = m->channel;
  if (phase_ == Operating) {
    refuse(*m, "not-served", kOnlyConsole);
  } else if (!pace_.take(BootClock::now())) {
    refuse(*m, "too-fast", "too many commands a second: slow down");
  } else if (const auto* what = not_served(m->command)) {
    refuse(*m, "not-served", what);
  } else if (user_.find('+') == std::string::npos && OwnCommand::is_one(m->command)) {
    open_own(std::move(*m));
  } else {
    auto& command = commands_[number] = std::make_unique<Command>(
        shared_, row_, std::make_unique<Channel>(*this, number), std::move(*m));
    command->begin();
  }
  return Ok{};
}

Status AgentSession::on_shell(std::string_view frame) {
  auto m = proto::decode<ingress::Shell>(frame);
  if (!m) return m.error();
  if (!are_allowed(m->environment)) return fail(Errc::Protocol, kBadVariable);
  if (auto s = take_channel(m->channel); !s) return s.error();
  if (phase_ == Operating)
    refuse({m->channel, "", std::move(m->environment), {}, {}}, "not-served", kOnlyConsole);
  else if (!pace_.take(BootClock::now()))
    refuse({m->channel, "", std::move(m->environment), {}, {}}, "too-fast",
           "too many commands a second: slow down");
  else
    open_shell(std::move(*m));
  return Ok{};
}

Status AgentSession::on_subsystem(std::string_view frame) {
  auto m = proto::decode<ingress::Subsystem>(frame);
  if (!m) return m.error();
  if (auto s = take_channel(m->channel); !s) return s.error();
  if (phase_ == Open || m->name != operators::kSubsystem) {
    refuse(m->channel, Notices(), "not-served",
           phase_ == Operating ? kOnlyConsole
                               : "subsystems (sftp) are not served here yet: give a command",
           kExitDenied);
    return Ok{};
  }
  if (consoles_.size() >= kMostConsoles)
    return fail(Errc::Limit, "too many consoles on one connection");
  auto pair = sys::socket_pair();
  if (!pair) return pair.error();
  const auto place = consoles_.emplace(consoles_.end());
  *place = std::make_unique<OperatorSession>(shared_, std::move(pair->first), operator_,
                                             [this, place] { consoles_.erase(place); });
  ingress_->say(ingress::Join{m->channel}, std::move(pair->second));
  return Ok{};
}

void AgentSession::open_own(ingress::Exec exec) {
  const auto number = exec.channel;
  mark("asked the bastion: " +
       shared_.masking.command(row_.agent, row_.target, exec.command).substr(0, kMaxName));
  const auto say = [this](auto message) {
    if (ingress_) ingress_->say(std::move(message));
  };
  auto& own = own_[number] = std::make_unique<OwnCommand>(
      shared_, row_,
      OwnCommand::Outlet{[say, number](const std::string& line) {
                           say(ingress::Print{number, line});
                         },
                         [say, number](const std::string& line) {
                           if (!line.empty()) say(ingress::Notice{number, line});
                         },
                         [this, say, number](std::int32_t status) {
                           say(ingress::Finish{number, status, "", false});
                           sweep_later();
                         }},
      std::move(exec));
  own->begin();
}

void AgentSession::open_shell(ingress::Shell request) {
  const auto number = request.channel;
  auto& shell = shells_[number] = std::make_unique<AgentShell>(
      shared_, row_, std::make_unique<Shell>(*this, number), std::move(request));
  shell->begin();
}

Status AgentSession::on_line(std::string_view frame) {
  auto m = proto::decode<ingress::Line>(frame);
  if (!m) return m.error();
  const auto shell = shells_.find(m->channel);
  if (shell == shells_.end()) return Ok{};
  if (pace_.take(BootClock::now()))
    shell->second->on_line(std::move(*m));
  else
    shell->second->refuse_line("too-fast", "too many lines a second: slow down");
  return Ok{};
}

Status AgentSession::on_resize(std::string_view frame) {
  const auto m = proto::decode<ingress::Resize>(frame);
  if (!m) return m.error();
  if (const auto s = shells_.find(m->channel); s != shells_.end()) s->second->resize(m->size);
  return Ok{};
}

Status AgentSession::on_close(std::string_view frame) {
  const auto m = proto::decode<ingress::Close>(frame);
  if (!m) return m.error();
  if (const auto s = shells_.find(m->channel); s != shells_.end()) s->second->close();
  return Ok{};
}

Status AgentSession::on_input(std::string_view frame) {
  auto m = proto::decode<ingress::Input>(frame);
  if (!m) return m.error();
  if (const auto c = commands_.find(m->channel); c != commands_.end())
    c->second->on_input(std::move(*m));
  return Ok{};
}

Status AgentSession::on_cancel(std::string_view frame) {
  auto m = proto::decode<ingress::Cancel>(frame);
  if (!m) return m.error();
  if (const auto c = commands_.find(m->channel); c != commands_.end()) c->second->cancel(false);
  if (const auto o = own_.find(m->channel); o != own_.end()) o->second->cancel();
  if (const auto s = shells_.find(m->channel); s != shells_.end()) s->second->cancel();
  return Ok{};
}

std::string AgentSession::running() const {
  for (const auto& [number, c] : commands_)
    if (c->is_running()) return c->submitted();
  for (const auto& [number, s] : shells_)
    if (s->is_running()) return s->submitted();
  return "";
}

void AgentSession::mark(const std::string& text) { Channel(*this, 0).record("", 'm', text); }

void AgentSession::kill(const std::string& by, const std::string& reason) {
  const auto words =
      visible_cut("hitl: ended by " + by + (reason.empty() ? "" : ": " + reason), kMostWords).str();
  const auto tell = [&](const auto& all) {
    for (const auto& [number, one] : all)
      if (!one->is_over() && ingress_) ingress_->say(ingress::Notice{number, words});
  };
  tell(commands_);
  tell(shells_);
  // Once this has been said, as if the agent had gone.
  killing_ = shared_.loop.after(kLastWords, [this] {
    if (ingress_) lost(fail(Errc::Closed, "ended by an operator"));
  });
  for (auto& [number, c] : commands_) c->cancel(true);
  for (auto& [number, s] : shells_) s->close();
}

void AgentSession::stop() {
  for (auto& [number, c] : commands_) c->stop();
  for (auto& [number, s] : shells_) s->stop();
}

bool AgentSession::runs_anything() const {
  const auto runs = [](const auto& c) { return c.second->is_running(); };
  return std::ranges::any_of(commands_, runs) || std::ranges::any_of(shells_, runs);
}

void AgentSession::lost(const Error& why) {
  if (why.code != Errc::Closed)
    log("{}: ingress of {}: {}", from_.address, row_.agent.empty() ? "nobody yet" : row_.agent,
        visible(why.what));
  consoles_.clear();
  own_.clear();
  ingress_.reset();  // the channel allows it in its last call
  for (auto& [number, c] : commands_) c->cancel(true);
  for (auto& [number, s] : shells_) s->close();
  patience_ = shared_.loop.after(kPatience, [this] {
    for (auto& [number, c] : commands_) c->give_up();
    for (auto& [number, s] : shells_) s->give_up();
  });
  sweep_later();
}

void AgentSession::sweep_later() {
  if (!sweep_) sweep_ = shared_.loop.after(std::chrono::nanoseconds(0), [this] { sweep(); });
}

// What is over goes, outside of any call from it.
void AgentSession::sweep() {
  sweep_ = {};
  std::erase_if(commands_, [](const auto& c) { return c.second->is_over(); });
  std::erase_if(own_, [](const auto& o) { return o.second->is_over(); });
  std::erase_if(shells_, [](const auto& s) { return s.second->is_over(); });
  dead_link_.reset();
  if (!ingress_ && commands_.empty() && shells_.empty()) close();
}

void AgentSession::close() {
  patience_ = {};
  link_.reset();
  shared_.looks.tell(row_.id, 'x', "");
  shared_.pauses.forget(row_.id);
  if (phase_ == Open) {
    Shared::lost_with_the_turn(shared_.store.end_session(row_.id, wall_now_ms(), "closed"));
    log("{}: {} left", from_.address, row_.agent);
  }
  const auto end = std::move(on_end_);  // it destroys this, and would itself with it
  end();
}

}  // namespace hitl::broker
