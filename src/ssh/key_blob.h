// SPDX-License-Identifier: Apache-2.0
// Public keys as blobs (RFC 4253 section 6.6): how our programs name them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "ssh/handles.h"

namespace hitl::ssh {

Result<std::string> blob_of(ssh_key key);

// "ssh-ed25519"; empty for what is no blob.  Points into the blob.
std::string_view type_of(std::string_view blob);

// Of an RSA key: the length of its modulus; 0 for any other.
unsigned rsa_bits(std::string_view blob);

// May a key of this type and size log in or name a target?  No certificates
// (that would need their own checks), no DSA, no short RSA.
bool is_strong(std::string_view blob);

// "SHA256:…" as ssh-keygen -l prints it.
std::string fingerprint(ssh_key key);

}  // namespace hitl::ssh
