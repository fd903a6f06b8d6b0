// SPDX-License-Identifier: Apache-2.0
#include "sys/signals.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace hitl::sys {

Signals::Signals(EventLoop& loop, std::initializer_list<int> which,
                 std::function<void(int)> on_signal) {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int s : which) ::sigaddset(&set, s);
  HITL_CHECK(::sigprocmask(SIG_BLOCK, &set, nullptr) == 0);
  fd_ = Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  HITL_CHECK(fd_);
  watcher_ = loop.watch(fd_.get(), EPOLLIN, [fd = fd_.get(), f = std::move(on_signal)](auto) {
    signalfd_siginfo info{};
    while (::read(fd, &info, sizeof info) == static_cast<ssize_t>(sizeof info))
      f(static_cast<int>(info.ssi_signo));
  });
}

void ignore_sigpipe() { ::signal(SIGPIPE, SIG_IGN); }

}  // namespace hitl::sys
