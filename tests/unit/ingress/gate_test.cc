// SPDX-License-Identifier: Apache-2.0
#include "ingress/gate.h"

#include <gtest/gtest.h>

#include <string>

#include "hitl/limits.h"

namespace hitl::ingress {
namespace {

constexpr Moment kFresh{.authenticated = true, .channels = 1};
constexpr Moment kAsked{.authenticated = true, .channels = 1, .asked = true};

struct Case {
  Kind kind;
  const char* name;
  Answer fresh, asked;
};

constexpr auto R = Answer::Refuse;

// Everything that RFC 4254 names, with OpenSSH's and other extensions.
const Case kAll[] = {
    {Kind::Global, "tcpip-forward", R, R},                           // 7.1
    {Kind::Global, "cancel-tcpip-forward", R, R},                    // 7.1
    {Kind::Global, "streamlocal-forward@openssh.com", R, R},         // PROTOCOL 2.4
    {Kind::Global, "cancel-streamlocal-forward@openssh.com", R, R},  // PROTOCOL 2.4
    {Kind::Global, "no-more-sessions@openssh.com", R, R},            // PROTOCOL 2.2
    {Kind::Global, "hostkeys-prove-00@openssh.com", R, R},           // PROTOCOL 2.5
    {Kind::Global, "keepalive@openssh.com", Answer::Accept, Answer::Accept},
    {Kind::Open, "session", Answer::Channel, Answer::Channel},  // 6.1
    {Kind::Open, "x11", R, R},                                  // 6.3.2
    {Kind::Open, "forwarded-tcpip", R, R},                      // 7.2
    {Kind::Open, "direct-tcpip", R, R},                         // 7.2
    {Kind::Open, "direct-streamlocal@openssh.com", R, R},       // PROTOCOL 2.4
    {Kind::Open, "forwarded-streamlocal@openssh.com", R, R},    // PROTOCOL 2.4
    {Kind::Open, "auth-agent@openssh.com", R, R},
    {Kind::Open, "tun@openssh.com", R, R},            // PROTOCOL 2.3
    {Kind::Request, "pty-req", Answer::Terminal, R},  // 6.2
    {Kind::Request, "x11-req", R, R},                 // 6.3.1
    {Kind::Request, "env", Answer::Keep, R},          // 6.4
    {Kind::Request, "shell", Answer::Judge, R},       // 6.5
    {Kind::Request, "exec", Answer::Judge, R},        // 6.5
    {Kind::Request, "subsystem", Answer::Judge, R},   // 6.5
    {Kind::Request, "window-change", R, R},           // 6.7, without a terminal
    {Kind::Request, "xon-xoff", R, R},                // 6.8
    {Kind::Request, "signal", R, Answer::Cancel},     // 6.9
    {Kind::Request, "exit-status", R, R},             // 6.10
    {Kind::Request, "exit-signal", R, R},             // 6.10
    {Kind::Request, "break", R, R},                   // RFC 4335
    {Kind::Request, "auth-agent-req@openssh.com", R, R},
    {Kind::Request, "eow@openssh.com", R, Answer::Cancel},  // PROTOCOL 2.1
    {Kind::Request, "keepalive@openssh.com", R, R},
    {Kind::Request, "no-such-thing", R, R},
    {Kind::Request, "", R, R},
    {Kind::Open, "", R, R},
    {Kind::Global, "", R, R},
};

TEST(GateTest, AnswersEachRequestOfTheProtocol) {
  for (const auto& c : kAll) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(gate(c.kind, c.name, kFresh), c.fresh);
    EXPECT_EQ(gate(c.kind, c.name, kAsked), c.asked);
  }
}

TEST(GateTest, BeforeAuthenticationNothingIsAnswered) {
  for (const auto& c : kAll)
    for (const bool asked : {false, true})
      EXPECT_EQ(gate(c.kind, c.name, {.authenticated = false, .asked = asked}), R) << c.name;
}

TEST(GateTest, ANameCountsOnlyForItsKind) {
  EXPECT_EQ(gate(Kind::Open, "exec", kFresh), R);
  EXPECT_EQ(gate(Kind::Request, "session", kFresh), R);
  EXPECT_EQ(gate(Kind::Global, "exec", kFresh), R);
}

TEST(GateTest, NamesAreComparedWhole) {
  for (const char* name : {"exec ", "Exec", "exe", "execx", "session@openssh.com"}) {
    EXPECT_EQ(gate(Kind::Request, name, kFresh), R) << name;
    EXPECT_EQ(gate(Kind::Open, name, kFresh), R) << name;
  }
}

TEST(GateTest, ChannelsAreCounted) {
  auto m = kFresh;
  m.channels = kMaxChannels - 1;
  EXPECT_EQ(gate(Kind::Open, "session", m), Answer::Channel);
  m.channels = kMaxChannels;
  EXPECT_EQ(gate(Kind::Open, "session", m), R);
}

TEST(GateTest, ATerminalChangesItsSizeAtAnyTime) {
  auto m = kFresh;
  m.terminal = true;
  EXPECT_EQ(gate(Kind::Request, "window-change", m), Answer::Resize);
  m.asked = true;
  EXPECT_EQ(gate(Kind::Request, "window-change", m), Answer::Resize);
}

TEST(GateTest, SomeSignalsEndSomething) {
  for (const char* s : {"INT", "TERM", "HUP", "QUIT", "KILL"}) EXPECT_TRUE(ends_something(s)) << s;
  for (const char* s : {"USR1", "ALRM", "PIPE", "", "SIGINT", "int"})
    EXPECT_FALSE(ends_something(s)) << s;
}

TEST(GateTest, AShellByNameIsAShell) {
  for (const char* text : {"bash", "sh", "bash -s", "bash -l", "/bin/sh"})
    EXPECT_TRUE(is_shell(text)) << text;
  for (const char* text : {"", "bash x", "bash -c x", "bash;", " bash", "rbash", "bash\n", "zsh"})
    EXPECT_FALSE(is_shell(text)) << text;
}

}  // namespace
}  // namespace hitl::ingress
