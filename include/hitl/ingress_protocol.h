// SPDX-License-Identifier: Apache-2.0
// Ingress <-> broker, over a socketpair that the listener made for one
// connection of an agent.
//
// Ingress is untrusted: an agent may have taken it over.  It can ask, as the one
// identity that it reported; what it may send in which phase is a table in
// src/broker/agent_session.cc, and anything else ends it.
//
// `channel` numbers are ingress's own, never used twice on a connection.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hitl/terminal.h"
#include "hitl/verdict.h"

namespace hitl::ingress {

inline constexpr std::uint32_t kVersion = 1;

enum class Type : std::uint8_t {
  // ingress -> broker
  Hello = 1,
  AuthKey = 2,
  Exec = 3,
  Input = 4,
  Cancel = 5,
  Shell = 6,
  Line = 7,
  Resize = 8,
  Close = 9,
  Subsystem = 10,
  // broker -> ingress
  AuthAnswer = 65,
  Notice = 66,
  Collect = 67,
  Run = 68,
  Finish = 69,
  More = 70,
  LineRuns = 71,
  LineDone = 72,
  Prompt = 73,
  Join = 74,
  Print = 75,
};

struct Hello {
  std::uint32_t version = kVersion;
};

// May `user` log in with this key?  `verified`: libssh has checked a signature
// by it (else the client only asks whether it is worth signing).
struct AuthKey {
  std::string user;  // as sent: AGENT or AGENT+TARGET
  std::string key;   // the public key blob, RFC 4253 6.6
  bool verified = false;
};

struct AuthAnswer {
  bool accepted = false;
};

struct EnvVar {
  std::string name, value;
};

// An exec request, RFC 4254 6.5.  Answered by any number of Notices and then
// Finish, or by Run (and Finish when the command has ended).
struct Exec {
  std::uint32_t channel = 0;
  std::string command;               // raw
  std::vector<EnvVar> environment;   // allowed by the gate
  std::vector<std::string> refused;  // names of those that were not
  Terminal terminal;
};

// A shell request, RFC 4254 6.5.  Answered by Run, whose stream is the shell's
// until Finish; from then on Lines may come, one at a time.
struct Shell {
  std::uint32_t channel = 0;
  std::vector<EnvVar> environment;
  std::vector<std::string> refused;
  Terminal terminal;
};

// A subsystem request, RFC 4254 6.5.  Answered by Join, or by a Notice and Finish.
struct Subsystem {
  std::uint32_t channel = 0;
  std::string name;
};

// The channel is an operator's console; comes with the socket to the broker.  Then
// its bytes are passed on as they come, until either side ends.
struct Join {
  std::uint32_t channel = 0;
};

// What the agent has entered at the shell's prompt so far.  Answered by More
// where it is not a complete command yet; then the same and what follows comes
// as the next Line.  Else by Notices, LineRuns where it runs, and LineDone.
struct Line {
  std::uint32_t channel = 0;
  std::string text;
  bool last = false;  // the input has ended: nothing can follow
};

struct More {
  std::uint32_t channel = 0;
  std::string prompt;  // PS2, safe for a terminal
};

// `number`: of the line, as in the frames of the stream.
struct LineRuns {
  std::uint32_t channel = 0;
  std::uint32_t number = 0;
  InputRole input = InputRole::None;  // Data, Raw: send it on; else only ^\, ^C and ^Z
};

// The stream says LineEnd too, and the prompt follows both; also where nothing
// ran, and at the beginning.
struct LineDone {
  std::uint32_t channel = 0;
};

// Of a session whose lines have a bash of their own each: a line runs by Run, with
// a stream of its own, and has ended with that.  The prompt follows; empty
// without a terminal.
struct Prompt {
  std::uint32_t channel = 0;
  std::string text;
};

struct Resize {
  std::uint32_t channel = 0;
  TerminalSize size;
};

// The agent has closed the channel of a shell.
struct Close {
  std::uint32_t channel = 0;
};

// One line for the agent's standard error, without its newline, already safe
// for a terminal.
struct Notice {
  std::uint32_t channel = 0;
  std::string text;
};

// The same for its standard output: only of the bastion's own commands.
struct Print {
  std::uint32_t channel = 0;
  std::string text;
};

// Collect the channel's standard input to its end, at most `limit` bytes.
// Answered by Input.
struct Collect {
  std::uint32_t channel = 0;
  std::uint32_t limit = 0;
};

enum class InputEnd : std::uint8_t {
  Complete = 0,  // to its end
  Silent = 1,    // nothing came and no end either: the command will read nothing
  TooLong = 2,
};

struct Input {
  std::uint32_t channel = 0;
  InputEnd end = InputEnd::Complete;
  std::string bytes;
};

// The command starts; comes with the socket to egress (stream_protocol.h).
struct Run {
  std::uint32_t channel = 0;
  InputRole input = InputRole::None;  // Data: send it on; else nothing is sent
};

// The last word on a channel: once the stream has ended, send this and close.
struct Finish {
  std::uint32_t channel = 0;
  std::int32_t exit_status = 125;
  std::string exit_signal;  // without SIG; then the status does not count
  bool core_dumped = false;
};

// The channel of an exec was closed by the agent, or it sent ^C (signal INT or
// TERM).  Of a shell: ^C while its line is not decided.
struct Cancel {
  std::uint32_t channel = 0;
};

}  // namespace hitl::ingress
