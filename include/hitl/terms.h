// SPDX-License-Identifier: Apache-2.0
// What an approval is about: every field of which a difference makes it another
// command.  The broker stores it with the request, the console shows it and
// computes its digest itself, an auditor can do so again (approval/terms.h).
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace hitl {

// A file that the command runs, as it was when people were asked.
struct BoundFile {
  std::string path;    // absolute, or "~/x" of the account's home
  std::string sha256;  // 32 bytes; empty: it was no regular file that can be read
  bool operator==(const BoundFile&) const = default;
};

struct Terms {
  std::string agent;
  std::string target, address, account;
  std::vector<std::string> host_keys;  // blobs, as pinned
  // "exec", "exec-pty"; of a line of a session "shell", "shell-pty", or, where each
  // has a bash of its own, "line", "line-pty".
  std::string kind;
  std::string cwd;     // of a session: where the line was judged; empty: not known
  std::string memory;  // values and functions of earlier lines, by which it was judged
  std::string prompt;  // that a line sets, in the form `=text`; empty: none
  bool opaque = false;
  std::string text;  // canonical; as submitted where it is opaque
  std::vector<std::pair<std::string, std::string>> environment;  // that the target gets
  bool has_input = false;
  std::string input_sha256;  // 32 bytes; empty without input
  std::string policy;        // version of policy and catalogue, hex
  // 32 bytes where a secret above is masked, or stood in the input: a keyed hash of the
  // true terms (src/broker/masking.h).  Else empty.
  std::string hidden{};
  std::vector<BoundFile> files{};  // checked again when it starts

  bool operator==(const Terms&) const = default;
};

}  // namespace hitl
