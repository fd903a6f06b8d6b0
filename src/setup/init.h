// SPDX-License-Identifier: Apache-2.0
// hitl-bastiond init: a folder with all that a bastion needs.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace hitl::setup {

struct InitOptions {
  std::string folder;
  std::string listen = "127.0.0.1:2222";
  std::vector<std::string> agents;     // NAME=PUBKEY_FILE
  std::vector<std::string> operators;  // NAME or NAME=PUBKEY_FILE
  std::vector<std::string> targets;    // NAME=USER@HOST:PORT
  std::vector<std::string> host_keys;  // PUBKEY_FILE, one for each target, in order
};

// What is left to do, for people.  Errc::Denied: the folder is there already
// and not empty; nothing was changed.
Result<std::string> init(const InitOptions& options);

}  // namespace hitl::setup
