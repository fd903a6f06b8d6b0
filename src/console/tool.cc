// SPDX-License-Identifier: Apache-2.0
#include "console/tool.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sys/unix_socket.h"

extern char** environ;

namespace hitl::console {
namespace {

// Both of posix_spawn's tables, for the time of one call.
struct Plan {
  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
  Plan() {
    HITL_CHECK(::posix_spawn_file_actions_init(&files) == 0 &&
               ::posix_spawnattr_init(&attributes) == 0);
  }
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;
  ~Plan() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
  }
};

}  // namespace

Result<std::unique_ptr<Tool>> Tool::start(std::vector<std::string> argv, Manner manner) {
  auto pair = sys::socket_pair();
  if (!pair) return pair.error();
  std::vector<char*> words;
  for (auto& w : argv) words.push_back(w.data());
  words.push_back(nullptr);
  Plan plan;
  const int theirs = pair->second.get();
  int bad = ::posix_spawn_file_actions_adddup2(&plan.files, theirs, STDIN_FILENO);
  bad |= ::posix_spawn_file_actions_adddup2(&plan.files, theirs, STDOUT_FILENO);
  if (manner == Manner::Silent) {
    bad |= ::posix_spawn_file_actions_addopen(&plan.files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  }
  // What this program blocks and ignores is not for another one: SIGTERM ends it.
  sigset_t none, ours;
  ::sigemptyset(&none);
  ::sigemptyset(&ours);
  ::sigaddset(&ours, SIGPIPE);
  bad |= ::posix_spawnattr_setsigmask(&plan.attributes, &none);
  bad |= ::posix_spawnattr_setsigdefault(&plan.attributes, &ours);
  const int session = manner == Manner::Silent ? POSIX_SPAWN_SETSID : 0;
  bad |= ::posix_spawnattr_setflags(
      &plan.attributes,
      static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | session));
  HITL_CHECK(bad == 0);
  pid_t pid = 0;
  const int error =
      ::posix_spawnp(&pid, words[0], &plan.files, &plan.attributes, words.data(), environ);
  if (error != 0)
    return fail(Errc::System, argv[0] + ": " + std::strerror(error) + " (install openssh-client)");
  return std::unique_ptr<Tool>(new Tool(pid, std::move(pair->first)));
}

Tool::~Tool() {
  if (!pid_) return;
  ::kill(*pid_, SIGTERM);
  succeeded();
}

bool Tool::succeeded() {
  if (!pid_) return false;
  int status = 0;
  while (::waitpid(*pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_.reset();
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace hitl::console
