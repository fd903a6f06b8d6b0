// SPDX-License-Identifier: Apache-2.0
// The keeper's texts in a real bash on a real terminal.
#include "shell/keeper.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>

#include "shell/parser.h"
#include "shell/printer.h"

namespace hitl::shell {
namespace {

using Clock = std::chrono::steady_clock;

CanonicalText canonical(const std::string& text) {
  const auto script = parse(text);
  EXPECT_TRUE(script) << text;
  return print(*script);
}

// Both connections: the control's ends are pipes, the shell's is a terminal.
class KeeperTest : public testing::Test {
 protected:
  void SetUp() override {
    // What is started in the background may ignore it, and bash keeps that.
    ASSERT_NE(::signal(SIGINT, SIG_DFL), SIG_ERR);
    char folder[] = "/tmp/keeper_test.XXXXXX";
    ASSERT_NE(::mkdtemp(folder), nullptr);
    work_ = folder;
    keeper_ = {work_ + "/k", true};
    wrapping_.nonce = std::string(32, '0');
    std::array<int, 2> in{}, out{};
    ASSERT_EQ(::pipe2(in.data(), O_CLOEXEC), 0);
    ASSERT_EQ(::pipe2(out.data(), O_CLOEXEC), 0);
    const auto control = wrap_control(keeper_, wrapping_);
    ASSERT_TRUE(control);
    control_pid_ = ::fork();
    if (control_pid_ == 0) {
      ::dup2(in[0], 0);
      ::dup2(out[1], 1);
      ::execl("/bin/sh", "sh", "-c", control->c_str(), nullptr);
      ::_exit(99);
    }
    ::close(in[0]);
    ::close(out[1]);
    to_shell_ = in[1];
    from_shell_ = out[0];
    ASSERT_TRUE(comes("READY"));
    const auto shell = wrap_shell(keeper_, wrapping_);
    ASSERT_TRUE(shell);
    shell_pid_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
    if (shell_pid_ == 0) {
      ::execl("/bin/sh", "sh", "-c", shell->c_str(), nullptr);
      ::_exit(99);
    }
    say(keeper_opening(keeper_, nonce(), wrapping_));
    ASSERT_TRUE(comes(nonce_ + '\0'));
  }

  void TearDown() override {
    ::close(to_shell_);
    int status = 0;
    ::waitpid(control_pid_, &status, 0);
    EXPECT_NE(::access(keeper_.folder.c_str(), F_OK), 0);
    ::close(terminal_);
    ::close(from_shell_);
    ::waitpid(shell_pid_, &status, 0);
    EXPECT_EQ(std::system(("rm -r " + work_).c_str()), 0);
  }

