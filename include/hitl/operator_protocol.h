// SPDX-License-Identifier: Apache-2.0
// Console <-> broker: on the unix socket operator.sock, or over ssh through the
// bastion's own port, as the subsystem "hitl-operator".
//
// Frames as in src/sys/frame_channel.h; the first byte is the message type, the
// rest the fields in the order below (src/proto/operator_codec.h).  The console
// speaks first (Hello) and the broker answers every message with exactly one
// other that bears the same tag.  Events bear the tag of the Watch that asked
// for them.  Anything out of turn or malformed ends the connection.  Times are
// milliseconds since 1970 UTC.  Text from agents is raw here: whoever shows it
// goes through visible().
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hitl/hold.h"
#include "hitl/terms.h"

namespace hitl::operators {

inline constexpr std::uint32_t kVersion = 3;

// Of an operator's connection over ssh (RFC 4254 6.5).
inline constexpr std::string_view kSubsystem = "hitl-operator";

// Most requests in one answer: the newest.
inline constexpr std::size_t kMaxListed = 1'000;

enum class Type : std::uint8_t {
  // console -> broker
  Hello = 1,
  List = 2,
  Show = 3,
  Decide = 4,
  Watch = 5,
  Sessions = 6,
  Control = 7,
  Grants = 8,
  Revoke = 9,
  Look = 10,
  Keep = 20,
  Prune = 21,
  Watched = 22,
  // broker -> console
  Welcome = 65,
  Requests = 66,
  Request = 67,
  Decided = 68,
  Refused = 69,
  Event = 70,
  SessionList = 71,
  GrantList = 72,
  Done = 73,
  Output = 74,
};

// What a person says about a request (its life is in src/approval/life.h):
//   Approve      it may run
//   Deny         it may not; the reason is for the agent
//   Propose      not this, but what the proposal says
//   BreakGlass   it runs now, on one person's word; others look at it afterwards
//   Review       someone has looked at it afterwards
enum class Say : std::uint8_t { Approve = 0, Deny = 1, Propose = 2, BreakGlass = 3, Review = 4 };

// How a recording is opened.
enum class Opening : std::uint8_t { Show = 0, Play = 1, Export = 2, Bundle = 3, Search = 4 };
// As in the column `how` of the store's watches.
constexpr std::string_view word_of(Opening how) {
  constexpr std::string_view kWords[] = {"show", "play", "export", "bundle", "search"};
  return kWords[static_cast<std::size_t>(how)];
}

struct Hello {
  std::uint32_t tag = 0;
  std::uint32_t version = kVersion;
};

struct Welcome {
  std::uint32_t tag = 0;
  std::uint32_t version = kVersion;
  std::string operator_name;  // by peer credentials, or the key that logged in
  std::vector<std::string> roles, groups{};
  std::string bastion{};            // fingerprint of its audit key: which bastion it is
  std::vector<std::string> keys{};  // the operator's, as blobs: one of them signs
  bool must_sign = false;           // every decision, because this came over a network
};

struct List {
  std::uint32_t tag = 0;
  bool all = false;      // else the undecided only
  bool reviews = false;  // only what was run by a broken glass and nobody looked at
};

struct Show {
  std::uint32_t tag = 0;
  std::string id;  // or a unique prefix
};

struct Effect {
  std::string name;         // as in hitl-policy(5): "delete"
  std::uint32_t begin = 0;  // bytes of `command` that cause it, [begin, end)
  std::uint32_t end = 0;
  std::string reason;
};

struct Decision {
  std::string operator_name;
  Say say = Say::Approve;
  std::string reason, proposal;
  std::string key_fingerprint;  // of the key that signed; empty: none did
  std::uint64_t grant_ms = 0;
  std::int64_t at = 0;
  bool approves() const { return say == Say::Approve || say == Say::BreakGlass; }
};

// A file that the command runs, as it was read from the target when it was asked.
struct RunFile {
  std::string path;        // absolute, or "~/x" of the account's home
  std::string sha256;      // 32 bytes; empty: it is not known
  std::uint64_t size = 0;  // bytes
  std::string head;        // its first bytes
  std::string note;        // why there is less; empty: this is all of it
  bool bound = false;      // another content ends the approval
};

// Something that was asked or run before.
struct Past {
  std::string id;       // of the request, or of the command
  std::string text;     // as submitted, its beginning
  std::string state;    // what became of it
  std::string by;       // who decided, or the rule
  std::int64_t at = 0;  // when it was asked
};

struct RequestView {
  std::string id;
  std::string digest;  // 32 bytes: what a decision is bound to
  std::string agent, target, account;
  std::string command;    // as submitted
  std::string canonical;  // what would run; empty where opaque
  bool opaque = false;
  std::string opaque_reason;
  std::string summary;  // one line: "deletes files: /srv/old"
  std::vector<Effect> effects;
  std::string rule;
  std::string session;
  std::string justification;             // the agent's own words
  std::vector<std::string> environment;  // NAME=value, of what the agent set
  std::string kind;                      // as in Terms
  std::string cwd;                       // where it would run; empty: the home, or not known
  std::string input_sha256;              // 32 bytes, where standard input is judged too
  std::uint64_t input_size = 0;
  std::string input_head;      // its first bytes, at most kInputHead
  std::vector<RunFile> files;  // whose heads are together at most kFileHeads
  std::int64_t requested_at = 0, expires_at = 0;
  std::uint32_t approvals_needed = 1, approvals_have = 0;  // over the whole chain
  Hold hold;
  std::uint32_t step = 1;             // of the chain, from 1: the one that is open
  std::vector<std::string> deciders;  // groups that may decide now; "": any operator
  std::uint32_t escalated = 0;        // escalations that have happened
  std::string shape;                  // what a grant for a time would let run; empty: none
  std::string state;                  // pending approved denied expired cancelled consumed
  std::string review;                 // of a broken glass: wanted, done
  bool waiting = false;               // the agent is still connected and waits
  // Only in a Request and a Decided:
  std::string objection;  // why this operator may not approve it; empty: they may
  std::vector<Decision> decisions;
  std::vector<Past> similar;             // earlier requests like it, newest first
  std::vector<Past> session_commands;    // what ran in the session, newest first
  std::vector<std::string> shape_texts;  // earlier commands of the shape
  Terms terms;                           // all that the digest is over
  std::string nonce;                     // for one decision of this connection
  std::int64_t issued_at = 0;            // of the nonce
};
inline constexpr std::size_t kInputHead = 16'384;
inline constexpr std::size_t kFileHeads = 98'304;

struct Requests {
  std::uint32_t tag = 0;
  std::vector<RequestView> requests;  // without environment, input_head, files and what follows
  bool more = false;                  // another Requests with the same tag follows
};

struct Request {
  std::uint32_t tag = 0;
  RequestView request;
};

struct Decide {
  std::uint32_t tag = 0;
  std::string id;      // whole
  std::string digest;  // 32 bytes, of the request as it was shown
  Say say = Say::Deny;
  std::string reason;                // required but for an approval
  std::string proposal{};            // of Propose
  std::uint64_t grant_ms = 0;        // of Approve: its shape may run that long; 0: it once
  bool grant_session = false;        // in this session only
  std::string nonce{}, signature{};  // SSHSIG, armored; empty where nobody need sign
};

struct Decided {
  std::uint32_t tag = 0;
  RequestView request;  // as it stands now
};

struct Watch {
  std::uint32_t tag = 0;
};

// The sessions that are open.
struct Sessions {
  std::uint32_t tag = 0;
};

struct SessionView {
  std::string id, agent, target, account, client_addr;
  std::int64_t started_at = 0;
  std::uint32_t commands = 0, held = 0, denied = 0;
  std::string paused;   // by whom and why; empty: it is not
  std::string running;  // what runs now, its beginning; empty: nothing
};

struct SessionList {
  std::uint32_t tag = 0;
  std::vector<SessionView> sessions;
};

enum class Action : std::uint8_t { Pause = 0, Resume = 1, Kill = 2 };

// Pause: nothing new starts.  Kill: what runs ends, and the connection.  Answered
// by Done.
struct Control {
  std::uint32_t tag = 0;
  std::string session;  // or a unique prefix; or
  std::string agent;    // all sessions of this agent, also those to come
  Action action = Action::Pause;
  std::string reason;
};

struct Done {
  std::uint32_t tag = 0;
  std::string text;  // what was done
};

struct Grants {
  std::uint32_t tag = 0;
};

struct GrantView {
  std::string id, agent, target, account, shape, session, given_by;
  std::int64_t given_at = 0, expires_at = 0;
  std::uint64_t uses = 0;
};

struct GrantList {
  std::uint32_t tag = 0;
  std::vector<GrantView> grants;
};

// Takes a grant back.  Answered by Done.
struct Revoke {
  std::uint32_t tag = 0;
  std::string id;  // whole
};

// Retention spares the session from now on, or no longer.  For auditors and admins, on
// the bastion's own host.  Answered by Done.
struct Keep {
  std::uint32_t tag = 0;
  std::string session;  // or a unique prefix
  bool release = false;
  std::string reason;
};

// Deletes now what retention says; or only says what that would be.  For auditors and
// admins, on the bastion's own host.  Answered by Done.
struct Prune {
  std::uint32_t tag = 0;
  bool dry_run = false;
};

// Recordings are about to be shown: it is written down first.  No sessions: whether one
// might.  For auditors and admins, on the bastion's own host.  Answered by Done.
struct Watched {
  std::uint32_t tag = 0;
  Opening how = Opening::Show;
  std::vector<std::string> sessions;  // whole ids, at most kMaxWatched
};
inline constexpr std::size_t kMaxWatched = 100;

// What a session's recording gets from now on, and its last page before: Outputs
// with this tag, the first of them empty.  For operators, auditors and admins;
// it leaves a trace.
struct Look {
  std::uint32_t tag = 0;
  std::string session;  // or a unique prefix
};

struct Output {
  std::uint32_t tag = 0;
  char code = 'o';  // as in the recording: o e i r m; x: the session has ended
  std::string bytes;
};

enum class Why : std::uint8_t { NotAllowed = 0, NoSuchId = 1, AlreadyDecided = 2, Invalid = 3 };

struct Refused {
  std::uint32_t tag = 0;
  Why why = Why::NotAllowed;
  std::string text;
};

struct Event {
  std::uint32_t tag = 0;
  std::string event;  // held approved denied expired cancelled consumed started ended …
  std::string id;     // of the request, or of the command where there is none
  std::string agent, target;
  std::int64_t at = 0;
  std::string text;  // the summary, the reason or the exit status
};

}  // namespace hitl::operators
