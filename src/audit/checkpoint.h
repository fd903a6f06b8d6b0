// SPDX-License-Identifier: Apache-2.0
// Checkpoints: the audit chain up to one of its rows, signed with the audit key
// (Ed25519, over the statement as it stands, RFC 8032).  The signer is the broker;
// anyone who has the public key can check one, with openssl alone.
//
// They are rows of the store and lines of a file (and of the log), so that who owns
// the database cannot put an older one in its place.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/ed25519.h"
#include "store/store.h"

namespace hitl::audit {

// What is signed: "hitl-checkpoint-v1" and a field a line.
std::string statement_of(const store::CheckpointRow& checkpoint);

// Fills in bastion and signature.
void sign(store::CheckpointRow& checkpoint, const crypto::Ed25519Key& key);
bool is_signed(const store::CheckpointRow& checkpoint, std::string_view public_key);

// One line of the file, without its end, and back.
std::string line_of(const store::CheckpointRow& checkpoint);
Result<store::CheckpointRow> parse_line(std::string_view line);

}  // namespace hitl::audit
