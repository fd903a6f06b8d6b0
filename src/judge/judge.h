// SPDX-License-Identifier: Apache-2.0
// Text to ruling: parse, classify, decide, in one call and without side effects.
// The broker and hitl-policy ask the same Judge, so that what `explain` says is
// what happens.
//
// A Judge is immutable: a reload makes a new one and swaps it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "hitl/hold.h"
#include "hitl/rule_limits.h"
#include "hitl/text.h"
#include "hitl/verdict.h"
#include "shell/ast.h"
#include "shell/memory.h"

namespace hitl::judge {

using Environment = std::vector<std::pair<std::string, std::string>>;

// Who asks, where it would run, and what.
struct Question {
  std::string agent;
  std::vector<std::string> groups;
  std::string target;
  std::vector<std::string> tags;
  std::string cwd;  // where it would run; empty: the account's home
  RawText command;
  Environment environment;  // what the agent asked for and the gate let through
  bool terminal = false;    // it runs on one
  // Of a line for a session's own shell, which others will follow: what that holds.
  const shell::Memory* session = nullptr;
  // When it is asked, for rules with hours.  Where that is not known, these hold
  // and deny at any time, and allow at none.
  std::optional<WallMs> at = std::nullopt;
  bool trace = false;  // say of the rules before the one that decided why not they
};

struct Finding {
  std::string effect;                // as in hitl-policy(5): "delete"
  std::uint32_t begin = 0, end = 0;  // bytes of the command that cause it
  std::string reason;                // one sentence, raw text in it
  std::string path = {};             // what it touches, as far as that is known
};

// A file that it may run: what it does is not in the line.
struct RunFile {
  std::string path;     // absolute, or "~/x"; as written where that is not known
  bool known = false;   // it can be read beforehand
  bool secret = false;  // but not be shown
  bool named = false;   // surely a file; else a word that looks like one
};

// One simple command of the line, for people and programs that read `explain`.
struct CommandView {
  std::vector<std::string> argv;  // as far as it is known; unknown words as written
  std::vector<std::string> effects;
  std::uint32_t begin = 0, end = 0;  // bytes of the command; those inside it are its parts
};

// A rule that did not decide.
struct Passed {
  std::string rule, why;  // "look around", "is not about delete"
  bool denial = false;    // a [[deny]]
};

struct Judgement {
  Verdict verdict = Verdict::Deny;
  // Allowed for a roll-out only: `rule` would have held it, with `hold`.  Never of
  // what is opaque, nor of what keys are typed into.
  bool shadow = false;
  std::string rule;                // its name; "default" where none matched
  std::string message;             // what that rule has to say to the agent
  std::vector<Passed> considered;  // in their order; Question::trace

  // What runs where it is allowed or approved.  Nothing where the line is
  // opaque; then `opaque_reason` says why.
  std::optional<CanonicalText> canonical;
  std::string opaque_reason;
  // What the target's environment gets, in this order: the agent's, then ours
  // (PAGER=cat and the like), on which the classification relies.
  Environment environment;
  InputRole input = InputRole::Script;

  std::vector<std::string> effects;  // distinct names, gravest first
  std::vector<Finding> findings;
  std::vector<CommandView> commands;
  std::vector<RunFile> runs;         // each once
  std::vector<std::string> reasons;  // why this verdict, a sentence each
  std::string summary;               // one line for people: "deletes files: /srv/old"

  // Of a hold, also of one that is shadow; of what is allowed, of what "default" says.
  Hold hold;
  RuleLimits limits;
  // By which commands like it can be granted for a time (judge/shape.h); empty: it
  // can only be approved as it is.
  std::string shape;

  // Of a line for a session's shell (shell/session.h).
  std::string refused_in_session;
  std::optional<std::string> prompt, continuation;
  std::string memory;                         // what of the session it was judged by
  std::shared_ptr<const shell::Script> tree;  // as canonical is printed; for Memory
};

class Judge {
 public:
  // All faults of policy and catalogue, one Error with a fault a line.
  static Result<Judge> load(const std::string& policy_file,
                            const std::vector<std::string>& catalog_dirs);
  Judge(Judge&&) noexcept;
  Judge& operator=(Judge&&) noexcept;
  ~Judge();

  Judgement judge(const Question& question) const;
  // The denial that keeps them from opening a shell, where there is one; what is
  // said of a command does not matter.
  struct Denial {
    std::string rule, message;
  };
  std::optional<Denial> denied_shell(const Question& question) const;
  // What the target's environment gets besides what is said of a command: the
  // agent's variables, then ours.
  Environment environment(const Environment& agents) const;

  // Whom and what the rules name, so that a check can say what does not exist.
  struct Reference {
    enum class Kind : std::uint8_t { Agent, Target, Approvers, Escalation, Notification };
    Kind kind;
    bool of_deny = false;                  // a [[deny]] that names nothing denies nothing
    std::string place, name;               // "policy.toml:12"; "group:agents", "tag:prod", "leads"
    Hold hold = {};                        // of Approvers
    std::vector<std::string> agents = {};  // of Approvers: whose requests these are
  };
  std::vector<Reference> references() const;

  // Over the bytes of the policy and all catalogue files: 64 hex digits.
  const std::string& version() const;
  // Hex, of the policy's file; of the catalogue's files, one after the other.
  const std::string& policy_sha256() const;
  const std::string& catalog_sha256() const;

 private:
  struct Parts;
  explicit Judge(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace hitl::judge
