// SPDX-License-Identifier: Apache-2.0
// Console <-> broker, on the unix socket operator.sock.
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
#include <vector>

namespace hitl::operators {

inline constexpr std::uint32_t kVersion = 1;

// Most requests in one answer: the newest.
inline constexpr std::size_t kMaxListed = 1'000;

enum class Type : std::uint8_t {
  // console -> broker
  Hello = 1,
  List = 2,
  Show = 3,
  Decide = 4,
  Watch = 5,
  // broker -> console
  Welcome = 65,
  Requests = 66,
  Request = 67,
  Decided = 68,
  Refused = 69,
  Event = 70,
};

struct Hello {
  std::uint32_t tag = 0;
  std::uint32_t version = kVersion;
};

struct Welcome {
  std::uint32_t tag = 0;
  std::uint32_t version = kVersion;
  std::string operator_name;  // by peer credentials and configuration
  std::vector<std::string> roles;
};

struct List {
  std::uint32_t tag = 0;
  bool all = false;  // else the undecided only
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
  bool approved = false;
  std::string reason;
  std::int64_t at = 0;
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
  std::string input_sha256;              // 32 bytes, where standard input is judged too
  std::uint64_t input_size = 0;
  std::string input_head;  // its first bytes, at most kInputHead
  std::int64_t requested_at = 0, expires_at = 0;
  std::uint32_t approvals_needed = 1, approvals_have = 0;
  std::string approver_group;
  std::string state;     // pending approved denied expired cancelled consumed
  bool waiting = false;  // the agent is still connected and waits
  std::vector<Decision> decisions;
};
inline constexpr std::size_t kInputHead = 16'384;

struct Requests {
  std::uint32_t tag = 0;
  std::vector<RequestView> requests;  // without environment, input_head and decisions
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
  bool approve = false;
  std::string reason;  // required for a denial
};

struct Decided {
  std::uint32_t tag = 0;
  RequestView request;  // as it stands now
};

struct Watch {
  std::uint32_t tag = 0;
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
