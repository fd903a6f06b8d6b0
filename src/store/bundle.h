// SPDX-License-Identifier: Apache-2.0
// One session for a third party: a SQLite file with the session's rows, the requests
// and decisions by which its commands ran, and the part of the audit chain from the
// first of them to the first checkpoint after the last, which is signed.  What the
// chain says of other sessions, and of who opened the recording, are hashes.  contrib/verify-bundle
// checks it.
#pragma once

#include <string>

#include "base/result.h"

namespace hitl::store {

// Writes the file `to`, which must not exist.  `audit_key` is a line as in a .pub file.
// Errc::NotFound: no such session; Errc::Invalid: its end is not signed yet.
Status write_bundle(const std::string& store, const std::string& session,
                    const std::string& audit_key, const std::string& to);

}  // namespace hitl::store
