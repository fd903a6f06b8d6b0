// SPDX-License-Identifier: Apache-2.0
#include "setup/init.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/encoding.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/visible.h"
#include "config/bastion_config.h"
#include "crypto/ed25519.h"
#include "setup/check.h"

namespace hitl::setup {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxKeyFile = 64 * 1024;

struct Party {
  std::string name;
  std::string unix;               // of an operator
  std::vector<std::string> keys;  // "TYPE BASE64 NAME"
};

struct TargetSpec {
  std::string name, account;
  config::Endpoint address;
  std::vector<std::string> host_keys;
};

Result<std::pair<std::string, std::string>> split_name(const std::string& text, const char* form) {
  const auto eq = text.find('=');
  std::pair<std::string, std::string> out(text.substr(0, eq),
                                          eq == std::string::npos ? "" : text.substr(eq + 1));
  if (!config::is_valid_name(out.first))
    return fail(Errc::Invalid, fmt::format("'{}': not of the form {} (names have a-z, 0-9, '.', "
                                           "'_' and '-')",
                                           visible_cut(text, 200), form));
  return out;
}

// All keys of a .pub file, each with the comment `name`.
Result<std::vector<std::string>> read_keys(const std::string& path, const std::string& name) {
  std::ifstream in(path);
  if (!in) return fail(Errc::NotFound, path + ": cannot be read");
  std::string text(kMaxKeyFile, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.find(" PRIVATE KEY-----") != std::string::npos)
    return fail(Errc::Invalid, path + ": is a private key (give its .pub file)");
  std::vector<std::string> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.find_first_not_of(" \t\r") == std::string::npos || line[0] == '#') continue;
    auto key = config::parse_public_key(line);
    if (!key) return fail(Errc::Invalid, path + ": " + key.error().what);
    out.push_back(fmt::format("{} {} {}", key->type, base64(key->blob), name));
  }
  if (out.empty()) return fail(Errc::Invalid, path + ": no public key in it");
  return out;
}

std::string user_of(uid_t uid) {
  const auto* entry = ::getpwuid(uid);
  return entry == nullptr ? "" : entry->pw_name;
}

Result<std::vector<Party>> agents_of(const InitOptions& o) {
  std::vector<Party> out;
  for (const auto& text : o.agents) {
    auto named = split_name(text, "NAME=PUBKEY_FILE");
    if (!named) return named.error();
    auto keys = read_keys(named->second, named->first);
    if (!keys) return keys.error();
    out.push_back({named->first, "", std::move(*keys)});
  }
  return out;
}

// An operator is the unix user of the same name; where there is none, the first
// such operator is the user who sets this up.
Result<std::vector<Party>> operators_of(const InitOptions& o) {
  const auto me = user_of(::geteuid());
  std::vector<Party> out;
  bool me_taken = false;
  for (const auto& text : o.operators) {
    auto named = split_name(text, "NAME or NAME=PUBKEY_FILE");
    if (!named) return named.error();
    Party p{named->first, "", {}};
    if (!named->second.empty()) {
      auto keys = read_keys(named->second, named->first);
      if (!keys) return keys.error();
      p.keys = std::move(*keys);
    }
    if (::getpwnam(p.name.c_str()) != nullptr)
      p.unix = p.name;
    else if (!me_taken && !me.empty())
      p.unix = me;
    else if (p.keys.empty())
      return fail(Errc::Invalid, fmt::format("operator '{}': no such user on this machine (give "
                                             "{}=PUBKEY_FILE)",
                                             p.name, p.name));
    me_taken = me_taken || p.unix == me;
    out.push_back(std::move(p));
  }
  if (out.empty() && config::is_valid_name(me)) out.push_back({me, me, {}});
  return out;
}

Result<std::vector<TargetSpec>> targets_of(const InitOptions& o) {
  if (o.targets.size() != o.host_keys.size())
    return fail(Errc::Invalid, fmt::format("{} targets and {} host keys: give --host-key "
                                           "PUBKEY_FILE once after each --target",
                                           o.targets.size(), o.host_keys.size()));
  std::vector<TargetSpec> out;
  for (std::size_t i = 0; i < o.targets.size(); ++i) {
    auto named = split_name(o.targets[i], "NAME=USER@HOST:PORT");
    if (!named) return named.error();
    const auto at = named->second.find('@');
    const auto account = named->second.substr(0, at);
    if (at == std::string::npos || account.empty())
      return fail(Errc::Invalid, fmt::format("'{}': not of the form NAME=USER@HOST:PORT",
                                             visible_cut(o.targets[i], 200)));
    auto address = config::parse_endpoint(named->second.substr(at + 1));
    if (!address) return address.error();
    auto keys = read_keys(o.host_keys[i], named->first);
    if (!keys) return keys.error();
    out.push_back({named->first, account, std::move(*address), std::move(*keys)});
  }
  return out;
}

