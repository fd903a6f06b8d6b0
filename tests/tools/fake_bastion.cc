// SPDX-License-Identifier: Apache-2.0
// modules: proto sys ca crypto shell
//
// Real hitl-ingress and hitl-egress around a broker that judges nothing: each
// command says itself what shall become of it.  For regress scripts.
//
//   fake_bastion DIR BUILD TARGET_PORT TARGET_HOST_KEY.pub ACCOUNT [INGRESS_ARG...]
//
// DIR holds ca (the user CA's key), host (the bastion's), agent.pub (who may log
// in).  Left there: port, and log with a line for each message.
//
//   run:ROLE:COMMAND   runs (ROLE none, data, or script: what was collected)
//   hold:              a notice; finished with 130 by Cancel
//   deny:TEXT          a notice; finished with 126
//   collect:           the input's size in a notice; finished with 0
//   show:              the environment in notices; finished with 0
//   slow:COMMAND       runs, and nothing of it is ever recorded
//   die:COMMAND        runs, and the broker goes away once it has started
//   leave:             the broker goes away
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/log.h"
#include "base/visible.h"
#include "ca/certificate.h"
#include "crypto/digest.h"
#include "crypto/ed25519.h"
#include "hitl/exit_codes.h"
#include "proto/session_codec.h"
#include "shell/wrapper.h"
#include "sys/frame_channel.h"
#include "sys/process.h"
#include "sys/signals.h"
#include "sys/unix_socket.h"

namespace {

using namespace hitl;

struct Setup {
  std::string directory, build, account, target_key, agent_key;
  std::uint16_t target_port = 0;
  std::optional<crypto::Ed25519Key> ca;
  std::vector<std::string> ingress_arguments;
  std::ofstream log;

