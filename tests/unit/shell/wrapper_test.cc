// SPDX-License-Identifier: Apache-2.0
#include "shell/wrapper.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <regex>

#include "hitl/limits.h"
#include "shell/octal.h"
#include "unit/shell/shells.h"

namespace hitl::shell {
namespace {

constexpr const char* kNonce = "0123456789abcdef0123456789abcdef";

Wrapping plain() {
  Wrapping w;
  w.nonce = kNonce;
  return w;
}

bool has_form(const std::string& text) {
  static const std::regex form(std::string(kWrappedForm), std::regex::extended);
  return std::regex_match(text, form);
}

// The login shells at hand; the wrapped text is to mean the same to each.
std::vector<std::vector<std::string>> shells() {
  std::vector<std::vector<std::string>> all = {{"bash", "-c"}, {"bash", "--posix", "-c"},
                                               {"dash", "-c"}, {"busybox", "sh", "-c"},
                                               {"zsh", "-c"},  {"fish", "-c"},
                                               {"tcsh", "-c"}, {"mksh", "-c"}};
  std::erase_if(all, [](const auto& shell) {
    return run({"sh", "-c", "command -v " + shell[0]}).status != 0;
  });
  return all;
}

Outcome run_wrapped(std::vector<std::string> shell, const std::string& text,
                    const std::string& input = {},
                    const std::vector<std::string>& environment = {}) {
  shell.push_back(text);
  return run(shell, input, environment);
}

// Standard error behind the line of the first stage, which it checks.
std::string behind_first_line(const Outcome& r) {
  static const std::regex line("\x1ehitl ([0-9a-f]{32}) ([0-9]+) ([0-9]+|-)\n");
  std::smatch match;
  EXPECT_TRUE(std::regex_search(r.err, match, line, std::regex_constants::match_continuous))
      << r.err;
  EXPECT_EQ(match[1], kNonce);
  return match.suffix();
}

TEST(OctalTest, KeepsSafeBytesAndEscapesTheRest) {
  EXPECT_EQ(octal("ls -l /tmp/a_b.c,d:e=f+g@h%i"), "ls -l /tmp/a_b.c,d:e=f+g@h%i");
  EXPECT_EQ(octal("'\n\xff!"), "\\0047\\0012\\0377\\0041");
}

TEST(WrapperTest, EveryByteArrivesThroughEveryLoginShell) {
  std::string bytes;
  for (int c = 1; c < 256; ++c) bytes.push_back(static_cast<char>(c));
  std::string payload = "printf %s ";
  payload += '\'';
  for (const char c : bytes) payload += c == '\'' ? std::string("'\\''") : std::string(1, c);
  payload += "'";
  const auto text = wrap_opaque(RawText(payload), plain());
  ASSERT_TRUE(text) << text.error().what;
  EXPECT_TRUE(has_form(*text)) << *text;
  for (const auto& shell : shells()) {
    SCOPED_TRACE(shell[0]);
    const auto r = run_wrapped(shell, *text);
    EXPECT_EQ(r.out, bytes);
    EXPECT_EQ(behind_first_line(r), "");
    EXPECT_EQ(r.status, 0);
  }
}

TEST(WrapperTest, StatusInputAndNamesAreTheCommandsOwn) {
  struct Case {
    const char* name;
    std::string text;
    Outcome want;
  };
  const Case cases[] = {
      {"status", "exit 7", {"", "", 7}},
      {"signal", "kill -KILL $$", {"", "", 137}},
      {"input", "cat", {"in put\n", "", 0}},
      {"options", "-in", {"", "bash: line 1: -in: command not found\n", 127}},
      {"name and operands", "echo \"$0 $#\"", {"bash 0\n", "", 0}},
      {"no variable leaks",
       "unset BASH_EXECUTION_STRING; set | grep __h; env | grep __h; echo \"$1\"",
       {"\n", "", 0}},
      {"error prefix", "nosuch", {"", "bash: line 1: nosuch: command not found\n", 127}},
  };
  for (const auto& c : cases)
    for (const auto& shell : shells()) {
      SCOPED_TRACE(std::string(c.name) + " in " + shell[0]);
      const auto text = wrap_opaque(RawText(c.text), plain());
      ASSERT_TRUE(text);
      EXPECT_TRUE(has_form(*text));
      auto r = run_wrapped(shell, *text, "in put\n");
      r.err = behind_first_line(r);
      EXPECT_EQ(r.out, c.want.out);
      EXPECT_EQ(r.err, c.want.err);
      EXPECT_EQ(r.status, c.want.status);
    }
}

TEST(WrapperTest, FirstLineNamesTheGroupAndItsStart) {
  const auto text =
      wrap_opaque(RawText("read -r a b c </proc/self/stat; echo $$; cat /proc/$$/stat"), plain());
  const auto r = run({"bash", "-c", *text});
  std::istringstream out(r.out);
  std::string pid, word, start;
  out >> pid;
  for (int field = 1; field <= 22 && out >> word; ++field) start = word;
  EXPECT_EQ(r.err, std::string("\x1ehitl ") + kNonce + ' ' + pid + ' ' + start + '\n');
}

TEST(WrapperTest, EnvironmentIsExportedAsGiven) {
  auto w = plain();
  w.environment = {{"PAGER", "cat"}, {"LC_X", "a 'b'\n$(id)\xff"}, {"EMPTY", ""}};
  const auto text = wrap_opaque(RawText("printenv PAGER LC_X EMPTY"), w);
  ASSERT_TRUE(text);
  EXPECT_TRUE(has_form(*text)) << *text;
  for (const auto& shell : shells()) {
    SCOPED_TRACE(shell[0]);
    EXPECT_EQ(run_wrapped(shell, *text).out, "cat\na 'b'\n$(id)\xff\n\n");
  }
}

TEST(WrapperTest, SelfTestTellsWhatABashIs) {
  const auto text = wrap_self_test(plain());
  ASSERT_TRUE(text);
  EXPECT_TRUE(has_form(*text));
  for (const auto& shell : shells()) {
    SCOPED_TRACE(shell[0]);
    EXPECT_EQ(run_wrapped(shell, *text).status, kSelfTestPassed);
  }
  // one that changes a byte of the text, and one that is none
  std::string changing = "/tmp/hitl-bash-XXXXXX";
  const int fd = ::mkstemp(changing.data());
  const std::string script = "#!/bin/bash\nexec /bin/bash \"${@/\\?/x}\"\n";
  EXPECT_EQ(::write(fd, script.data(), script.size()), static_cast<ssize_t>(script.size()));
  ::fchmod(fd, 0755);
  ::close(fd);
  for (const std::string bash : {changing.c_str(), "/bin/dash", "/nonexistent"}) {
    Wrapping w = plain();
    w.bash = bash;
    EXPECT_NE(run_wrapped({"sh", "-c"}, *wrap_self_test(w)).status, kSelfTestPassed) << bash;
  }
  ::unlink(changing.c_str());
}

TEST(WrapperTest, EmptyInputIsEmpty) {
  auto w = plain();
  w.empty_input = true;
  const auto text = wrap_opaque(RawText("cat; readlink /proc/self/fd/0"), w);
  ASSERT_TRUE(text);
  EXPECT_TRUE(has_form(*text));
  EXPECT_EQ(run({"dash", "-c", *text}, "not for you").out, "/dev/null\n");
}

TEST(WrapperTest, HostileEnvironmentChangesNothing) {
  const auto text =
      wrap_opaque(RawText("echo ok; echo {a,b}; shopt -q -o posix; echo $?"), plain());
  const auto r = run({"dash", "-c", *text}, "",
                     {"BASH_ENV=/etc/passwd", "ENV=/etc/passwd", "SHELLOPTS=xtrace:noexec",
                      "POSIXLY_CORRECT=1", "BASH_COMPAT=31", "FUNCNEST=1", "EXECIGNORE=*",
                      "BASH_FUNC_echo%%=() { printf hijacked; }", "IFS=o", "__hs=x", "CDPATH=/"});
  EXPECT_EQ(r.out, "ok\na b\n1\n");
  EXPECT_EQ(behind_first_line(r), "");
}

TEST(WrapperTest, RefusesWhatItCannotCarry) {
  const auto error = [](const std::string& text, const Wrapping& w) {
    const auto r = wrap_opaque(RawText(text), w);
    EXPECT_FALSE(r);
    return r ? "" : r.error().what;
  };
  EXPECT_EQ(error(std::string("a\0b", 3), plain()), "a NUL byte cannot be part of a command");
  auto w = plain();
  w.nonce = "00";
  EXPECT_EQ(error("a", w), "wrapping: nonce is not 32 hex digits");
  w = plain();
  w.bash = "/bin/ba sh";
  EXPECT_EQ(error("a", w), "wrapping: bash path is not absolute, or has unsafe characters");
  w = plain();
  w.environment = {{"A B", ""}};
  EXPECT_EQ(error("a", w), "wrapping: environment name is not [A-Z][A-Z0-9_]*");
  const auto big = wrap_opaque(RawText(std::string(kMaxCommand, '\'')), plain());
  ASSERT_FALSE(big);
  EXPECT_EQ(big.error().code, Errc::Limit);
  EXPECT_TRUE(wrap_opaque(RawText(std::string(kMaxCommand, 'a')), plain()));
}

// Starts `script` as the leader of a group of its own; gives pid and start.
pid_t start(const char* script, std::string* started) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::setsid();
    ::execlp("bash", "bash", "-c", script, nullptr);
    ::_exit(127);
  }
  ::usleep(100'000);
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string word;
  for (int field = 1; field <= 22 && stat >> word; ++field) *started = word;
  return pid;
}

TEST(WrapperTest, KillEndsTheGroupEvenIfItIgnoresTerm) {
  for (const char* script : {"sleep 60 & wait", "trap '' TERM; sleep 61 & sleep 60; wait"}) {
    SCOPED_TRACE(script);
    std::string started;
    const pid_t pid = start(script, &started);
    const auto text = wrap_kill(std::to_string(pid), started);
    ASSERT_TRUE(text);
    EXPECT_EQ(run({"dash", "-c", *text}), (Outcome{"", "", 0}));
    int status = 0;
    EXPECT_EQ(::waitpid(pid, &status, 0), pid);
    EXPECT_TRUE(WIFSIGNALED(status));
  }
}

TEST(WrapperTest, KillSparesAnotherProcessWithThatNumber) {
  std::string started;
  const pid_t pid = start("sleep 60", &started);
  const auto text = wrap_kill(std::to_string(pid), "1");
  ASSERT_TRUE(text);
  EXPECT_EQ(run({"dash", "-c", *text}).status, 3);
  EXPECT_EQ(::kill(pid, 0), 0);
  ::kill(-pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
}

TEST(WrapperTest, KillRefusesWhatIsNoGroup) {
  for (const char* pgid : {"", "0", "1", "-5", "7x", "012"}) {
    SCOPED_TRACE(pgid);
    EXPECT_FALSE(wrap_kill(pgid, "5"));
  }
  EXPECT_FALSE(wrap_kill("7", "5;"));
  EXPECT_TRUE(wrap_kill("7", "-"));
}

}  // namespace
}  // namespace hitl::shell
