// SPDX-License-Identifier: Apache-2.0
#include "notify/courier.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/log.h"

namespace hitl::notify {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kMostWaiting = 1'000;  // of one receiver
constexpr unsigned kMostRunning = 4;         // of one receiver
constexpr seconds kDeadline{30};             // of one child
constexpr std::array kPauses = {milliseconds(1'000), milliseconds(5'000), milliseconds(30'000),
                                milliseconds(120'000), milliseconds(600'000)};

// The body as a file that the child reads from its beginning.
Result<Fd> as_file(const std::string& body) {
  Fd fd(::memfd_create("event", MFD_CLOEXEC));
  if (!fd) return fail_errno("memfd_create");
  if (::write(fd.get(), body.data(), body.size()) != static_cast<ssize_t>(body.size()) ||
      ::lseek(fd.get(), 0, SEEK_SET) != 0)
    return fail_errno("memfd");
  return fd;
}

}  // namespace

Courier::Courier(sys::EventLoop& loop, const config::BastionConfig& config, std::string self)
    : loop_(loop), self_(std::move(self)), config_file_(config.file) {
  for (const auto& [name, what] : config.notifications) hooks_[name].what = &what;
}

Courier::~Courier() {
  for (const auto& [pid, r] : running_) ::kill(pid, SIGKILL);
}

bool Courier::wants(const std::string& name, const config::Notification& what,
                    const Happened& event) const {
  if (!event.to.empty()) return event.to == name;
  return std::ranges::find(what.events, event.event) != what.events.end() ||
         std::ranges::find(what.events, "*") != what.events.end();
}

void Courier::take(const Happened& event) {
  for (auto& [name, hook] : hooks_) {
    if (!wants(name, *hook.what, event)) continue;
    if (hook.waiting.size() >= kMostWaiting) {
      if (hook.dropped++ == 0)
        log("notify.{}: {} events wait, more are dropped", name, kMostWaiting);
      continue;
    }
    hook.waiting.push_back({event.event, event.id, to_json(event) + "\n", 0});
    start_some(name, hook);
  }
}

Result<pid_t> Courier::start(const std::string& name, const config::Notification& what,
                             const std::string& body) {
  auto input = as_file(body);
  if (!input) return input.error();
  auto argv = what.command;
  if (argv.empty()) argv = {self_, "--post", name, "--config", config_file_};
  std::vector<char*> words;
  for (auto& w : argv) words.push_back(w.data());
  words.push_back(nullptr);
  std::string path = "PATH=/usr/local/bin:/usr/bin:/bin", lang = "LANG=C.UTF-8";
  const std::array<char*, 3> environment = {path.data(), lang.data(), nullptr};
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  HITL_CHECK(::posix_spawn_file_actions_init(&files) == 0 &&
             ::posix_spawnattr_init(&attributes) == 0);
  sigset_t none;
  ::sigemptyset(&none);
  // What it says goes where our own log goes.
  HITL_CHECK(
      ::posix_spawn_file_actions_adddup2(&files, input->get(), STDIN_FILENO) == 0 &&
      ::posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO) == 0 &&
      ::posix_spawnattr_setsigmask(&attributes, &none) == 0 &&
      ::posix_spawnattr_setpgroup(&attributes, 0) == 0 &&
      ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP) == 0);
  pid_t pid = 0;
  const int error =
      ::posix_spawn(&pid, words[0], &files, &attributes, words.data(), environment.data());
  ::posix_spawn_file_actions_destroy(&files);
  ::posix_spawnattr_destroy(&attributes);
  if (error != 0) return fail(Errc::System, argv[0] + ": " + std::strerror(error));
  return pid;
}

void Courier::start_some(const std::string& name, Hook& hook) {
  while (!hook.again && !hook.waiting.empty() && hook.running < kMostRunning) {
    Running r{name, std::move(hook.waiting.front()), {}};
    hook.waiting.pop_front();
    ++r.delivery.tries;
    ++hook.running;
    auto pid = start(name, *hook.what, r.delivery.body);
    if (!pid) {
      log("notify.{}: {}", name, pid.error().what);
      ended(std::move(r), false);
      continue;
    }
    r.deadline = loop_.after(kDeadline, [p = *pid] { ::kill(-p, SIGKILL); });
    running_.emplace(*pid, std::move(r));
  }
}

void Courier::reap() {
  for (;;) {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, WNOHANG);
    if (pid <= 0) return;
    auto node = running_.extract(pid);
    if (!node.empty())
      ended(std::move(node.mapped()), WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
}

void Courier::ended(Running r, bool arrived) {
  auto& hook = hooks_.at(r.hook);
  --hook.running;
  if (!arrived) {
    const auto tries = r.delivery.tries;
    if (tries > kPauses.size()) {
      log("notify.{}: {} of {} could not be delivered and is given up", r.hook, r.delivery.event,
          r.delivery.id);
    } else {
      hook.waiting.push_front(std::move(r.delivery));
      // The receiver has trouble: the others for it wait as well, in their order.
      hook.again = loop_.after(kPauses[tries - 1], [this, name = r.hook] {
        auto& h = hooks_.at(name);
        h.again = {};
        start_some(name, h);
      });
      return;
    }
  }
  start_some(r.hook, hook);
}

bool Courier::idle() const {
  return running_.empty() &&
         std::ranges::all_of(hooks_, [](const auto& h) { return h.second.waiting.empty(); });
}

}  // namespace hitl::notify
