// SPDX-License-Identifier: Apache-2.0
// What runs on the target for a shell session: the keeper.  Pure.
//
// The keeper is an interactive bash whose standard input is a FIFO.  Into the
// FIFO goes what a second connection, the control, is given: only the texts
// below.  So no shell reads a byte of the agent's: what it types reaches at most
// the terminal, and the terminal is read by commands that run.
//
//   control  makes the folder with two FIFOs, "c" (lines) and "s" (status), says
//            "READY", copies its input to c and s to its output; when it ends,
//            the shell's input ends and the folder goes.
//   shell    the bash, with or without a terminal.
//
// After each line the shell writes into s
//   NONCE NUL status NUL working-directory NUL flags NUL [unread NUL]
// and then marks the end of the line's output with RS NONCE RS, on the terminal
// or on both streams.  On a terminal its prompt follows, and ends with RS.
// `unread`, with a terminal only: what was typed and no command read.
//
// On a terminal a line that begins to run says so first,
//   NONCE NUL "run" NUL
// and only from then on to its end does ^C do anything to the shell.  A shell
// that is interrupted while it reads drops what it has read and takes the rest of
// the line, which may be any text within quotes, for lines of their own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "hitl/text.h"
#include "shell/wrapper.h"

namespace hitl::shell {

struct Keeper {
  std::string folder;  // "/tmp/.hitl-" and 32 hex digits, fresh
  bool terminal = false;
};

inline constexpr char kMark = '\036';
inline constexpr std::string_view kKeeperReady = "READY";
inline constexpr std::string_view kLineRuns = "run";
// The FIFOs could not be made.
inline constexpr int kNoFolder = 97;

// The forced commands of the two connections (wrapper.h has the form).
Result<std::string> wrap_control(const Keeper& keeper, const Wrapping& wrapping);
Result<std::string> wrap_shell(const Keeper& keeper, const Wrapping& wrapping);

// The first that the shell reads; its end is told like that of a line.
// `wrapping` has the environment, again, for start-up files have run meanwhile.
std::string keeper_opening(const Keeper& keeper, std::string_view nonce, const Wrapping& wrapping);

// How the session stands, as far as the shell told.
struct KeeperState {
  int status = 0;     // of the last line
  std::string cwd;    // empty: not known, and then nothing is judged by it
  std::string flags;  // "$-"
};

// A judged line.  It runs only where the working directory is still the one it
// was judged for, and `files` are what they were; elsewhere its status is 125.
// `prompt`: what PS1 becomes, harmless (session.h); none: it stays.
std::string keeper_line(const Keeper& keeper, std::string_view nonce, const CanonicalText& text,
                        const KeeperState& state, const std::optional<std::string>& prompt = {},
                        std::span<const BoundFile> files = {});
// A line that nobody understood and a human approved: in a bash of its own, which
// cannot touch the session's shell.
std::string keeper_line(const Keeper& keeper, std::string_view nonce, const RawText& text,
                        const KeeperState& state, std::string_view bash);

// What goes before a line whose environment is another than that of the one
// before it; empty where it is the same.  Names as in Wrapping.
using Environment = std::vector<std::pair<std::string, std::string>>;
std::string keeper_environment(const Environment& before, const Environment& after);

// What goes before a line on a terminal where the one before it had input: of that
// nothing is left for this one.
std::string keeper_discard();

// No line: $? becomes `state.status`, and the end is told as after any.
std::string keeper_blank(const Keeper& keeper, std::string_view nonce, const KeeperState& state);

}  // namespace hitl::shell
