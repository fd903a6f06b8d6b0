// SPDX-License-Identifier: Apache-2.0
// bastion.toml as values: every path absolute, every key parsed, every
// reference between its parts resolved.
//
// What is not in the file has a safe default.  Unknown keys, empty credentials
// and names that refer to nothing are faults, never warnings.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/public_key.h"
#include "hitl/mask_rule.h"

namespace hitl::config {

struct Endpoint {
  std::string host;  // name or numeric address, without brackets
  std::uint16_t port = 0;
};
// "HOST:PORT" or "[ADDRESS]:PORT".
Result<Endpoint> parse_endpoint(std::string_view text);
std::string to_string(const Endpoint&);

struct Agent {
  std::vector<PublicKey> keys;  // never empty
  std::vector<std::string> groups;
  std::string owner;                 // never counts as an approver; may be empty
  std::vector<std::string> targets;  // names or "tag:…"
};

struct Operator {
  std::string unix;  // user name; empty: not by peer credentials
  std::vector<PublicKey> keys;
  std::vector<std::string> groups;
  std::vector<std::string> roles;  // operator, auditor, admin
};

struct Target {
  Endpoint address;
  std::string account;
  std::vector<PublicKey> host_keys;  // pinned; never empty
  std::vector<std::string> tags;
  std::string shell = "/bin/bash";  // the bash that runs the canonical text
  bool carried_sessions = false;    // each line of a session in a bash of its own
};

// Who is told of what happens, and how.
struct Notification {
  std::vector<std::string> command;  // argv, an absolute path first; or
  std::string webhook;               // http(s)://…
  std::string secret_file;           // its HMAC key; empty: not signed
  std::vector<std::string> events;   // "held", "*"; empty: only what an escalation names
};

struct Limits {
  std::uint32_t connections = 64;    // of one agent
  std::uint32_t pending = 64;        // requests of one agent
  std::uint64_t output = 64u << 20;  // bytes of one command that are recorded whole
};

// Which sessions are deleted, and when: the first rule that fits decides.
struct RetentionRule {
  std::string name;
  std::vector<std::string> targets;   // names or "tag:…"; empty: all
  std::vector<std::string> outcomes;  // nothing, allowed, held, denied; empty: all
  std::chrono::milliseconds keep{0};  // after the session's end
};

struct BastionConfig {
  std::string file, folder;  // of bastion.toml, absolute
  std::vector<Endpoint> listen;
  std::string store, run, policy;
  std::vector<std::string> catalog;
  bool lab = false;
  std::chrono::milliseconds drain{5'000};

  std::vector<std::string> host_keys;  // files
  std::string user_ca, audit_key;      // files

  std::chrono::milliseconds wait_exec{100'000}, wait_shell{25'000};
  std::chrono::milliseconds grant{15 * 60'000};
  Limits limits;

  std::string checkpoints;  // file that they are appended to
  std::chrono::milliseconds checkpoint_interval{60'000};
  std::vector<RetentionRule> retention;
  std::chrono::milliseconds retention_interval{60 * 60'000};

  std::map<std::string, Agent> agents;
  std::map<std::string, Operator> operators;
  std::map<std::string, Target> targets;
  std::map<std::string, Notification> notifications;
  std::string events_file;  // JSON lines; empty: none
  bool events_journal = false;
  std::vector<MaskRule> mask;  // in the order in which they count

  std::string operator_socket() const { return run + "/operator.sock"; }
  // The targets that an agent may name, in order.
  std::vector<std::string> targets_of(const Agent& agent) const;
};

// All faults at once, one after the other, each with file, line and caret.
Result<BastionConfig> read_config(const std::string& path);

// A name of an agent, target, operator or group: [a-z0-9._-], at most 64.
bool is_valid_name(std::string_view name);

// What is shipped: "policy.toml", "catalog.d" or "mask.d", in the source tree of this
// build, or installed beside the program (PREFIX/share/hitl).
std::string shipped(std::string_view name);

}  // namespace hitl::config
