// SPDX-License-Identifier: Apache-2.0
// What there must be before the broker can decide anything.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "broker/masking.h"
#include "config/bastion_config.h"
#include "crypto/ed25519.h"
#include "judge/judge.h"
#include "store/store.h"

namespace hitl::broker {

struct Opening {
  config::BastionConfig config;
  crypto::Ed25519Key user_ca;
  crypto::Ed25519Key audit;
  std::string instance;  // fingerprint of the audit key: which bastion this is
  std::unique_ptr<const judge::Judge> judge;
  Masking masking;
};

// Errors name every fault, with file and line where it has one.
Result<Opening> open_configuration(const std::string& config_file);

// The store, with what an earlier broker had not finished closed in it.  That
// is a write and on disk when this returns: a store that cannot be written is
// an error here, before anyone relies on it.  So is one that is not what the file of
// checkpoints tells of.
struct OpenStore {
  std::unique_ptr<store::Store> store;
  std::vector<store::Leftover> still_running;
};
Result<OpenStore> open_store(const config::BastionConfig& config, const std::string& audit_key);

}  // namespace hitl::broker
