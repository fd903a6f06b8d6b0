// SPDX-License-Identifier: Apache-2.0
// Egress <-> broker, over a socketpair that the broker made for one session.
//
// Egress faces one target.  It never hears the agent: what runs is in the
// certificate that the broker signed.  A *leg* is one SSH connection to the
// target and runs one command; leg numbers are the broker's, and a command bears
// the number of its leg.  A shell session is two legs (src/shell/keeper.h): one
// holds the shell, by the other it gets its lines and tells how they ended.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "hitl/terminal.h"
#include "hitl/verdict.h"

namespace hitl::egress {

inline constexpr std::uint32_t kVersion = 2;

enum class Type : std::uint8_t {
  // broker -> egress
  Target = 1,
  Connect = 2,
  Run = 3,
  Drop = 4,
  Recorded = 5,
  Line = 6,
  Resize = 7,
  // egress -> broker
  Ready = 65,
  LegFailed = 66,
  Started = 67,
  Output = 68,
  Ended = 69,
  KeeperReady = 70,
  LineEnded = 71,
};

// First message: whom this egress may talk to.
struct Target {
  std::uint32_t version = kVersion;
  std::string account;
  std::vector<std::string> host_keys;  // pinned, as public key blobs
  // The compiled rules by which output is masked come with it (src/mask/table.h).
  bool masks = false;
};

// How many masks, by the rule's name.
using Masked = std::vector<std::pair<std::string, std::uint64_t>>;

// Comes with a connected TCP socket: key exchange and host-key check, then
// Ready or LegFailed.
struct Connect {
  std::uint32_t leg = 0;
};

// The leg awaits a certificate for this key, which was made for it alone.
struct Ready {
  std::uint32_t leg = 0;
  std::string public_key;  // 32 bytes, Ed25519
};

enum class LegError : std::uint8_t {
  Transport = 0,    // TCP or key exchange failed, or the target closed
  HostKey = 1,      // not pinned
  Certificate = 2,  // the target refused the certificate
  Session = 3,      // no channel or no exec
  Wrapper = 4,      // ended without the wrapper's first line: nothing of ours ran
};

// Before a command of this leg has told its start, or where there was none yet.
struct LegFailed {
  std::uint32_t leg = 0;
  LegError error = LegError::Transport;
  std::string text;
  // The exec request had left: unless the error says otherwise, what it asked
  // for may have started all the same.
  bool asked = false;
};

// What a leg is for.  Command and Shell come with a stream's socket.
enum class Part : std::uint8_t {
  Command = 0,
  Kill = 1,
  Control = 2,  // of a shell session
  Shell = 3,    // of the session whose Control is the leg `control`
  Read = 4,     // what the broker reads for people: Output and nothing else
};

// Authenticate with the certificate and run.
struct Run {
  std::uint32_t leg = 0;
  std::uint32_t command = 0;
  std::string certificate;   // blob, ssh-ed25519-cert-v01@openssh.com
  std::string request_text;  // what the exec request says: the id, never a command
  std::string nonce;         // of the wrapper's first line, 32 hex digits
  Part part = Part::Kill;
  std::uint32_t control = 0;
  Terminal terminal;  // of a Command or a Shell
  // None: no input.  Data: Stdin frames of the stream.  Script: `script` and then
  // the end; what ingress sends is dropped, for only these bytes were judged.
  InputRole input = InputRole::None;
  std::string script;
};

// The next line of a shell session; the one before has ended.
struct Line {
  std::uint32_t control = 0;  // leg
  std::uint32_t number = 0;
  std::string nonce;  // 32 hex digits: ends its output and begins its status
  InputRole input = InputRole::None;
  std::string text;  // what the shell reads
};

// Control: the shell can be started.
struct KeeperReady {
  std::uint32_t leg = 0;
};

// As the target says: a hint, which nothing may rely on.
struct LineEnded {
  std::uint32_t control = 0;
  std::uint32_t number = 0;
  std::int32_t status = 0;
  std::string cwd;
  std::string flags;  // "$-"
  Masked masked{};    // in its output
};

struct Resize {
  std::uint32_t command = 0;
  TerminalSize size;
};

// Close a leg, whatever it does.
struct Drop {
  std::uint32_t leg = 0;
};

// The wrapper's line came: its process group, and when that began
// (/proc/PID/stat field 22; empty where the target has none).
struct Started {
  std::uint32_t command = 0;
  std::uint64_t process_group = 0;
  std::string start_time;
};

// A piece of the recording, sent before the same bytes go to ingress.
struct Output {
  std::uint32_t command = 0;
  std::uint8_t code = 'o';  // o, e, i as in asciicast
  std::string bytes;
};

// The broker has committed that much of Output; egress lets at most kUnrecorded
// bytes be under way.
struct Recorded {
  std::uint32_t command = 0;
  std::uint64_t bytes = 0;
};
inline constexpr std::uint64_t kUnrecorded = 1u << 20;

enum class How : std::uint8_t { Exit = 0, Signal = 1, Lost = 2 };

// After the start only; all Output of the command came before.
struct Ended {
  std::uint32_t command = 0;
  How how = How::Lost;
  std::int32_t exit_status = 0;
  std::string signal;
  bool core_dumped = false;
  std::string text;  // why it was lost
  Masked masked{};
};

}  // namespace hitl::egress
