// SPDX-License-Identifier: Apache-2.0
#include "sys/process.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

namespace hitl::sys {
namespace {

constexpr int kFirstPassed = 3;

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (auto& s : strings) out.push_back(s.data());
  out.push_back(nullptr);
  return out;
}

// Between fork and exec only async-signal-safe calls; all was prepared before.
[[noreturn]] void become(const char* path, char* const* argv, char* const* envp,
                         const std::vector<int>& from, const std::optional<User>& user,
                         pid_t parent) {
  // First out of the way, then in place: a source may stand where another goes.
  const int base = kFirstPassed + static_cast<int>(from.size());
  std::array<int, 16> moved{};
  for (std::size_t i = 0; i < from.size(); ++i) {
    moved[i] = ::fcntl(from[i], F_DUPFD, base);
    if (moved[i] < 0) ::_exit(126);
  }
  for (std::size_t i = 0; i < from.size(); ++i)
    if (::dup2(moved[i], kFirstPassed + static_cast<int>(i)) < 0) ::_exit(126);
  if (::close_range(static_cast<unsigned>(base), ~0u, 0) != 0) ::_exit(126);

  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (user) {
    if (::setgroups(0, nullptr) != 0 || ::setresgid(user->gid, user->gid, user->gid) != 0 ||
        ::setresuid(user->uid, user->uid, user->uid) != 0)
      ::_exit(126);
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) ::_exit(126);
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) ::_exit(126);
  if (::getppid() != parent) ::_exit(126);  // it died before the line above
  ::execve(path, argv, envp);
  ::_exit(127);
}

}  // namespace

Result<pid_t> spawn(const Program& program) {
  HITL_CHECK(program.descriptors.size() <= 16);
  std::vector<std::string> args = {std::filesystem::path(program.path).filename()};
  args.insert(args.end(), program.arguments.begin(), program.arguments.end());
  std::vector<int> from;
  for (const auto& [name, fd] : program.descriptors) {
    args.push_back(name + "=" + std::to_string(kFirstPassed + static_cast<int>(from.size())));
    from.push_back(fd);
  }
  std::vector<std::string> env = {"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"};
  const auto argv = pointers(args);
  const auto envp = pointers(env);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return fail_errno("fork");
  if (pid == 0)
    become(program.path.c_str(), argv.data(), envp.data(), from, program.run_as, parent);
  return pid;
}

Inherited::Inherited(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view a = argv[i];
    const auto eq = a.find('=');
    int fd = -1;
    if (eq != std::string_view::npos) {
      const auto number = a.substr(eq + 1);
      const auto r = std::from_chars(number.data(), number.data() + number.size(), fd);
      if (r.ec != std::errc() || r.ptr != number.data() + number.size()) fd = -1;
    }
    if (fd >= kFirstPassed)
      fds_[std::string(a.substr(0, eq))] = fd;
    else
      arguments_.emplace_back(a);
  }
}

Result<Fd> Inherited::take(const std::string& name) {
  const auto it = fds_.find(name);
  if (it == fds_.end() || ::fcntl(it->second, F_SETFD, FD_CLOEXEC) != 0)
    return fail(Errc::NotFound, "descriptor '" + name +
                                    "' was not passed (this program is started by hitl-bastiond)");
  Fd fd(it->second);
  fds_.erase(it);
  return fd;
}

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::size_t>(limit.rlim_cur);
}

void be_private() { HITL_CHECK(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0); }

Result<std::string> find_program(const std::string& name) {
  std::error_code ec;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", ec);
  if (ec) return fail(Errc::System, "/proc/self/exe: " + ec.message());
  const auto here = self.parent_path();
  for (const auto& candidate : {here / name, here.parent_path() / "libexec/hitl" / name})
    if (::access(candidate.c_str(), X_OK) == 0) return candidate.string();
  return fail(Errc::NotFound, name + ": not found beside " + self.string() +
                                  " nor in ../libexec/hitl (run 'make')");
}

}  // namespace hitl::sys
