// SPDX-License-Identifier: Apache-2.0
#include "unit/shell/shells.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "base/fd.h"

namespace hitl::shell {
namespace {

// A file that is gone once closed: output is read after the end, so that no
// pipe can fill.
int scratch() {
  std::string name = "/tmp/hitl-shell-XXXXXX";
  const int fd = ::mkstemp(name.data());
  ::unlink(name.c_str());
  return fd;
}

std::string contents(int fd) {
  std::string text;
  ::lseek(fd, 0, SEEK_SET);
  std::array<char, 4096> buffer{};
  for (ssize_t n; (n = ::read(fd, buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(n));
  return text;
}

}  // namespace

Outcome run(const std::vector<std::string>& argv, const std::string& input,
            const std::vector<std::string>& environment) {
  const Fd in(scratch());
  const Fd out(scratch());
  const Fd err(scratch());
  EXPECT_EQ(::write(in.get(), input.data(), input.size()), static_cast<ssize_t>(input.size()));
  ::lseek(in.get(), 0, SEEK_SET);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::setsid();
    ::dup2(in.get(), 0);
    ::dup2(out.get(), 1);
    ::dup2(err.get(), 2);
    for (const auto& e : environment) ::putenv(::strdup(e.c_str()));
    std::vector<char*> args;
    for (const auto& a : argv) args.push_back(const_cast<char*>(a.c_str()));
    args.push_back(nullptr);
    ::execvp(args[0], args.data());
    ::_exit(127);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  return {contents(out.get()), contents(err.get()),
          WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status)};
}

TEST(ShellsTest, GivesBackWhatItRan) {
  const auto r = run({"sh", "-c", "cat; echo \"$X\" >&2; exit 3"}, "in", {"X=env"});
  EXPECT_EQ(r, (Outcome{"in", "env\n", 3}));
}

}  // namespace hitl::shell
