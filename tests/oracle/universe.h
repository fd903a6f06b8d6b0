// SPDX-License-Identifier: Apache-2.0
// A world in which a shell line can do no harm: a folder in memory as root
// folder with three shells and, under every other name, the recorder; no
// network, its own processes, no privilege.  What a line does there is read
// afterwards: exit status, output, programs with their arguments, files.
#pragma once

#include <sys/types.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace hitl::oracle {

enum class Shell { Bash, Dash, Busybox };
const char* name_of(Shell shell);

// One program that was started.
struct Exec {
  std::string path;
  std::vector<std::string> argv;
  std::vector<std::string> env;  // sorted
  std::string input, folder, fds;
  auto operator<=>(const Exec&) const = default;
};

struct Outcome {
  enum class End { Status, Timeout, Endless };
  End end = End::Status;
  int status = 0;  // as waitpid(2) gives it
  std::string out;
  std::string err;                          // not compared
  std::vector<Exec> execs;                  // sorted
  std::map<std::string, std::string> tree;  // path to kind, mode and content
  std::set<std::string> written;            // files that were opened for writing
};

// What differs of two outcomes, in words; empty if nothing.  Two shells differ
// in what they do with descriptors and variables of their own: `is_same_shell`
// says whether these count.
std::string difference(const Outcome& want, const Outcome& got, bool is_same_shell);

class Universe {
 public:
  // Forks: the child is the first process of the new world, builds it and
  // runs `inside`, whose value is its exit status; the parent waits.  An error
  // says which right is missing.
  static Result<int> enter(const std::string& recorder, unsigned worker,
                           int (*inside)(Universe&, void*), void* context);

  // The working folder is as new for each run.
  Outcome run(Shell shell, const std::string& text);

  // Makes sure that every plain word of `text` is a program there.
  void provide(std::string_view text);

  // The files as each run finds them.
  const std::map<std::string, std::string>& pristine() const { return pristine_; }

  bool has_fixed_pids() const { return static_cast<bool>(last_pid_); }

 private:
  Universe() = default;
  Status build();
  void renew();
  void watch();
  std::set<std::string> written();
  std::map<std::string, std::string> tree() const;
  pid_t start(Shell shell, const std::string& text);
  bool wait_for(pid_t main, Outcome& out);

  std::string root_;
  std::string recorder_;
  uid_t uid_ = 0;  // of the shells
  Fd out_, err_, log_, last_pid_;
  Fd watch_;                            // inotify(7)
  std::map<int, std::string> watched_;  // folders
  std::set<std::string, std::less<>> names_;
  std::map<std::string, std::string> pristine_;
};

}  // namespace hitl::oracle
