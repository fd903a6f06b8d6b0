// SPDX-License-Identifier: Apache-2.0
#include "ingress/gate.h"

#include <algorithm>

#include "hitl/limits.h"

namespace hitl::ingress {
namespace {

struct Row {
  Kind kind;
  std::string_view name;
  Answer before;  // exec, shell or subsystem on its channel
  Answer after;   // then a channel takes only window changes and signals
};

constexpr auto kRefuse = Answer::Refuse;

constexpr Row kRows[] = {
    {Kind::Global, "keepalive@openssh.com", Answer::Accept, Answer::Accept},
    {Kind::Global, "tcpip-forward", kRefuse, kRefuse},
    {Kind::Global, "cancel-tcpip-forward", kRefuse, kRefuse},
    {Kind::Global, "streamlocal-forward@openssh.com", kRefuse, kRefuse},
    {Kind::Global, "cancel-streamlocal-forward@openssh.com", kRefuse, kRefuse},
    {Kind::Global, "no-more-sessions@openssh.com", kRefuse, kRefuse},
    {Kind::Global, "hostkeys-prove-00@openssh.com", kRefuse, kRefuse},

    {Kind::Open, "session", Answer::Channel, Answer::Channel},
    {Kind::Open, "x11", kRefuse, kRefuse},
    {Kind::Open, "forwarded-tcpip", kRefuse, kRefuse},
    {Kind::Open, "direct-tcpip", kRefuse, kRefuse},
    {Kind::Open, "direct-streamlocal@openssh.com", kRefuse, kRefuse},
    {Kind::Open, "forwarded-streamlocal@openssh.com", kRefuse, kRefuse},
    {Kind::Open, "auth-agent@openssh.com", kRefuse, kRefuse},
    {Kind::Open, "tun@openssh.com", kRefuse, kRefuse},

    {Kind::Request, "exec", Answer::Judge, kRefuse},
    {Kind::Request, "shell", Answer::Judge, kRefuse},
    {Kind::Request, "subsystem", Answer::Judge, kRefuse},
    {Kind::Request, "env", Answer::Keep, kRefuse},
    {Kind::Request, "window-change", Answer::Resize, Answer::Resize},
    {Kind::Request, "signal", kRefuse, Answer::Cancel},
    {Kind::Request, "pty-req", Answer::Terminal, kRefuse},
    {Kind::Request, "x11-req", kRefuse, kRefuse},
    {Kind::Request, "auth-agent-req@openssh.com", kRefuse, kRefuse},
    {Kind::Request, "xon-xoff", kRefuse, kRefuse},
    {Kind::Request, "break", kRefuse, kRefuse},  // RFC 4335
    {Kind::Request, "exit-status", kRefuse, kRefuse},
    {Kind::Request, "exit-signal", kRefuse, kRefuse},
    {Kind::Request, "eow@openssh.com", kRefuse, Answer::Cancel},  // reads no more output
    {Kind::Request, "keepalive@openssh.com", kRefuse, kRefuse},
};

}  // namespace

Answer gate(Kind kind, std::string_view name, const Moment& moment) {
  if (!moment.authenticated) return Answer::Refuse;
  const auto row =
      std::ranges::find_if(kRows, [&](const Row& r) { return r.kind == kind && r.name == name; });
  if (row == std::end(kRows)) return Answer::Refuse;
  const auto answer = moment.asked ? row->after : row->before;
  if (answer == Answer::Channel && moment.channels >= kMaxChannels) return Answer::Refuse;
  if (answer == Answer::Resize && !moment.terminal) return Answer::Refuse;
  return answer;
}

bool is_shell(std::string_view command) {
  constexpr std::string_view kShells[] = {"bash",         "sh",           "bash -s",     "sh -s",
                                          "bash -l",      "sh -l",        "/bin/bash",   "/bin/sh",
                                          "/bin/bash -s", "/bin/sh -s",   "bash -i",     "bash -",
                                          "sh -",         "/bin/bash -l", "bash --login"};
  return std::ranges::find(kShells, command) != std::end(kShells);
}

bool ends_something(std::string_view signal) {
  constexpr std::string_view kSignals[] = {"INT", "TERM", "HUP", "QUIT", "KILL"};
  return std::ranges::find(kSignals, signal) != std::end(kSignals);
}

}  // namespace hitl::ingress
