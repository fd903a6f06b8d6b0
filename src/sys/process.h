// SPDX-License-Identifier: Apache-2.0
// fork + exec of another of our binaries, with exactly the descriptors named.
//
// The child finds its descriptors as arguments "name=number", after its own
// arguments; everything else that is open here is closed there.  It gets an
// empty environment but PATH, LANG and what `environment` names; no_new_privs
// is set; it dies with this process (PR_SET_PDEATHSIG).
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace hitl::sys {

struct User {
  uid_t uid;
  gid_t gid;
};

struct Program {
  std::string path;
  std::vector<std::string> arguments;  // after argv[0]
  std::map<std::string, int> descriptors;
  std::optional<User> run_as;  // needs root; all groups are dropped
};

// The child's process id.  An exec that fails shows as exit status 126 or 127.
Result<pid_t> spawn(const Program& program);

// The other side: the descriptor that the parent passed under this name.  It is
// made close-on-exec.  Errc::NotFound if there is none.
class Inherited {
 public:
  Inherited(int argc, char** argv);
  Result<Fd> take(const std::string& name);
  // Arguments that are not "name=number".
  const std::vector<std::string>& arguments() const { return arguments_; }

 private:
  std::map<std::string, int> fds_;
  std::vector<std::string> arguments_;
};

// "libexec" of this program: the folder of the running executable if `name` is
// there (a build tree), else PREFIX/libexec/hitl beside it.
Result<std::string> find_program(const std::string& name);

// As many descriptors as this process may have; the number.
std::size_t raise_descriptor_limit();

// No other process of the same user may look into this one or stop it to change
// it (ptrace(2), /proc/PID/mem, pidfd_getfd(2)), and nothing dumps its memory.
void be_private();

}  // namespace hitl::sys
