// SPDX-License-Identifier: Apache-2.0
#include "audit/tombstone.h"

#include <fmt/format.h>

#include "base/encoding.h"

namespace hitl::audit {

std::string statement_of(const store::TombstoneRow& t) {
  return fmt::format(
      "hitl-tombstone-v1\nbastion: {}\nsession: {}\nrule: {}\nat: {}\nrows: {}\nsha256: {}\n",
      t.bastion, t.session, t.rule, t.at, t.rows, hex(t.sha256));
}

void sign(store::TombstoneRow& t, const crypto::Ed25519Key& key) {
  t.bastion = crypto::fingerprint(crypto::ed25519_blob(key.public_key()));
  t.signature = key.sign(statement_of(t));
}

bool is_signed(const store::TombstoneRow& t, std::string_view public_key) {
  return crypto::verify(public_key, statement_of(t), t.signature);
}

}  // namespace hitl::audit