// A TOML basic string.
std::string toml(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    else
      out += c;
  }
  return out + '"';
}

std::string toml(const std::vector<std::string>& list) {
  std::string out = "[";
  for (std::size_t i = 0; i < list.size(); ++i) out += (i > 0 ? ", " : "") + toml(list[i]);
  return out + "]";
}

std::string configuration(const InitOptions& o, const std::vector<Party>& agents,
                          const std::vector<Party>& operators,
                          const std::vector<TargetSpec>& targets, bool lab) {
  std::string out = fmt::format(
      "# hitl-bastion; relative paths are relative to this file.\n"
      "# Check it with: hitl-bastiond check --config FILE\n"
      "listen = [{}]\n"
      "store  = \"hitl.db\"\n"
      "run    = \"run\"\n"
      "policy = \"policy.toml\"\n",
      toml(o.listen));
  if (lab)
    out +=
        "\n# Some account here can act as another (hitl-bastiond check says which).  For a "
        "try-out\n"
        "# only: take this away and give each its own before anything depends on it.\n"
        "lab = true\n";
  out +=
      "\n[keys]\n"
      "host    = [\"keys/host_ed25519\"]\n"
      "user_ca = \"keys/user_ca\"\n"
      "audit   = \"keys/audit_ed25519\"\n";
  std::vector<std::string> names;
  for (const auto& t : targets) names.push_back(t.name);
  for (const auto& a : agents)
    out += fmt::format("\n[agents.{}]\nkeys    = {}\ngroups  = [\"agents\"]\ntargets = {}\n",
                       toml(a.name), toml(a.keys), toml(names));
  for (const auto& p : operators) {
    out += fmt::format("\n[operators.{}]\n", toml(p.name));
    if (!p.unix.empty()) out += fmt::format("unix   = {}\n", toml(p.unix));
    if (!p.keys.empty()) out += fmt::format("keys   = {}\n", toml(p.keys));
    out += "groups = [\"oncall\"]\nroles  = [\"operator\", \"auditor\", \"admin\"]\n";
  }
  for (const auto& t : targets)
    out += fmt::format("\n[targets.{}]\naddress   = {}\naccount   = {}\nhost_keys = {}\n",
                       toml(t.name), toml(config::to_string(t.address)), toml(t.account),
                       toml(t.host_keys));
  return out;
}

Status write_file(const fs::path& path, std::string_view text, mode_t mode) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!fd) return fail_errno(path.string());
  if (::fchmod(fd.get(), mode) != 0) return fail_errno(path.string());  // whatever the umask
  while (!text.empty()) {
    const auto n = ::write(fd.get(), text.data(), text.size());
    if (n <= 0) return fail_errno(path.string());
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  if (::fsync(fd.get()) != 0) return fail_errno(path.string());
  return Ok{};
}

Status make_folder(const fs::path& path, mode_t mode) {
  // One that another user made stays in that user's hands, with all that is in it.
  const auto is_ours = [&] {
    struct stat st {};
    return ::lstat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == ::geteuid() &&
           fs::is_empty(path);
  };
  if (::mkdir(path.c_str(), mode) != 0 && !(errno == EEXIST && is_ours()))
    return errno == EEXIST ? fail(Errc::Denied, path.string() +
                                                    ": exists already, and nothing is overwritten "
                                                    "(name another folder)")
                           : fail_errno(path.string());
  if (::chmod(path.c_str(), mode) != 0) return fail_errno(path.string());
  return Ok{};
}

Result<std::string> read_shipped_policy() {
  const auto path = config::shipped("policy.toml");
  std::ifstream in(path);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf()))
    return fail(Errc::NotFound, path + ": the shipped policy is missing (make install)");
  return text.str();
}

Status write_keys(const fs::path& dir, std::string& user_ca, std::string& host_key) {
  for (const auto& [name, comment, pub] :
       {std::tuple("host_ed25519", "hitl-bastion host key", &host_key),
        std::tuple("user_ca", "hitl-bastion user CA", &user_ca),
        std::tuple("audit_ed25519", "hitl-bastion audit key",
                   static_cast<std::string*>(nullptr))}) {
    const auto key = crypto::Ed25519Key::generate();
    if (auto s = write_file(dir / name, key.private_file(comment), 0600); !s) return s;
    const auto line = key.public_line(comment);
    if (auto s = write_file(dir / (std::string(name) + ".pub"), line, 0644); !s) return s;
    if (pub != nullptr) *pub = line;
  }
  return Ok{};
}

