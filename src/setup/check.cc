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
#include "mask/table.h"

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

namespace {

using Reference = judge::Judge::Reference;

bool in(const std::vector<std::string>& list, std::string_view name) {
  return std::ranges::find(list, name) != list.end();
}

bool may_decide(const config::Operator& o, const std::string& group) {
  return (group.empty() || in(o.groups, group)) &&
         (in(o.roles, "operator") || in(o.roles, "admin"));
}

bool can_prove(const config::Operator& o, Proof proof) {
  return proof == Proof::Peer || std::ranges::any_of(o.keys, [&](const config::PublicKey& k) {
           return proof == Proof::Signature || k.type.starts_with("sk-");
         });
}

// Gives place `i` to one of `people`, moving those who have another if need be.
bool seat(std::size_t i, const std::vector<std::vector<std::size_t>>& fitting,
          std::vector<std::optional<std::size_t>>& seats, std::vector<bool>& tried) {
  for (const auto person : fitting[i]) {
    if (tried[person]) continue;
    tried[person] = true;
    if (!seats[person] || seat(*seats[person], fitting, seats, tried)) {
      seats[person] = i;
      return true;
    }
  }
  return false;
}

// How many of the approvals distinct people could give, all operators but one.
std::size_t can_give(const config::BastionConfig& c, const Hold& hold, const std::string& but) {
  std::vector<std::vector<std::size_t>> fitting;
  for (const auto& step : hold.approvers)
    for (std::uint32_t n = 0; n < step.count; ++n) {
      auto& people = fitting.emplace_back();
      std::size_t person = 0;
      for (const auto& [name, o] : c.operators) {
        if (name != but && may_decide(o, step.group) && can_prove(o, hold.proof))
          people.push_back(person);
        ++person;
      }
    }
  std::vector<std::optional<std::size_t>> seats(c.operators.size());
  std::size_t given = 0;
  for (std::size_t i = 0; i < fitting.size(); ++i) {
    std::vector<bool> tried(c.operators.size());
    given += seat(i, fitting, seats, tried) ? 1 : 0;
  }
  return given;
}

std::string chain_of(const Hold& hold) {
  std::string out;
  for (const auto& s : hold.approvers)
    out += fmt::format("{}{}{}", out.empty() ? "" : ", then ", s.count,
                       s.group.empty() ? "" : fmt::format(" of the group '{}'", s.group));
  return out;
}

// Empty where its requests can be approved.
std::string hold_fault(const config::BastionConfig& c, const Reference& ref) {
  const auto needs = ref.hold.approvals();
  if (const auto have = can_give(c, ref.hold, ""); have < needs)
    return fmt::format(
        "{}: needs {} approvers ({}; proof: {}), and distinct people can give {}: nothing that it "
        "holds "
        "can be approved",
        ref.place, needs, chain_of(ref.hold), name_of(ref.hold.proof), have);
  for (const auto& [name, agent] : c.agents) {
    const bool concerned = in(ref.agents, "*") || in(ref.agents, name) ||
                           std::ranges::any_of(agent.groups, [&](const auto& g) {
                             return in(ref.agents, "group:" + g);
                           });
    if (concerned && !agent.owner.empty() && can_give(c, ref.hold, agent.owner) < needs)
      return fmt::format(
          "{}: without '{}', who owns the agent '{}' and does not count, nobody can give all "
          "approvals ({}) for it",
          ref.place, agent.owner, name, chain_of(ref.hold));
  }
  return "";
}

}  // namespace

// What the rules name and the configuration does not have.
void check_references(const config::BastionConfig& c, const judge::Judge& judge, Report& r) {
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
  const auto fault_of = [&](const Reference& ref) -> std::string {
    switch (ref.kind) {
      case Reference::Kind::Agent:
        return ref.name == "*" || agent_exists(ref.name)
                   ? ""
                   : fmt::format("{}: no agent is '{}'", ref.place, ref.name);
      case Reference::Kind::Target:
        return ref.name == "*" || target_exists(ref.name)
                   ? ""
                   : fmt::format("{}: no target is '{}'", ref.place, ref.name);
      case Reference::Kind::Approvers:
        return hold_fault(c, ref);
      case Reference::Kind::Escalation:
        return std::ranges::any_of(c.operators,
                                   [&](const auto& o) { return may_decide(o.second, ref.name); })
                   ? ""
                   : fmt::format("{}: escalates to the group '{}', in which nobody may decide",
                                 ref.place, ref.name);
      case Reference::Kind::Notification:
        return c.notifications.contains(ref.name)
                   ? ""
                   : fmt::format("{}: notifies '{}', and there is no [notify.{}]", ref.place,
                                 ref.name, ref.name);
    }
    return "";
  };
  for (const auto& ref : judge.references()) {
    auto text = fault_of(ref);
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
  for (const auto& m : c.mask)
    if (auto s = mask::Table::check(m); !s)
      fault(fmt::format("{}: {}: {}", m.place, m.name, s.error().what));

  const auto store_folder = std::filesystem::path(c.store).parent_path().string();
  const auto checkpoints_folder = std::filesystem::path(c.checkpoints).parent_path().string();
  for (const auto& path : {c.folder, store_folder, checkpoints_folder, c.run})
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
