// SPDX-License-Identifier: Apache-2.0
#include "setup/check.h"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "crypto/ed25519.h"
#include "judge/judge.h"

namespace hitl::setup {
namespace {

std::optional<uid_t> uid_of(const std::string& user) {
  const auto* entry = ::getpwnam(user.c_str());
  return entry == nullptr ? std::nullopt : std::optional(entry->pw_uid);
}

bool is_this_host(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

// A folder that only its owner may write to.
std::optional<std::string> folder_fault(const std::string& path) {
  struct stat st {};
  if (::stat(path.c_str(), &st) != 0)
    return fmt::format("{}: folder is missing (hitl-bastiond init DIR makes all that is needed)",
                       path);
  if (!S_ISDIR(st.st_mode)) return path + ": is no folder";
  if ((st.st_mode & 022) != 0)
    return fmt::format("{}: others than its owner may write to it (chmod go-w)", path);
  return std::nullopt;
}

// What decides here is not everyone's to write.
std::optional<std::string> file_fault(const std::string& path) {
  struct stat st {};
  if (::stat(path.c_str(), &st) != 0 || (st.st_mode & 02) == 0) return std::nullopt;
  return path + ": everyone may write to it (chmod o-w)";
}

}  // namespace

std::vector<std::string> shared_accounts(const config::BastionConfig& c, uid_t owner) {
  std::vector<std::string> out;
  std::map<std::string, std::pair<std::string, std::string>> first;  // account -> agent, target
  for (const auto& [agent_name, agent] : c.agents)
    for (const auto& name : c.targets_of(agent)) {
      const auto& t = c.targets.at(name);
      const auto account = fmt::format("{}@{}", t.account, config::to_string(t.address));
      const auto [it, is_new] = first.try_emplace(account, agent_name, name);
      if (!is_new && it->second.first != agent_name)
        out.push_back(
            fmt::format("agents '{}' and '{}' share the account {}: each can read and "
                        "steer the other's sessions (give each an account of its own)",
                        it->second.first, agent_name, account));
    }
  for (const auto& [name, t] : c.targets) {
    if (!is_this_host(t.address.host)) continue;
    const auto uid = uid_of(t.account);
    if (!uid) continue;
    if (*uid == owner)
      out.push_back(
          fmt::format("target '{}' is the account '{}' of this machine, which owns the "
                      "bastion's own files: its commands can undo every decision",
                      name, t.account));
    for (const auto& [person, o] : c.operators)
      if (!o.unix.empty() && uid_of(o.unix) == uid)
        out.push_back(
            fmt::format("target '{}' is the account '{}' of this machine, which is "
                        "operator '{}': its commands can approve themselves",
                        name, t.account, person));
  }
  return out;
}

// What the rules name and the configuration does not have.
void check_references(const config::BastionConfig& c, const judge::Judge& judge, Report& r) {
  using Kind = judge::Judge::Reference::Kind;
  const auto in = [](const std::vector<std::string>& list, std::string_view name) {
    return std::ranges::find(list, name) != list.end();
  };
  const auto agent_exists = [&](std::string_view name) {
    if (!name.starts_with("group:")) return c.agents.contains(std::string(name));
    return std::ranges::any_of(c.agents,
                               [&](const auto& a) { return in(a.second.groups, name.substr(6)); });
  };
  const auto target_exists = [&](std::string_view name) {
    if (!name.starts_with("tag:")) return c.targets.contains(std::string(name));
    return std::ranges::any_of(c.targets,
                               [&](const auto& t) { return in(t.second.tags, name.substr(4)); });
  };
  const auto deciders = [&](const std::string& group) {
    return std::ranges::count_if(c.operators, [&](const auto& o) {
      return (group.empty() || in(o.second.groups, group)) &&
             (in(o.second.roles, "operator") || in(o.second.roles, "admin"));
    });
  };
  for (const auto& ref : judge.references()) {
    std::string text;
    if (ref.kind == Kind::Approvers) {
      const auto have = deciders(ref.name);
      if (have < static_cast<std::ptrdiff_t>(ref.count))
        text = fmt::format(
            "{}: needs {} approvers{}, and there are {}: nothing that it holds can "
            "be approved",
            ref.place, ref.count,
            ref.name.empty() ? "" : fmt::format(" of the group '{}'", ref.name), have);
    } else if (ref.name.find('*') == std::string::npos) {
      const bool agent = ref.kind == Kind::Agent;
      if (!(agent ? agent_exists(ref.name) : target_exists(ref.name)))
        text = fmt::format("{}: no {} is '{}'", ref.place, agent ? "agent" : "target", ref.name);
    }
    if (text.empty()) continue;
    // A rule that names nothing holds what it meant to allow; a denial that
    // names nothing denies nothing.
    if (ref.of_deny)
      r.faults.push_back(text + ", so this denies nothing");
    else if (std::ranges::find(r.notes, text) == r.notes.end())
      r.notes.push_back(std::move(text));
  }
  for (const auto& [name, o] : c.operators)
    if (!o.unix.empty() && !uid_of(o.unix))
      r.notes.push_back(fmt::format("operator '{}': this machine has no user '{}'", name, o.unix));
}

Report check(const config::BastionConfig& c) {
  Report r;
  const auto fault = [&](std::string text) { r.faults.push_back(std::move(text)); };
  for (const auto& path : c.host_keys)
    if (auto k = crypto::Ed25519Key::load(path); !k) fault(k.error().what);
  for (const auto* path : {&c.user_ca, &c.audit_key})
    if (auto k = crypto::Ed25519Key::load(*path); !k) fault(k.error().what);
  if (auto j = judge::Judge::load(c.policy, c.catalog); j)
    check_references(c, *j, r);
  else
    fault(j.error().what);

  const auto store_folder = std::filesystem::path(c.store).parent_path().string();
  for (const auto& path : {c.folder, store_folder, c.run})
    if (auto f = folder_fault(path)) {
      fault(std::move(*f));
      break;  // they are often one folder
    }
  std::set<std::string> key_folders;
  for (const auto& path : c.host_keys)
    key_folders.insert(std::filesystem::path(path).parent_path().string());
  for (const auto& path : {c.user_ca, c.audit_key})
    key_folders.insert(std::filesystem::path(path).parent_path().string());
  key_folders.erase(c.folder);
  for (const auto& path : key_folders)
    if (auto f = folder_fault(path)) fault(std::move(*f));
  for (const auto& path : {c.file, c.policy})
    if (auto f = file_fault(path)) fault(std::move(*f));
  struct stat st {};
  if (::stat(c.store.c_str(), &st) == 0 && (st.st_mode & 077) != 0)
    fault(c.store + ": others than its owner may read it (chmod 600)");

  struct stat folder {};
  const uid_t owner = ::stat(c.folder.c_str(), &folder) == 0 ? folder.st_uid : ::geteuid();
  for (auto& s : shared_accounts(c, owner)) {
    if (c.lab)
      r.warnings.push_back(std::move(s));
    else
      fault(fmt::format("{}: {} (or set lab = true, for a try-out only)", c.file, s));
  }
  return r;
}

}  // namespace hitl::setup
