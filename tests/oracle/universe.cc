// SPDX-License-Identifier: Apache-2.0
#include "oracle/universe.h"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "oracle/recorder.h"

namespace hitl::oracle {
namespace {

namespace fs = std::filesystem;

constexpr long kTimeoutMs = 2'000;
constexpr long kBackgroundMs = 1'500;  // what is left once the shell has ended

// Values that a careless text would run, split or expand.
const char* const kEnvironment[] = {"PATH=/bin",
                                    "HOME=/w/h",
                                    "LC_ALL=C.UTF-8",
                                    "USER=user",
                                    "V=x y",
                                    "E=",
                                    "G=*.txt",
                                    "N=5",
                                    "P=x[$(pwned)0]",
                                    "Q=a'b\"c\\d",
                                    "S=-n",
                                    "T=~",
                                    "R=$(pwned) `pwned`",
                                    nullptr};

const std::pair<const char*, const char*> kFiles[] = {
    {"a.txt", "a\n"}, {"b.txt", "b\nb\n"}, {"c.log", "c"},          {"x y.txt", "x y\n"},
    {"-n", "n\n"},    {".hidden", "h\n"},  {"d/e.txt", "e1\ne2\n"}, {"x[$(pwned)0]", "p\n"},
    {"h/f", "f\n"},   {"f", "1 2\n3\n"},   {"[a]", "a\n"}};

long now_ms() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000 + t.tv_nsec / 1'000'000;
}

std::string contents(int fd) {
  std::string text;
  char buffer[8192];
  off_t at = 0;
  for (ssize_t n; (n = ::pread(fd, buffer, sizeof buffer, at)) > 0; at += n)
    text.append(buffer, static_cast<std::size_t>(n));
  return text;
}

std::string contents(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  return fd ? contents(fd.get()) : "?";
}

std::size_t length_at(std::string_view s) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < 4 && i < s.size(); ++i)
    n |= static_cast<std::size_t>(static_cast<unsigned char>(s[i])) << (8 * i);
  return n;
}

Exec exec_of(std::string_view record) {
  Exec e;
  while (record.size() >= 5) {
    const char key = record[0];
    const auto n = length_at(record.substr(1));
    const std::string value(record.substr(5, n));
    record.remove_prefix(std::min(record.size(), 5 + n));
    if (key == 'x') e.path = value;
    if (key == 'a') e.argv.push_back(value);
    if (key == 'e') e.env.push_back(value);
    if (key == 'i') e.input = value;
    if (key == 'd') e.folder = value;
    if (key == 'f') e.fds = value;
  }
  std::ranges::sort(e.env);
  return e;
}

std::string shown(const Exec& e) {
  std::string out = e.path + ":";
  for (const auto& a : e.argv) out += " <" + a + ">";
  return out + " in " + e.folder + " fds " + e.fds + " input " + e.input;
}

std::string end_of(const Outcome& o) {
  if (o.end == Outcome::End::Timeout) return "no end";
  if (o.end == Outcome::End::Endless) return "too many programs";
  return WIFSIGNALED(o.status) ? "signal " + std::to_string(WTERMSIG(o.status))
                               : "exit " + std::to_string(WEXITSTATUS(o.status));
}

}  // namespace

const char* name_of(Shell shell) {
  switch (shell) {
    case Shell::Bash:
      return "bash";
    case Shell::Dash:
      return "dash";
    case Shell::Busybox:
      return "busybox";
  }
  return "?";
}

