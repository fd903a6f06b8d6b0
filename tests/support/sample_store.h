// SPDX-License-Identifier: Apache-2.0
// A store with recorded sessions, as a broker would have written it:
//   SESSIONTWO…  of "codex": nothing ran
//   SESSIONONE…  of "devin": one command allowed, one held and approved, one
//                denied; output with everything that a terminal must not get
#pragma once

#include <string>

#include "base/check.h"
#include "store/store.h"

namespace hitl::testing {

inline constexpr WallMs kBegan = 1'790'000'000'000;  // 2026-09-21T14:13:20Z
inline const std::string kSessionOne = "SESSIONONEAAAAAAAAAAAAAAAA";
inline const std::string kSessionTwo = "SESSIONTWOAAAAAAAAAAAAAAAA";

// What the second command prints: tells a title, asks the terminal who it is,
// sets the clipboard, and some harmless colour.
inline const std::string kHostile =
    "\x1b]0;owned\x07\x1b[31mred\x1b[0m\x1b[c\x1b[6n\x1b]52;c;cm0gLXJmCg==\x1b\\\x1bP+"
    "q544e\x1b\\end\n";

namespace sample {

inline store::CommandRow command(const std::string& id, const std::string& text) {
  store::CommandRow c;
  c.id = id + std::string(26 - id.size(), 'A');
  c.session = kSessionOne;
  c.submitted = text;
  c.canonical = text;
  c.decision = "allow";
  c.rule = "look around";
  c.effects = {"read"};
  c.policy_sha256 = std::string(64, 'a');
  c.input_role = "none";
  c.state = "ended";
  c.submitted_at = kBegan + 100;
  c.started_at = kBegan + 200;
  c.ended_at = kBegan + 1'400;
  c.exit_status = 0;
  return c;
}

class Writer {
 public:
  explicit Writer(store::Store& s) : store_(s) {}
  void sure(const Status& s) { HITL_CHECK(s.has_value()); }
  void event(const std::string& command, std::int64_t at_us, char code, const std::string& data) {
    sure(store_.add_event({kSessionOne, command, at_us, code, data}));
  }
  void session(const std::string& id, const std::string& agent, WallMs at, bool ended) {
    store::SessionRow s;
    s.id = id, s.agent = agent, s.target = "db1", s.account = "deploy";
    s.client_addr = "10.0.0.9:4711", s.key_fingerprint = "SHA256:abc";
    s.started_at = at, s.state = "open";
    sure(store_.add_session(s));
    if (ended) sure(store_.end_session(id, at + 60'000, "closed"));
  }
  void request(const std::string& id, const std::string& text) {
    store::RequestRow r;
    r.id = id, r.digest = std::string(32, 'd'), r.session = kSessionOne;
    r.agent = "devin", r.target = "db1", r.account = "deploy";
    r.submitted = text, r.canonical = text, r.rule = "prod writes";
    r.requested_at = kBegan + 2'000, r.expires_at = kBegan + 1'202'000;
    r.state = "consumed", r.decided_at = kBegan + 12'000;
    sure(store_.add_request(r));
    sure(store_.add_decision(
        {id, "alice", "approve", "41 is old", r.digest, "", 0, kBegan + 12'000, "", "", ""}));
  }

 private:
  store::Store& store_;
};

}  // namespace sample

inline void fill_sample_store(store::Store& s) {
  sample::Writer w(s);
  w.session(kSessionOne, "devin", kBegan, true);
  w.session(kSessionTwo, "codex", kBegan + 3'600'000, false);

  auto first = sample::command("CMDONE22", "ls -l /srv");
  first.bytes_out = 18, first.bytes_err = 8;
  w.sure(s.add_command(first));
  w.event(first.id, 200'000, 'm', "started: ls -l /srv");
  w.event(first.id, 300'000, 'o', "old\nn\xc3");  // a character cut in two
  w.event(first.id, 350'000, 'e', "warn\x1b[2Jing\n");
  w.event(first.id, 400'000, 'o', "\xa9w\n");
  w.event(first.id, 500'000, 'm', "ended: exit 0");

  const std::string request = "REQUEST2AAAAAAAAAAAAAAAAAA";
  w.request(request, "rm -r /srv/41");
  auto second = sample::command("CMDTWO22", "rm -r /srv/41");
  second.submitted = "rm   -r /srv/41";
  second.request = request;
  second.decision = "hold", second.rule = "prod writes", second.effects = {"delete"};
  second.started_at = kBegan + 12'100, second.ended_at = kBegan + 12'300;
  second.exit_status = 3;
  w.sure(s.add_command(second));
  w.event(second.id, 2'000'000, 'm', "held " + request + ": deletes files: /srv/41");
  w.event(second.id, 12'000'000, 'm', "approved by alice: 41 is old");
  w.event(second.id, 12'100'000, 'o', kHostile);
  w.event(second.id, 12'150'000, 'i', "y\n");

  auto third = sample::command("CMDTHREE", "mkfs /dev/sda\xff");
  third.canonical.reset();
  third.opaque_reason = "bytes that are not UTF-8";
  third.decision = "deny", third.rule = "never a disk", third.state = "denied";
  third.started_at.reset(), third.ended_at.reset(), third.exit_status.reset();
  w.sure(s.add_command(third));
  w.event(third.id, 13'000'000, 'm', "denied: rule \"never a disk\" \x1b[5m");
  w.sure(s.commit(true));
}

}  // namespace hitl::testing