  const std::string& nonce() {
    nonce_ = std::to_string(1'000'000 + ++lines_);
    nonce_.insert(0, 32 - nonce_.size(), 'a');
    return nonce_;
  }
  void say(std::string_view bytes) {
    ASSERT_EQ(::write(to_shell_, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  void type(std::string_view bytes) {
    ASSERT_EQ(::write(terminal_, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  // By the control connection; what the terminal shows is kept meanwhile.
  bool comes(const std::string& bytes, int ms = 10'000) {
    const auto end = Clock::now() + std::chrono::milliseconds(ms);
    while (heard_.find(bytes) == std::string::npos) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
      if (left <= 0) return false;
      std::array<pollfd, 2> fds = {{{from_shell_, POLLIN, 0}, {terminal_, POLLIN, 0}}};
      ::poll(fds.data(), terminal_ < 0 ? 1 : 2, static_cast<int>(left));
      std::array<char, 4096> buf{};
      if ((fds[0].revents & (POLLIN | POLLHUP)) != 0) {
        const auto n = ::read(from_shell_, buf.data(), buf.size());
        if (n <= 0) return false;
        heard_.append(buf.data(), static_cast<std::size_t>(n));
      }
      if (terminal_ >= 0 && (fds[1].revents & POLLIN) != 0) {
        const auto n = ::read(terminal_, buf.data(), buf.size());
        if (n > 0) shown_.append(buf.data(), static_cast<std::size_t>(n));
      }
    }
    return true;
  }
  bool ends() {
    const auto before = heard_.size();
    // "NONCE NUL run NUL" is not it.
    const bool told = comes(nonce_ + '\0' + "0") || comes(nonce_ + '\0' + "1");
    return told && before <= heard_.size();
  }

  std::string work_, nonce_, heard_, shown_;
  Keeper keeper_;
  Wrapping wrapping_;
  KeeperState state_{0, "/", "himBH"};
  int to_shell_ = -1, from_shell_ = -1, terminal_ = -1, lines_ = 0;
  pid_t control_pid_ = -1, shell_pid_ = -1;
};

// A shell that is interrupted while it reads drops what it has read, and would take
// the rest of the line, any text within quotes, for lines of their own.
TEST_F(KeeperTest, HalfALineAnInterruptAndTheOtherHalfAreStillOneLine) {
  const std::string mark = work_ + "/mark";
  const auto text = canonical("echo 'a\ntouch " + mark + "\n' \"b\n" + "touch " + mark +
                              ".2\n\"; : $(echo 'c\ntouch " + mark + ".3\n')");
  state_.cwd = "";
  const auto size = keeper_line(keeper_, nonce(), text, state_).size();
  for (std::size_t cut = 1; cut < size; cut += 5) {
    const auto line = keeper_line(keeper_, nonce(), text, state_);
    say(std::string_view(line).substr(0, cut));
    ::usleep(3'000);
    type("\x03");
    ::usleep(3'000);
    say(std::string_view(line).substr(cut));
    ASSERT_TRUE(ends()) << "cut at " << cut << ": " << shown_;
    for (const char* suffix : {"", ".2", ".3"})
      ASSERT_NE(::access((mark + suffix).c_str(), F_OK), 0) << "cut at " << cut;
  }
  EXPECT_NE(shown_.find("a\r\ntouch"), std::string::npos);
}

TEST_F(KeeperTest, ALineOfAnotherFolderDoesNotRun) {
  const std::string mark = work_ + "/mark";
  state_.cwd = "/nonexistent";
  say(keeper_line(keeper_, nonce(), canonical("touch " + mark), state_));
  ASSERT_TRUE(comes(nonce_ + '\0' + "125"));
  EXPECT_NE(::access(mark.c_str(), F_OK), 0);
  // But what means the same everywhere.
  say(keeper_line(keeper_, nonce(), canonical("cd /usr"), state_));
  ASSERT_TRUE(comes(nonce_ + '\0' + "0" + '\0' + "/usr" + '\0'));
  for (const char* other : {"cd usr; touch M", "cd /usr; touch M", "cd '/usr' && touch M",
                            "cd \"/usr$x\"", "cd /usr /lib", "cd /u'sr'$(touch M)"}) {
    std::string line = other;
    for (auto at = line.find('M'); at != std::string::npos; at = line.find('M'))
      line.replace(at, 1, mark);
    say(keeper_line(keeper_, nonce(), canonical(line), state_));
    ASSERT_TRUE(comes(nonce_ + '\0' + "125")) << line;
  }
  EXPECT_NE(::access(mark.c_str(), F_OK), 0);
}

TEST_F(KeeperTest, WhatWasTypedAndNotReadIsHandedBack) {
  state_.cwd = "";
  say(keeper_line(keeper_, nonce(), canonical("sleep 0.2"), state_));
  ASSERT_TRUE(comes(nonce_ + '\0' + "run" + '\0'));
  type("later\rpart");
  ASSERT_TRUE(comes(std::string("later\npart") + '\0'));
}

TEST_F(KeeperTest, AnInterruptEndsTheLineThatRuns) {
  state_.cwd = "";
  for (const char* line : {"sleep 30", "while :; do :; done", "read x", "x=$(sleep 30)"}) {
    say(keeper_line(keeper_, nonce(), canonical(line), state_));
    ASSERT_TRUE(comes(nonce_ + '\0' + "run" + '\0'));
    ::usleep(200'000);
    type("\x03");
    ASSERT_TRUE(comes(nonce_ + '\0' + "130")) << line;
  }
}

}  // namespace
}  // namespace hitl::shell