std::string difference(const Outcome& want, const Outcome& got, bool is_same_shell) {
  if (want.end != got.end || want.status != got.status)
    return end_of(want) + " became " + end_of(got) + "\n    " + want.err + "    " + got.err;
  if (want.out != got.out) return "output <" + want.out + "> became <" + got.out + ">";
  auto a = want.execs;
  auto b = got.execs;
  if (!is_same_shell)
    for (auto* execs : {&a, &b}) {
      for (auto& e : *execs) {
        e.env.clear();
        e.fds.clear();
      }
      std::ranges::sort(*execs);
    }
  const auto [x, y] = std::ranges::mismatch(a, b);
  if (x != a.end() || y != b.end()) {
    std::string what = x == a.end() ? "no program" : shown(*x);
    what += " became " + (y == b.end() ? "no program" : shown(*y));
    if (x != a.end() && y != b.end() && x->env != y->env) {
      what += " environment";
      for (const auto& e : x->env)
        if (std::ranges::find(y->env, e) == y->env.end()) what += " -" + e;
      for (const auto& e : y->env)
        if (std::ranges::find(x->env, e) == x->env.end()) what += " +" + e;
    }
    return what;
  }
  for (const auto& [path, what] : want.tree) {
    const auto at = got.tree.find(path);
    if (at == got.tree.end()) return path + " is missing";
    if (at->second != what) return path + " <" + what + "> became <" + at->second + ">";
  }
  for (const auto& [path, what] : got.tree)
    if (!want.tree.contains(path)) return path + " appeared";
  if (is_same_shell && want.written != got.written) {
    std::string what = "opened for writing";
    for (const auto& path : want.written) what += ' ' + path;
    what += " became";
    for (const auto& path : got.written) what += ' ' + path;
    return what;
  }
  return {};
}

void Universe::provide(std::string_view text) {
  constexpr std::string_view kWord =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-";
  const std::string in = text.size() > 0 && pristine_.empty() ? root_ : "";
  while (!text.empty()) {
    const auto from = text.find_first_of(kWord);
    if (from == std::string_view::npos) return;
    text.remove_prefix(from);
    const auto word = text.substr(0, text.find_first_not_of(kWord));
    text.remove_prefix(word.size());
    // some names stay unknown: "no...", and what could not be one
    if (word.size() > 64 || word[0] == '.' || word[0] == '-' || word.starts_with("no") ||
        names_.contains(word))
      continue;
    names_.emplace(word);
    (void)!::link((in + "/bin/.recorder").c_str(), (in + "/bin/" + std::string(word)).c_str());
  }
}

void Universe::renew() {
  std::error_code ignored;
  ::umask(0);
  for (const auto& [d, mode] : {std::pair{"/w", 0755}, {"/tmp", 01777}}) {
    ::chmod(d, static_cast<mode_t>(mode));
    for (const auto& entry : fs::directory_iterator(d, ignored)) fs::remove_all(entry, ignored);
  }
  for (const char* d : {"/w/d", "/w/h"}) {
    ::mkdir(d, 0755);
    if (uid_ != 0) (void)!::chown(d, uid_, uid_);
  }
  for (const auto& [name, text] : kFiles) {
    const auto path = std::string("/w/") + name;
    const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    (void)!::write(fd.get(), text, std::char_traits<char>::length(text));
    if (uid_ != 0) (void)!::fchown(fd.get(), uid_, uid_);
  }
  watch();
}

// No program of this world makes folders, so these are all.
void Universe::watch() {
  if (!watch_) watch_ = Fd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  watched_.clear();
  for (const char* d : {"/w", "/w/d", "/w/h", "/tmp"})
    watched_[::inotify_add_watch(watch_.get(), d, IN_CLOSE_WRITE)] = d;
}

