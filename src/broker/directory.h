// SPDX-License-Identifier: Apache-2.0
// Who is who: agents by the key that signed, operators by the user at the other
// end of a unix socket.  Pure look-ups in the configuration.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/bastion_config.h"

namespace hitl::broker {

struct Login {
  std::string agent;          // or
  std::string operator_name;  // whose key it is: a console, and nothing else
  std::string target;         // empty: none was named and none is the only one
  std::string no_target;      // then: why, for the agent
};

class Directory {
 public:
  explicit Directory(const config::BastionConfig& config);

  // Who logs in as `user` ("AGENT", "AGENT+TARGET" or "OPERATOR") with this key.  The key
  // decides; a user name that names another agent is Errc::Denied.  A target
  // that is unknown and one that is another's get the same words, and only
  // after the key was accepted.
  Result<Login> login(std::string_view user, std::string_view key_blob) const;

  std::vector<std::string> targets_of(const std::string& name) const {
    return config_.targets_of(agent(name));
  }
  bool knows_agent(const std::string& name) const { return config_.agents.contains(name); }
  const config::Agent& agent(const std::string& name) const { return config_.agents.at(name); }
  const config::Target& target(const std::string& name) const { return config_.targets.at(name); }

  // The operator's name; Errc::Denied with what to configure.
  Result<std::string> operator_of(uid_t uid) const;
  const config::Operator& person(const std::string& name) const {
    return config_.operators.at(name);
  }

 private:
  const config::BastionConfig& config_;
  std::map<std::string, std::string, std::less<>> agent_by_key_;  // blob -> name
};

}  // namespace hitl::broker
