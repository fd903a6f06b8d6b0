// SPDX-License-Identifier: Apache-2.0
// The command line that is sent to a target: whatever its login shell is, it
// starts our bash with exactly the given text, and no byte of that text is
// read by a shell on the way.
//
// The login shell runs a first bash, which tells its process group, exports
// the given variables, decodes the text, and becomes a second, fresh bash that
// runs it.  The whole matches kWrappedForm, so that a test and a reader can see
// that nothing in it is special to any shell.
//
// Not defended against: start-up files of the login shell, which run before.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "hitl/terms.h"
#include "hitl/text.h"

namespace hitl::shell {

// wrap() gives text of this form (POSIX ERE) and no other.
inline constexpr std::string_view kWrappedForm =
    "exec [A-Za-z0-9_./+-]+ --noprofile --norc -p -c "
    "'[][A-Za-z0-9 _./,:=+@%;|&<>(){}$\"*#~\\-]+'"
    " [0-9a-f]{32} '[A-Za-z0-9 _./,:=+@%\\-]*'( [A-Z][A-Z0-9_]*='[A-Za-z0-9 _./,:=+@%\\-]*')*";

struct Wrapping {
  std::string nonce;                                             // 32 hex digits, fresh
  std::string bash = "/bin/bash";                                // [A-Za-z0-9_./+-], absolute
  bool empty_input = false;                                      // standard input is /dev/null
  std::vector<std::pair<std::string, std::string>> environment;  // names [A-Z][A-Z0-9_]*
};

// The first bytes on standard error are one line
//   "\036hitl NONCE PGID STARTTIME\n"
// with the process group and field 22 of its leader's /proc/PID/stat, "-"
// where there is none.  Errc::Limit: longer than kMaxWrapped.  Errc::Invalid:
// the wrapping or a NUL byte.
// It runs only while `files` are what they were (files.h).
Result<std::string> wrap(const CanonicalText& text, const Wrapping& wrapping,
                         std::span<const BoundFile> files = {});

// The same for a text that nobody understood and a human approved: it runs
// byte for byte.
Result<std::string> wrap_opaque(const RawText& text, const Wrapping& wrapping);

// A command in the same wrapper that ends with kSelfTestPassed where its text, of
// every byte, and a variable came as they were sent; with kSelfTestOld where so, but
// the bash is too old (before 4.4) for a session's (keeper.h); else with another
// status.  It tells of shells that do not do what the wrapper needs, not of start-up
// files that mean harm.
inline constexpr int kSelfTestPassed = 79, kSelfTestOld = 80;
Result<std::string> wrap_self_test(const Wrapping& wrapping);

// The command that ends a wrapped command's process group, if its leader is
// still the process that said so: SIGTERM, and SIGKILL up to two seconds
// later.  Exit status 0: gone; 3: another process has that number now.
Result<std::string> wrap_kill(std::string_view pgid, std::string_view start_time,
                              std::string_view bash = "/bin/bash");

}  // namespace hitl::shell
