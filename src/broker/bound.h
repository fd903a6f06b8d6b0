// SPDX-License-Identifier: Apache-2.0
// Everything that an approval binds (and nothing else can run under it): what
// people see of it are its Terms (hitl/terms.h).
//
// The digest over these, sealed (broker/masking.h), is what is stored with a decision,
// and by which an identical command finds its approval again.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "hitl/terms.h"
#include "hitl/text.h"

namespace hitl::broker {

struct Bound {
  std::string agent;
  std::string target, address, account;
  std::vector<std::string> host_keys;  // blobs, as pinned
  // "exec", "exec-pty"; for a line of a session "shell", "shell-pty", or, where each
  // has a bash of its own, "line", "line-pty".
  std::string kind = "exec";
  std::string cwd;     // of a session: where the line was judged; empty: not known
  std::string memory;  // values and functions of earlier lines, by which it was judged
  std::string prompt;  // that a line sets, in the form `=text`; empty: none
  // What runs.  RawText where nobody understood it and a human may all the same
  // say yes: it then runs byte for byte as it was shown.
  std::variant<CanonicalText, RawText> text;
  // What the target's environment gets, in order.
  std::vector<std::pair<std::string, std::string>> environment;
  bool has_input = false;        // standard input was judged with the command:
  std::string input;             // all of it
  std::string policy;            // version of policy and catalogue
  std::vector<BoundFile> files;  // that it runs

  bool is_opaque() const { return std::holds_alternative<RawText>(text); }
  const std::string& bytes() const;  // of the text

  // Of the true text: what is kept and shown of them goes through Masking::sealed().
  Terms terms() const;
};

}  // namespace hitl::broker