  void note(const std::string& line) {
    log << rfc3339(wall_now_ms()).substr(17) << " " << line << std::endl;
  }
};

std::string read_file(const std::string& path) {
  std::ifstream f(path);
  return {std::istreambuf_iterator<char>(f), {}};
}

std::string blob_of(const std::string& public_file) {
  std::istringstream words(read_file(public_file));
  std::string type, text;
  words >> type >> text;
  auto blob = unbase64(text);
  if (!blob) log("{}: no public key", public_file), ::_exit(2);
  return *blob;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(port);
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

// One agent's connection: its ingress, its egress, its commands.
class Session {
 public:
  Session(sys::EventLoop& loop, Setup& setup, Fd client, std::function<void()> on_end)
      : loop_(loop), setup_(setup), on_end_(std::move(on_end)) {
    auto pair = sys::socket_pair();
    Fd host_key(::open((setup.directory + "/host").c_str(), O_RDONLY | O_CLOEXEC));
    sys::Program p{
        setup.build + "/hitl-ingress",
        setup.ingress_arguments,
        {{"client", client.get()}, {"broker", pair->second.get()}, {"hostkey0", host_key.get()}},
        std::nullopt};
    HITL_CHECK(sys::spawn(p).has_value());
    ingress_ = std::make_unique<sys::FrameChannel>(
        loop, std::move(pair->first), [this](std::string_view f) { return from_ingress(f); },
        [this](const Error& why) {
          setup_.note("ingress ended: " + why.what);
          on_end_();
        });
  }

 private:
  struct Command {
    std::uint32_t channel = 0, leg = 0;
    std::string verb, text;
    InputRole input = InputRole::None;
    std::string script;
    bool started = false;
    std::uint64_t recorded = 0;
  };

  template <class M>
  void to_ingress(M m, Fd fd = {}) {
    if (ingress_) ingress_->send_now(proto::encode(std::move(m)), std::move(fd));
  }
  template <class M>
  void to_egress(M m, Fd fd = {}) {
    egress_->send_now(proto::encode(std::move(m)), std::move(fd));
  }

  Status from_ingress(std::string_view f) {
    switch (static_cast<ingress::Type>(proto::type_byte(f))) {
      case ingress::Type::Hello:
        setup_.note("hello");
        return Ok{};
      case ingress::Type::AuthKey: {
        const auto m = proto::decode<ingress::AuthKey>(f);
        if (!m) return m.error();
        const bool good = m->key == setup_.agent_key;
        setup_.note("auth " + m->user + (m->verified ? " verified " : " probe ") +
                    crypto::fingerprint(m->key) + (good ? " yes" : " no"));
        to_ingress(ingress::AuthAnswer{good});
        if (good && m->verified) warm_up();
        return Ok{};
      }
      case ingress::Type::Exec: {
        auto m = proto::decode<ingress::Exec>(f);
        if (!m) return m.error();
        setup_.note("exec " + visible_cut(m->command, 100).str() + " (" +
                    std::to_string(m->command.size()) + " bytes)");
        begin(std::move(*m));
        return Ok{};
      }
      case ingress::Type::Subsystem: {
        const auto m = proto::decode<ingress::Subsystem>(f);
        if (!m) return m.error();
        to_ingress(ingress::Notice{m->channel, "hitl-result: error code=not-served"});
        to_ingress(ingress::Finish{m->channel, kExitDenied, "", false});
        return Ok{};
      }
      case ingress::Type::Input: {
        auto m = proto::decode<ingress::Input>(f);
        if (!m) return m.error();
        on_input(std::move(*m));
        return Ok{};
      }
      case ingress::Type::Cancel: {
        const auto m = proto::decode<ingress::Cancel>(f);
        if (!m) return m.error();
        setup_.note("cancel " + std::to_string(m->channel));
        const auto c = commands_.find(m->channel);
        if (c == commands_.end()) return Ok{};
        if (c->second.started) {
          to_egress(egress::Drop{c->second.leg});
          setup_.note("dropped");
        }
        to_ingress(ingress::Finish{m->channel, kExitCancelled, "", false});
        commands_.erase(c);
        return Ok{};
      }
      default:
        return fail(Errc::Protocol, "message out of turn");
    }
  }

  void begin(ingress::Exec m) {
    const auto colon = m.command.find(':');
    Command c;
    c.channel = m.channel;
    c.verb = m.command.substr(0, colon);
    c.text = colon == std::string::npos ? "" : m.command.substr(colon + 1);
    if (c.verb == "run") {
      const auto second = c.text.find(':');
      const auto role = c.text.substr(0, second);
      c.input = role == "data"     ? InputRole::Data
                : role == "script" ? InputRole::Script
                                   : InputRole::None;
      c.text = c.text.substr(second + 1);
    }
    auto& command = commands_[m.channel] = std::move(c);
    const auto finish = [&](int status) {
      to_ingress(ingress::Finish{m.channel, status, "", false});
      commands_.erase(m.channel);
    };
    if (command.verb == "hold") {
      to_ingress(ingress::Notice{m.channel, "hitl: held"});
    } else if (command.verb == "deny") {
      to_ingress(ingress::Notice{m.channel, "hitl-result: denied " + command.text.substr(0, 80)});
      finish(kExitDenied);
    } else if (command.verb == "show") {
      for (const auto& v : m.environment)
        to_ingress(ingress::Notice{m.channel, "env " + v.name + "=" + v.value});
      for (const auto& n : m.refused) to_ingress(ingress::Notice{m.channel, "refused " + n});
      finish(0);
    } else if (command.verb == "leave") {
      ingress_->close();
      on_end_();
    } else if (command.verb == "collect" || command.input == InputRole::Script) {
      to_ingress(ingress::Collect{m.channel, kMaxJudgedInput});
    } else {
      start(command);
    }
  }

  void on_input(ingress::Input m) {
    constexpr const char* kEnds[] = {"complete", "silent", "too long"};
    const auto text = std::string(kEnds[static_cast<int>(m.end)]) + " " +
                      std::to_string(m.bytes.size()) + " bytes";
    setup_.note("input " + text);
    const auto c = commands_.find(m.channel);
    if (c == commands_.end()) return;
    if (c->second.verb == "collect") {
      to_ingress(ingress::Notice{m.channel, "input: " + text});
      to_ingress(ingress::Finish{m.channel, 0, "", false});
      commands_.erase(c);
      return;
    }
    c->second.script = std::move(m.bytes);
    start(c->second);
  }

  // ---- legs ----

  void connect_leg() {
    if (!egress_) {
      auto pair = sys::socket_pair();
      HITL_CHECK(
          sys::spawn(
              {setup_.build + "/hitl-egress", {}, {{"broker", pair->second.get()}}, std::nullopt})
              .has_value());
      egress_ = std::make_unique<sys::FrameChannel>(
          loop_, std::move(pair->first), [this](std::string_view f) { return from_egress(f); },
          [this](const Error& why) { setup_.note("egress ended: " + why.what); });
      to_egress(egress::Target{egress::kVersion, setup_.account, {setup_.target_key}});
    }
    Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto a = loopback(setup_.target_port);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&a), sizeof a) != 0)
      return setup_.note("target does not answer");
    to_egress(egress::Connect{next_leg_++}, std::move(fd));
  }

  void warm_up() { connect_leg(); }

  void start(Command& c) {
    waiting_.push_back(c.channel);
    if (!ready_.empty()) return give_leg();
    if (next_leg_ > 1 + used_legs_ + waiting_.size() - 1) return;  // a warm one is under way
    connect_leg();
  }

  void give_leg() {
    while (!ready_.empty() && !waiting_.empty()) {
      const auto channel = waiting_.front();
      waiting_.erase(waiting_.begin());
      const auto c = commands_.find(channel);
      if (c == commands_.end()) continue;
      const auto [leg, key] = *ready_.begin();
      ready_.erase(ready_.begin());
      run(c->second, leg, key);
    }
  }

  void run(Command& c, std::uint32_t leg, const std::string& key) {
    ++used_legs_;
    c.leg = leg;
    shell::Wrapping w;
    w.nonce = hex(crypto::random_bytes(16));
    auto text = shell::wrap_opaque(RawText(c.text), w);
    HITL_CHECK(text.has_value());
    ca::Certificate cert;
    cert.public_key = key;
    cert.key_id = "test-" + std::to_string(leg);
    cert.principals = {setup_.account};
    cert.valid_after = static_cast<std::uint64_t>(::time(nullptr)) - 5;
    cert.valid_before = cert.valid_after + 60;
    cert.force_command = *text;
    cert.source_address = "127.0.0.1/32";
    auto blob = ca::sign(*setup_.ca, cert);
    HITL_CHECK(blob.has_value());
    auto pair = sys::socket_pair();
    to_ingress(ingress::Run{c.channel, c.input}, std::move(pair->first));
    to_egress(
        egress::Run{
            leg, leg, *blob, cert.key_id, w.nonce, egress::Part::Command, 0, {}, c.input, c.script},
        std::move(pair->second));
  }

  Command* by_leg(std::uint32_t leg) {
    for (auto& [channel, c] : commands_)
      if (c.leg == leg) return &c;
    return nullptr;
  }

  Status from_egress(std::string_view f) {
    switch (static_cast<egress::Type>(proto::type_byte(f))) {
      case egress::Type::Ready: {
        const auto m = proto::decode<egress::Ready>(f);
        if (!m) return m.error();
        setup_.note("ready " + std::to_string(m->leg));
        ready_[m->leg] = m->public_key;
        give_leg();
        return Ok{};
      }
      case egress::Type::LegFailed: {
        const auto m = proto::decode<egress::LegFailed>(f);
        if (!m) return m.error();
        const auto text = "leg failed " + std::to_string(static_cast<int>(m->error)) +
                          (m->asked ? " asked: " : ": ") + m->text;
        setup_.note(text);
        ready_.erase(m->leg);
        auto* c = by_leg(m->leg);
        if (c == nullptr && !waiting_.empty()) {
          c = &commands_[waiting_.front()];
          waiting_.erase(waiting_.begin());
        }
        if (c == nullptr) return Ok{};
        to_ingress(ingress::Notice{c->channel, "hitl: " + visible_cut(text, 1000).str()});
        to_ingress(ingress::Finish{c->channel, kExitFault, "", false});
        commands_.erase(c->channel);
        return Ok{};
      }
      case egress::Type::Started: {
        const auto m = proto::decode<egress::Started>(f);
        if (!m) return m.error();
        setup_.note("started " + std::to_string(m->process_group) + " " + m->start_time);
        if (auto* c = by_leg(m->command)) {
          c->started = true;
          if (c->verb == "die") {
            ingress_->close();
            egress_->close();
            on_end_();
          }
        }
        return Ok{};
      }
      case egress::Type::Output: {
        const auto m = proto::decode<egress::Output>(f);
        if (!m) return m.error();
        seen_ += m->bytes.size();
        auto* c = by_leg(m->command);
        if (c == nullptr || c->verb == "slow") return Ok{};
        c->recorded += m->bytes.size();
        to_egress(egress::Recorded{m->command, c->recorded});
        return Ok{};
      }
      case egress::Type::Ended: {
        const auto m = proto::decode<egress::Ended>(f);
        if (!m) return m.error();
        constexpr const char* kHow[] = {"exit", "signal", "lost"};
        setup_.note(std::string("ended ") + kHow[static_cast<int>(m->how)] + " " +
                    std::to_string(m->exit_status) + m->signal + " after " + std::to_string(seen_) +
                    " bytes " + m->text);
        if (auto* c = by_leg(m->command)) {
          const int status = m->how == egress::How::Lost ? kExitOutcomeUnknown : m->exit_status;
          to_ingress(ingress::Finish{c->channel, status, m->signal, m->core_dumped});
          commands_.erase(c->channel);
        }
        return Ok{};
      }
      default:
        return fail(Errc::Protocol, "message out of turn");
    }
  }

  sys::EventLoop& loop_;
  Setup& setup_;
  std::function<void()> on_end_;
  std::unique_ptr<sys::FrameChannel> ingress_, egress_;
  std::map<std::uint32_t, Command> commands_;   // by channel
  std::map<std::uint32_t, std::string> ready_;  // legs, with their keys
  std::vector<std::uint32_t> waiting_;          // channels
  std::uint32_t next_leg_ = 1;
  std::size_t used_legs_ = 0;
  std::uint64_t seen_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  set_program_name("fake_bastion");
  if (argc < 6) return log("see the head of its source"), 2;
  sys::ignore_sigpipe();
  Setup setup;
  setup.directory = argv[1];
  setup.build = argv[2];
  setup.target_port = static_cast<std::uint16_t>(std::stoi(argv[3]));
  setup.target_key = blob_of(argv[4]);
  setup.account = argv[5];
  for (int i = 6; i < argc; ++i) setup.ingress_arguments.emplace_back(argv[i]);
  setup.agent_key = blob_of(setup.directory + "/agent.pub");
  auto ca = crypto::Ed25519Key::load(setup.directory + "/ca");
  if (!ca) return log("{}", ca.error().what), 2;
  setup.ca = std::move(*ca);
  setup.log.open(setup.directory + "/log");

  sys::EventLoop loop;
  Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto a = loopback(0);
  socklen_t n = sizeof a;
  if (::bind(listener.get(), reinterpret_cast<sockaddr*>(&a), n) != 0 ||
      ::listen(listener.get(), 64) != 0 ||
      ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&a), &n) != 0)
    return log("{}", fail_errno("listen").what), 2;
  std::ofstream(setup.directory + "/port.new") << ntohs(a.sin_port) << "\n";
  ::rename((setup.directory + "/port.new").c_str(), (setup.directory + "/port").c_str());

  std::map<int, std::unique_ptr<Session>> sessions;
  std::vector<int> ended;
  int next = 1;
  const sys::Signals reap(loop, {SIGCHLD}, [](int) {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
  });
  const auto watcher = loop.watch(listener.get(), EPOLLIN, [&](std::uint32_t) {
    Fd client = sys::accept_one(listener.get());
    if (!client) return;
    const int number = next++;
    sessions[number] = std::make_unique<Session>(loop, setup, std::move(client),
                                                 [&, number] { ended.push_back(number); });
  });
  loop.run([&] {
    for (const int number : ended) sessions.erase(number);
    ended.clear();
  });
  return 0;
}
