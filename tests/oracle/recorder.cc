// SPDX-License-Identifier: Apache-2.0
// Every program of the stub universe, under every name: it says what it was
// started with, prints text that only depends on that, and does nothing else.
#include "oracle/recorder.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

using namespace hitl::oracle;

namespace {

constexpr std::size_t kInputLimit = 1u << 20;

// Each descriptor: its kind, how it was opened, and which lower one it equals.
std::string descriptors() {
  std::string out(10, '-');  // the kinds, then the rest
  struct stat seen[10] = {};
  for (int fd = 0; fd < 10; ++fd) {
    struct stat& s = seen[fd];
    if (fstat(fd, &s) != 0) {
      continue;
    }
    const char kind = S_ISREG(s.st_mode)    ? 'f'
                      : S_ISDIR(s.st_mode)  ? 'd'
                      : S_ISFIFO(s.st_mode) ? 'p'
                                            : 'c';
    int first = 0;
    while (seen[first].st_ino != s.st_ino || seen[first].st_dev != s.st_dev) ++first;
    const int flags = fcntl(fd, F_GETFL) & (O_ACCMODE | O_APPEND);
    out[static_cast<std::size_t>(fd)] = kind;
    out += static_cast<char>('0' + first);
    out += static_cast<char>('0' + (flags & O_ACCMODE) + ((flags & O_APPEND) != 0 ? 4 : 0));
  }
  return out;
}

bool read_input(std::string& text) {
  char buffer[4096];
  for (;;) {
    const ssize_t n = read(0, buffer, sizeof buffer);
    if (n == 0) return true;
    if (n < 0) return false;
    text.append(buffer, static_cast<std::size_t>(n));
    if (text.size() > kInputLimit) return true;
  }
}

void write_all(int fd, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = write(fd, text.data() + done, text.size() - done);
    if (n <= 0) return;
    done += static_cast<std::size_t>(n);
  }
}

}  // namespace

int main(int argc, char** argv, char** env) {
  signal(SIGPIPE, SIG_IGN);
  const auto fds = descriptors();
  // out of the way of descriptors that are closed: it must not become one
  const int log = fcntl(open(kLog, O_WRONLY | O_APPEND), F_DUPFD_CLOEXEC, 20);
  if (log < 0) return 99;
  for (int fd = 0; fd < 10; ++fd)
    if (fds[static_cast<std::size_t>(fd)] == '-') close(fd);
  struct stat s {};
  if (fstat(log, &s) == 0 && static_cast<std::size_t>(s.st_size) > kLogLimit) kill(-1, SIGKILL);
  std::string body;
  std::string all;
  put_field(body, 'x', reinterpret_cast<const char*>(getauxval(AT_EXECFN)));
  for (int i = 0; i < argc; ++i) {
    put_field(body, 'a', argv[i]);
    all += argv[i];
    all += '\0';
  }
  for (; *env != nullptr; ++env)
    // SHLVL tells whether bash became its last command, which a newline decides
    if (strncmp(*env, "_=", 2) != 0 && strncmp(*env, "SHLVL=", 6) != 0) put_field(body, 'e', *env);
  std::string input;
  const bool has_input = read_input(input);
  const auto plain = without_messages(input);
  put_field(body, 'i',
            has_input ? std::to_string(plain.size()) + ' ' + std::to_string(hash_of(plain))
                      : std::string("none"));
  char cwd[4096];
  put_field(body, 'd', getcwd(cwd, sizeof cwd) != nullptr ? cwd : "?");
  put_field(body, 'f', fds);
  std::string record;
  put_length(record, body.size());
  record += body;
  write_all(log, record);

  const std::string name = argc > 0 ? argv[0] : "";
  const auto base = name.substr(name.rfind('/') + 1);
  const auto hash = hash_of(all);
  // what it prints is split, globbed, or taken for code by whoever lets it
  if (base == "cat")
    write_all(1, input);
  else if (hash % 5 == 0)
    write_all(1, "x[$(pwned)0]\n");
  else if (hash % 5 == 1)
    write_all(1, "7\n");
  else
    write_all(1, base + "." + std::to_string(hash % 1000) + "  *.txt\n");
  if (base.starts_with("fail")) return 1;
  if (base.starts_with("ok") || base == "cat") return 0;
  return hash % 7 == 0 ? 3 : 0;
}
