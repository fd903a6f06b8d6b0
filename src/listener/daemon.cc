// SPDX-License-Identifier: Apache-2.0
#include "listener/daemon.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <netdb.h>
#include <pwd.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/handle.h"
#include "base/log.h"
#include "base/visible.h"
#include "listener/readiness.h"
#include "proto/session_codec.h"
#include "sys/unix_socket.h"

namespace hitl::listener {
namespace {

using std::chrono::milliseconds;

// Connections at once, of all agents and of nobody yet.
constexpr std::size_t kMostConnections = 1'024;
constexpr int kBacklog = 256;
constexpr int kConfigurationFault = 78;  // EX_CONFIG
constexpr milliseconds kFirstBackoff{100}, kLongestBackoff{5'000};
constexpr std::chrono::seconds kGoodLife{5};
constexpr milliseconds kDrainGrace{1'000};

struct Numeric {
  std::string host;
  std::uint16_t port = 0;
};

Numeric numeric(const sockaddr_storage& a, socklen_t n) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  if (::getnameinfo(reinterpret_cast<const sockaddr*>(&a), n, host.data(), host.size(), port.data(),
                    port.size(), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return {"unknown", 0};
  return {host.data(), static_cast<std::uint16_t>(std::atoi(port.data()))};
}

Result<Fd> listen_on(const config::Endpoint& e) {
  addrinfo hints{}, *list = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  const auto where = config::to_string(e);
  if (const int r = ::getaddrinfo(e.host.c_str(), std::to_string(e.port).c_str(), &hints, &list))
    return fail(Errc::System, fmt::format("listen on {}: {}", where, ::gai_strerror(r)));
  const Owner<addrinfo, ::freeaddrinfo> owned(list);
  Fd fd(::socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  if (!fd) return fail_errno("socket");
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (list->ai_family == AF_INET6)
    ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (::bind(fd.get(), list->ai_addr, list->ai_addrlen) != 0 || ::listen(fd.get(), kBacklog) != 0)
    return fail_errno("listen on " + where);
  return fd;
}

// The file's bytes, to be handed to processes that may open nothing.
Result<Fd> in_memory(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) return fail_errno(path);
  std::array<char, 16 * 1024> bytes;
  const auto n = ::read(file.get(), bytes.data(), bytes.size());
  if (n <= 0) return fail_errno(path);
  Fd memory(::memfd_create("hitl-host-key", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory || ::write(memory.get(), bytes.data(), static_cast<std::size_t>(n)) != n ||
      ::fcntl(memory.get(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE))
    return fail_errno("memory for " + path);
  ::explicit_bzero(bytes.data(), bytes.size());
  return memory;
}

std::string how(int status) {
  return WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status))
                             : fmt::format("exit status {}", WEXITSTATUS(status));
}

}  // namespace

Result<std::unique_ptr<Daemon>> Daemon::create(config::BastionConfig config) {
  std::unique_ptr<Daemon> d(new Daemon(std::move(config)));
  for (auto step :
       {&Daemon::find_programs, &Daemon::choose_users, &Daemon::load_host_keys, &Daemon::listen})
    if (auto s = (d.get()->*step)(); !s) return s.error();
  return d;
}

Status Daemon::find_programs() {
  for (auto& [name, path] :
       {std::pair("hitl-broker", &broker_path_), std::pair("hitl-ingress", &ingress_path_),
        std::pair("hitl-egress", &egress_path_)}) {
    auto found = sys::find_program(name);
    if (!found) return found.error();
    *path = std::move(*found);
  }
  return Ok{};
}

Status Daemon::choose_users() {
  if (::geteuid() != 0) {
    log("not started as root: all processes run as this user");
    return Ok{};
  }
  const auto* nobody = ::getpwnam("nobody");
  if (nobody == nullptr) return fail(Errc::NotFound, "no user 'nobody' for ingress and egress");
  nobody_ = sys::User{nobody->pw_uid, nobody->pw_gid};
  struct stat st {};
  if (::stat(config_.folder.c_str(), &st) != 0) return fail_errno(config_.folder);
  if (st.st_uid != 0) owner_ = sys::User{st.st_uid, st.st_gid};
  return Ok{};
}

Status Daemon::load_host_keys() {
  for (const auto& path : config_.host_keys) {
    auto key = in_memory(path);
    if (!key) return key.error();
    host_keys_.push_back(std::move(*key));
  }
  return Ok{};
}

Status Daemon::listen() {
  for (const auto& e : config_.listen) {
    auto fd = listen_on(e);
    if (!fd) return fd.error();
    sockaddr_storage a{};
    socklen_t n = sizeof a;
    if (::getsockname(fd->get(), reinterpret_cast<sockaddr*>(&a), &n) != 0)
      return fail_errno("getsockname");
    const auto bound = numeric(a, n);
    sockets_.push_back({std::move(*fd), config::to_string({bound.host, bound.port}), {}});
  }
  return Ok{};
}

int Daemon::run() {
  sys::ignore_sigpipe();
  signals_ = std::make_unique<sys::Signals>(
      loop_, std::initializer_list<int>{SIGTERM, SIGINT, SIGHUP, SIGCHLD},
      [this](int number) { on_signal(number); });
  start_broker();
  loop_.run();
  return status_;
}

// ---- the broker ------------------------------------------------------------

void Daemon::start_broker() {
  ready_ = false;
  broker_started_ = BootClock::now();
  auto pair = sys::socket_pair();
  if (!pair) {
    log("{}", pair.error().what);
    return finish(1);
  }
  auto pid = sys::spawn({broker_path_, {config_.file}, {{"listener", pair->second.get()}}, owner_});
  if (!pid) {
    log("{}", pid.error().what);
    return finish(1);
  }
  broker_pid_ = *pid;
  broker_ = std::make_unique<sys::FrameChannel>(
      loop_, std::move(pair->first), [this](std::string_view frame) { return on_broker(frame); },
      // Its end is told by SIGCHLD; one that only broke the protocol is ended.
      [this](const Error& why) {
        if (why.code != Errc::Closed) log("broker: {}", visible(why.what));
        stop_accepting();
        if (broker_pid_ > 0) ::kill(broker_pid_, SIGKILL);
      });
}

void Daemon::broker_ended(int status) {
  broker_pid_ = -1;
  broker_.reset();
  stop_accepting();
  if (stopping_) return finish(status_);
  if (!ever_ready_) {
    // It has said why.
    return finish(WIFEXITED(status) && WEXITSTATUS(status) != 0 ? WEXITSTATUS(status) : 1);
  }
  backoff_ = BootClock::now() - broker_started_ > kGoodLife
                 ? kFirstBackoff
                 : std::clamp(2 * backoff_, kFirstBackoff, kLongestBackoff);
  log("the broker ended ({}): sessions end; starting another in {} ms", how(status),
      backoff_.count());
  alarm_ = loop_.after(backoff_, [this] { start_broker(); });
}

Status Daemon::on_broker(std::string_view frame) {
  switch (static_cast<Type>(proto::type_byte(frame))) {
    case Type::Ready:
      if (auto m = proto::decode<Ready>(frame); !m) return m.error();
      on_ready();
      return Ok{};
    case Type::SpawnEgress: {
      if (auto m = proto::decode<SpawnEgress>(frame); !m) return m.error();
      auto socket = broker_->take_descriptor();
      if (!socket) return fail(Errc::Protocol, "no socket for an egress");
      start_egress(std::move(socket));
      return Ok{};
    }
    case Type::Drained:
      // It signs the end of its record, and ends.
      if (auto m = proto::decode<Drained>(frame); !m) return m.error();
      return Ok{};
    case Type::Connection:
    case Type::Reload:
    case Type::Drain:
      break;
  }
  return fail(Errc::Protocol, "unknown message");
}

void Daemon::on_ready() {
  ready_ = true;
  for (auto& s : sockets_)
    s.watcher =
        loop_.watch(s.fd.get(), EPOLLIN, [this, fd = s.fd.get()](auto) { accept_some(fd); });
  if (std::exchange(ever_ready_, true)) return log("the broker is back");
  std::vector<std::string> addresses;
  for (const auto& s : sockets_) addresses.push_back(s.address);
  log("listening on {}", fmt::join(addresses, ", "));
  tell_systemd("READY=1");
}

// ---- connections -----------------------------------------------------------

void Daemon::accept_some(int socket) {
  for (int i = 0; i < 16; ++i) {
    sockaddr_storage from{};
    socklen_t n = sizeof from;
    Fd client(
        ::accept4(socket, reinterpret_cast<sockaddr*>(&from), &n, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!client) return;
    if (ingress_pids_.size() >= kMostConnections) {
      log("a connection was refused: {} are open", ingress_pids_.size());
      continue;
    }
    start_ingress(std::move(client), from);
  }
}

void Daemon::start_ingress(Fd client, const sockaddr_storage& from) {
  auto pair = sys::socket_pair();
  if (!pair) return log("{}", pair.error().what);
  sys::Program p{
      ingress_path_, {}, {{"client", client.get()}, {"broker", pair->second.get()}}, nobody_};
  for (std::size_t i = 0; i < host_keys_.size(); ++i)
    p.descriptors["hostkey" + std::to_string(i)] = host_keys_[i].get();
  const auto pid = sys::spawn(p);
  if (!pid) return log("{}", pid.error().what);
  ingress_pids_.push_back(*pid);
  const auto peer = numeric(from, sizeof from);
  broker_->send_now(proto::encode(Connection{peer.host, peer.port}), std::move(pair->first));
}

void Daemon::start_egress(Fd broker) {
  const auto pid = sys::spawn({egress_path_, {}, {{"broker", broker.get()}}, nobody_});
  if (!pid) log("{}", pid.error().what);  // the broker sees its socket close
}

void Daemon::stop_accepting() {
  ready_ = false;
  for (auto& s : sockets_) s.watcher = {};
}

// ---- signals ---------------------------------------------------------------

void Daemon::on_signal(int number) {
  switch (number) {
    case SIGCHLD:
      return reap();
    case SIGHUP:
      if (broker_ && ready_) broker_->send_now(proto::encode(Reload{}));
      return;
    default:
      if (std::exchange(stopping_, true)) return finish(0);
      log("stopping: running commands have {} ms", config_.drain.count());
      tell_systemd("STOPPING=1");
      stop_accepting();
      sockets_.clear();
      if (!broker_) return finish(0);
      broker_->send_now(proto::encode(Drain{static_cast<std::uint32_t>(config_.drain.count())}));
      drain_ = loop_.after(config_.drain + kDrainGrace, [this] { finish(0); });
  }
}

void Daemon::reap() {
  for (;;) {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, WNOHANG);
    if (pid <= 0) return;
    if (pid == broker_pid_)
      broker_ended(status);
    else
      std::erase(ingress_pids_, pid);
  }
}

// The children die with this process.
void Daemon::finish(int status) {
  status_ = status;
  loop_.stop();
}

}  // namespace hitl::listener
