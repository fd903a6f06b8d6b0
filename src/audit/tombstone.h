// SPDX-License-Identifier: Apache-2.0
// Tombstones: what retention has deleted, which rows they were, by which rule and
// when, signed with the audit key.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/digest.h"
#include "crypto/ed25519.h"
#include "store/store.h"

namespace hitl::audit {

std::string statement_of(const store::TombstoneRow& tombstone);

// Fills in bastion and signature.
void sign(store::TombstoneRow& tombstone, const crypto::Ed25519Key& key);
bool is_signed(const store::TombstoneRow& tombstone, std::string_view public_key);

}  // namespace hitl::audit
