// SPDX-License-Identifier: Apache-2.0
#include "broker/directory.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pwd.h>

#include <algorithm>
#include <array>

#include "base/log.h"
#include "base/visible.h"

namespace hitl::broker {
namespace {

// Empty where the user has no name.
std::string user_name(uid_t uid) {
  std::array<char, 16 * 1024> buffer;
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
    return "";
  return found->pw_name;
}

}  // namespace

Directory::Directory(const config::BastionConfig& config) : config_(config) {
  for (const auto& [name, agent] : config.agents)
    for (const auto& key : agent.keys) agent_by_key_.emplace(key.blob, name);
}

Result<Login> Directory::login(std::string_view user, std::string_view key_blob) const {
  const auto plus = user.find('+');
  const auto name = user.substr(0, plus);
  const auto found = agent_by_key_.find(key_blob);
  if (found == agent_by_key_.end() || found->second != name) {
    const auto person = config_.operators.find(std::string(user));
    if (person != config_.operators.end() &&
        std::ranges::find(person->second.keys, key_blob, &config::PublicKey::blob) !=
            person->second.keys.end())
      return Login{"", person->first, "", ""};
    return fail(Errc::Denied, "not a key of this agent or operator");
  }
  Login login{found->second, "", "", ""};
  const auto permitted = config_.targets_of(agent(login.agent));
  const auto mine = permitted.empty() ? "none" : fmt::format("{}", fmt::join(permitted, ", "));
  if (plus == std::string_view::npos) {
    if (permitted.size() == 1)
      login.target = permitted.front();
    else
      login.no_target =
          fmt::format("name a target: ssh {}+TARGET@… (yours: {})", login.agent, mine);
    return login;
  }
  const std::string wanted(user.substr(plus + 1));
  if (std::ranges::find(permitted, wanted) != permitted.end())
    login.target = wanted;
  else
    login.no_target = fmt::format("no target '{}' for {} (yours: {})", visible_cut(wanted, 64),
                                  login.agent, mine);
  return login;
}

Result<std::string> Directory::operator_of(uid_t uid) const {
  const auto user = user_name(uid);
  for (const auto& [name, person] : config_.operators)
    if (!person.unix.empty() && person.unix == user) return name;
  return fail(Errc::Denied,
              fmt::format("user '{}' ({}) is no operator here (add [operators.NAME] with unix = "
                          "\"{}\" to {})",
                          user, uid, user, config_.file));
}

}  // namespace hitl::broker
