// SPDX-License-Identifier: Apache-2.0
// What is offered on both legs.  Strict key exchange (kex-strict-*) is libssh's
// own and always on.  Compression is off: it is attack surface before anything
// of a peer is known.
#pragma once

namespace hitl::ssh {

inline constexpr const char* kKeyExchange =
    "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,"
    "ecdh-sha2-nistp521,diffie-hellman-group18-sha512,diffie-hellman-group16-sha512";

// AES-GCM first: the fastest where the processor has AES, which is nearly everywhere.
inline constexpr const char* kCiphers =
    "aes256-gcm@openssh.com,aes128-gcm@openssh.com,chacha20-poly1305@openssh.com,"
    "aes256-ctr,aes192-ctr,aes128-ctr";

inline constexpr const char* kMacs =
    "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512";

inline constexpr const char* kNoCompression = "none";

// Signatures of keys, an agent's or a target's: neither DSA nor SHA-1.
inline constexpr const char* kSignatures =
    "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,"
    "sk-ssh-ed25519@openssh.com,sk-ecdsa-sha2-nistp256@openssh.com,rsa-sha2-512,rsa-sha2-256";

inline constexpr unsigned kMinRsaBits = 2'048;

}  // namespace hitl::ssh