std::string left_to_do(const fs::path& dir, const std::vector<Party>& agents,
                       const std::vector<Party>& operators, const std::vector<TargetSpec>& targets,
                       const InitOptions& o, const std::string& user_ca,
                       const std::string& host_key, bool lab) {
  std::string out = fmt::format("{}: written\n", dir.string());
  for (const auto& p : operators)
    if (!p.unix.empty() && p.unix != p.name)
      out += fmt::format("\nOperator {} is the user {} of this machine.\n", p.name, p.unix);
  if (lab)
    out +=
        "\nlab = true was written, because an account here can act as another: good for a "
        "try-out,\n"
        "for nothing else.  hitl-bastiond check says which.\n";
  for (const auto& t : targets)
    out += fmt::format(
        "\nOn {} ({}), once, so that its sshd takes certificates of this bastion for {}:\n"
        "    put this line into /etc/ssh/hitl_user_ca.pub\n"
        "        {}"
        "    add this line to /etc/ssh/sshd_config, and reload sshd\n"
        "        TrustedUserCAKeys /etc/ssh/hitl_user_ca.pub\n",
        t.name, config::to_string(t.address), t.account, user_ca);
  if (targets.empty())
    out +=
        fmt::format("\nNo target yet: add [targets.NAME] to {}\n", (dir / "bastion.toml").string());
  if (agents.empty())
    out +=
        fmt::format("\nNo agent yet: add [agents.NAME] to {}\n", (dir / "bastion.toml").string());
  out += fmt::format("\nStart it:   hitl-bastiond --config {}\n", (dir / "bastion.toml").string());
  out +=
      fmt::format("Approve:    hitl-console --socket {}\n", (dir / "run/operator.sock").string());
  const auto at = config::parse_endpoint(o.listen);
  if (at && !agents.empty() && !targets.empty())
    out += fmt::format("Agents:     ssh -p {} {}+{}@{} COMMAND\n", at->port, agents[0].name,
                       targets[0].name, at->host);
  auto known = host_key.substr(0, host_key.find(' ', host_key.find(' ') + 1));
  if (at) out += fmt::format("            known_hosts: [{}]:{} {}\n", at->host, at->port, known);
  return out;
}

}  // namespace

Result<std::string> init(const InitOptions& o) {
  if (auto e = config::parse_endpoint(o.listen); !e) return fail(Errc::Invalid, e.error().what);
  auto agents = agents_of(o);
  if (!agents) return agents.error();
  auto operators = operators_of(o);
  if (!operators) return operators.error();
  auto targets = targets_of(o);
  if (!targets) return targets.error();
  auto policy = read_shipped_policy();
  if (!policy) return policy.error();

  const fs::path dir = fs::absolute(o.folder).lexically_normal();
  // An operator who is another user must reach the socket; what is private has
  // modes of its own.
  bool others = false;
  for (const auto& p : *operators) {
    const auto* entry = p.unix.empty() ? nullptr : ::getpwnam(p.unix.c_str());
    others = others || (entry != nullptr && entry->pw_uid != ::geteuid());
  }
  const mode_t open_mode = others ? 0711 : 0700;
  std::string user_ca, host_key;
  if (auto s = make_folder(dir, open_mode); !s) return s.error();
  if (auto s = make_folder(dir / "keys", 0700); !s) return s.error();
  if (auto s = make_folder(dir / "run", open_mode); !s) return s.error();
  if (auto s = write_keys(dir / "keys", user_ca, host_key); !s) return s.error();
  if (auto s = write_file(dir / "policy.toml", *policy, 0600); !s) return s.error();
  // Empty: the broker makes a store of it when it first starts.
  if (auto s = write_file(dir / "hitl.db", "", 0600); !s) return s.error();

  // Whether accounts are shared is asked of the configuration itself.
  config::BastionConfig c;
  for (const auto& t : *targets) {
    c.targets[t.name].address = t.address;
    c.targets[t.name].account = t.account;
  }
  for (const auto& a : *agents)
    for (const auto& t : *targets) c.agents[a.name].targets.push_back(t.name);
  for (const auto& p : *operators) c.operators[p.name].unix = p.unix;
  const bool lab = !shared_accounts(c, ::geteuid()).empty();
  if (auto s = write_file(dir / "bastion.toml",
                          configuration(o, *agents, *operators, *targets, lab), 0600);
      !s)
    return s.error();
  return left_to_do(dir, *agents, *operators, *targets, o, user_ca, host_key, lab);
}

}  // namespace hitl::setup
