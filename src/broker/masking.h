// SPDX-License-Identifier: Apache-2.0
// What is kept and shown of an agent's commands: all of their text with the secrets in
// it masked, by the rules that hold for this agent on this target.  What runs is the
// true text, which is in memory only.
//
// An approval is over the masked text and a keyed hash of the true one (hitl/terms.h,
// `hidden`).  Its key, the *salt*, is HMAC-SHA-256 of the masked terms under a key that
// only this bastion has and that is in no database; the hash is HMAC-SHA-256 of the true
// terms under the salt.  So
//   - the identical command has the identical digest, after a restart too, and finds
//     its approval again;
//   - another secret in the same place is another command;
//   - the digest can be computed from what is stored, without the secret;
//   - who has a copy of the store cannot try out secrets against the hash;
//   - for one request whose secret somebody knows, the owner of the audit key can check
//     that it was this one, or give out the salt for others to check it, which is of no
//     use for other requests (contrib/check-secret).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "config/bastion_config.h"
#include "crypto/ed25519.h"
#include "hitl/terms.h"
#include "judge/judge.h"
#include "mask/text.h"

namespace hitl::broker {

// The key of the salts: SHA-256 of a signature by the audit key, which is the same each
// time (Ed25519).
std::string masking_key(const crypto::Ed25519Key& audit_key);

// A judged command, as people and the store see it.
struct ShownCommand {
  std::string submitted;
  std::optional<std::string> canonical;
  std::string summary, opaque_reason, memory, shape;
  std::vector<judge::Finding> findings;
  mask::Counts masked;  // in what runs, or would
};

class Masking {
 public:
  // Compiles what each agent needs on each of its targets: what is wrong with a rule is
  // an error with its file and line.
  static Result<Masking> create(const config::BastionConfig& config, std::string key);

  // For one egress; none where nothing is masked.
  Fd rules(const std::string& agent, const std::string& target) const;

  ShownCommand shown(const std::string& agent, const std::string& target,
                     const std::string& submitted, const judge::Judgement& judgement) const;
  std::string prose(const std::string& agent, const std::string& target,
                    std::string_view text) const;
  // The text of a command.
  std::string command(const std::string& agent, const std::string& target,
                      std::string_view text) const;
  // What a decision on `terms` is about; equal to them where nothing is masked.
  Terms sealed(const Terms& terms, std::string_view input) const;

 private:
  struct Rules {
    Fd file;
    std::shared_ptr<const mask::Table> table;
  };

  const mask::Table* table(const std::string& agent, const std::string& target) const;

  std::string key_;
  // By agent and target; those without an entry have no rules.
  std::map<std::pair<std::string, std::string>, std::shared_ptr<const Rules>> rules_;
};

}  // namespace hitl::broker