// Since it was last asked.
std::set<std::string> Universe::written() {
  std::set<std::string> out;
  alignas(inotify_event) char buffer[16'384];
  for (ssize_t n; (n = ::read(watch_.get(), buffer, sizeof buffer)) > 0;)
    for (ssize_t at = 0; at < n;) {
      inotify_event event{};
      std::memcpy(&event, buffer + at, sizeof event);
      const char* name = buffer + at + sizeof event;
      at += static_cast<ssize_t>(sizeof event + event.len);
      const auto folder = watched_.find(event.wd);
      // bash keeps long here-documents in files of its own
      if (folder != watched_.end() && event.len > 0 &&
          !std::string_view(name).starts_with("sh-thd."))
        out.insert(folder->second + '/' + name);
    }
  return out;
}

std::map<std::string, std::string> Universe::tree() const {
  std::map<std::string, std::string> out;
  std::error_code ignored;
  for (const char* d : {"/w", "/tmp"}) {
    struct stat folder {};
    if (::stat(d, &folder) == 0) out[d] = std::to_string(folder.st_mode);
    for (const auto& entry : fs::recursive_directory_iterator(d, ignored)) {
      struct stat s {};
      if (::lstat(entry.path().c_str(), &s) != 0) continue;
      auto& what = out[entry.path().string()];
      what = std::to_string(s.st_mode) + ' ';
      if (S_ISREG(s.st_mode)) what += without_messages(contents(entry.path().string()));
    }
  }
  return out;
}

pid_t Universe::start(Shell shell, const std::string& text) {
  if (last_pid_) (void)!::pwrite(last_pid_.get(), "100", 3, 0);
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::setsid();
  ::umask(022);
  const int in = ::open("/.in", O_RDONLY);
  ::dup2(in, 0);
  if (in > 2) ::close(in);
  ::dup2(out_.get(), 1);
  ::dup2(err_.get(), 2);
  if (uid_ != 0) {
    if (::setgroups(0, nullptr) != 0 || ::setresgid(uid_, uid_, uid_) != 0 ||
        ::setresuid(uid_, uid_, uid_) != 0)
      ::_exit(126);
  } else {
    // the only user here: no capabilities, and none by exec
    for (int cap = 0; ::prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; ++cap)
      ::prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
  }
  if (::chdir("/w") != 0) ::_exit(126);
  std::vector<const char*> argv;
  switch (shell) {
    case Shell::Bash:
      argv = {"/.shells/bash", "--noprofile", "--norc", "-p", "-c"};
      break;
    case Shell::Dash:
      argv = {"/.shells/dash", "-c"};
      break;
    case Shell::Busybox:
      argv = {"/.shells/busybox", "sh", "-c"};
      break;
  }
  argv.insert(argv.end(), {"--", text.c_str(), "bash", nullptr});
  ::execve(argv[0], const_cast<char* const*>(argv.data()), const_cast<char* const*>(kEnvironment));
  ::_exit(126);
}

// Until every process has ended; false if some had to be killed first.
bool Universe::wait_for(pid_t main, Outcome& out) {
  sigset_t child;
  ::sigemptyset(&child);
  ::sigaddset(&child, SIGCHLD);
  auto deadline = now_ms() + kTimeoutMs;
  bool is_main_done = false;
  bool is_clean = true;
  for (;;) {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, WNOHANG);
    if (pid < 0) break;  // no more children
    if (pid > 0) {
      if (pid != main) continue;
      is_main_done = true;
      out.status = status;
      deadline = now_ms() + kBackgroundMs;
      continue;
    }
    const auto left = deadline - now_ms();
    if (left > 0) {
      const timespec t{left / 1000, (left % 1000) * 1'000'000};
      ::sigtimedwait(&child, nullptr, &t);
      continue;
    }
    if (!is_main_done) is_clean = false;
    ::kill(-1, SIGKILL);
    deadline = now_ms() + 100;
  }
  return is_clean;
}

Outcome Universe::run(Shell shell, const std::string& text) {
  sigset_t child;
  ::sigemptyset(&child);
  ::sigaddset(&child, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &child, nullptr);
  for (const auto* fd : {&out_, &err_, &log_}) (void)!::ftruncate(fd->get(), 0);
  Outcome out;
  (void)written();
  const pid_t pid = start(shell, text);
  if (!wait_for(pid, out)) {
    out.end = Outcome::End::Timeout;
    out.status = 0;
  }
  out.out = without_messages(contents(out_.get()));
  out.err = contents(err_.get());
  const auto log = contents(log_.get());
  if (log.size() > kLogLimit) {
    out.end = Outcome::End::Endless;
    out.status = 0;
  }
  for (std::string_view rest = log; rest.size() > 4;) {
    const auto n = length_at(rest);
    out.execs.push_back(exec_of(rest.substr(4, n)));
    rest.remove_prefix(std::min(rest.size(), 4 + n));
  }
  std::ranges::sort(out.execs);
  out.tree = tree();
  out.written = written();
  if (out.tree != pristine_) renew();
  return out;
}

}  // namespace hitl::oracle
