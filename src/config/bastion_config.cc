// SPDX-License-Identifier: Apache-2.0
#include "config/bastion_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/log.h"
#include "base/visible.h"
#include "config/mask_rules.h"
#include "config/toml.h"
#include "hitl/limits.h"

namespace hitl::config {
namespace {

constexpr std::string_view kEvents[] = {
    "*",       "held",      "approved",  "denied",  "proposed", "broke-glass", "reviewed",
    "expired", "escalated", "cancelled", "started", "ended",    "left",        "paused",
    "resumed", "killed",    "revoked",   "failed",  "unknown"};

constexpr std::string_view kOutcomes[] = {"nothing", "allowed", "held", "denied"};

namespace fs = std::filesystem;

constexpr std::string_view kTag = "tag:";
constexpr std::size_t kMostOfPerson = 64;  // keys; groups

// Reads one file into one BastionConfig; the faults stay in the file.
class Reader {
 public:
  Reader(File& file, const std::string& path) : root_(file.root()) {
    c_.file = fs::absolute(path).lexically_normal();
    c_.folder = fs::path(c_.file).parent_path();
  }

  BastionConfig read() {
    main_keys();
    key_files();
    hold();
    limits();
    for (auto& [name, t] : root_.named("targets")) target(name, t);
    for (auto& [name, t] : root_.named("operators")) person(name, t);
    for (auto& [name, t] : root_.named("agents")) agent(name, t);
    for (auto& [name, t] : root_.named("notify")) notification(name, t);
    events();
    audit();
    retention();
    c_.mask = read_mask(root_, c_.folder);
    mask_names();
    root_.done();
    return std::move(c_);
  }

 private:
  std::string absolute(const std::string& path) const {
    return (fs::path(c_.folder) / path).lexically_normal();
  }

  void main_keys() {
    const auto listen =
        root_.strings("listen").value_or(std::vector<std::string>{"127.0.0.1:2222"});
    for (std::size_t i = 0; i < listen.size(); ++i) {
      auto e = parse_endpoint(listen[i]);
      if (e)
        c_.listen.push_back(std::move(*e));
      else
        root_.fault("listen", i, e.error().what);
    }
    if (listen.empty()) root_.fault("listen", "no address to listen on");
    c_.store = absolute(root_.string("store").value_or("hitl.db"));
    c_.run = absolute(root_.string("run").value_or("run"));
    c_.policy = absolute(root_.string("policy").value_or("policy.toml"));
    if (const auto dirs = root_.strings("catalog"))
      for (const auto& d : *dirs) c_.catalog.push_back(absolute(d));
    else
      c_.catalog = {shipped("catalog.d")};
    c_.lab = root_.boolean("lab").value_or(false);
    c_.drain = root_.duration("drain").value_or(c_.drain);
  }

  void key_files() {
    auto keys = root_.table("keys");
    auto host = std::vector<std::string>{"keys/host_ed25519"};
    std::string user_ca = "keys/user_ca", audit = "keys/audit_ed25519";
    if (keys) {
      host = keys->strings("host").value_or(host);
      user_ca = keys->string("user_ca").value_or(user_ca);
      audit = keys->string("audit").value_or(audit);
      if (host.empty() || host.size() > 4) keys->fault("host", "give one to four host key files");
      keys->done();
    }
    for (const auto& h : host) c_.host_keys.push_back(absolute(h));
    c_.user_ca = absolute(user_ca);
    c_.audit_key = absolute(audit);
  }

  void hold() {
    auto t = root_.table("hold");
    if (!t) return;
    c_.wait_exec = t->duration("wait_exec").value_or(c_.wait_exec);
    c_.wait_shell = t->duration("wait_shell").value_or(c_.wait_shell);
    c_.grant = t->duration("grant").value_or(c_.grant);
    t->done();
  }

  void limits() {
    auto t = root_.table("limits");
    if (!t) return;
    const auto number = [&](const char* key, std::uint32_t& v) {
      if (const auto n = t->integer(key, 1, 100'000)) v = static_cast<std::uint32_t>(*n);
    };
    number("connections", c_.limits.connections);
    number("pending", c_.limits.pending);
    if (const auto n = t->integer("output_mib", 1, 1 << 20))
      c_.limits.output = static_cast<std::uint64_t>(*n) << 20;
    t->done();
  }

  void notification(const std::string& name, Table& t) {
    check_name(t, name);
    Notification n;
    n.command = t.strings("command").value_or(std::vector<std::string>{});
    n.webhook = t.string("webhook").value_or("");
    if (n.command.empty() == n.webhook.empty())
      t.fault("", "give a command or a webhook, one of them");
    if (!n.command.empty() && !n.command[0].starts_with('/'))
      t.fault("command", 0, "the program is named by its whole path");
    if (!n.webhook.empty() && !n.webhook.starts_with("https://") &&
        !n.webhook.starts_with("http://"))
      t.fault("webhook", "a webhook is an https:// or http:// address");
    if (const auto file = t.string("secret_file")) {
      n.secret_file = absolute(*file);
      if (n.webhook.empty()) t.fault("secret_file", "only a webhook is signed");
    }
    n.events = t.strings("events").value_or(std::vector<std::string>{});
    for (std::size_t i = 0; i < n.events.size(); ++i)
      if (std::ranges::find(kEvents, n.events[i]) == std::end(kEvents))
        t.fault("events", i, fmt::format("no such event (there are {})", fmt::join(kEvents, ", ")));
    t.done();
    c_.notifications.emplace(name, std::move(n));
  }

  void events() {
    auto t = root_.table("events");
    if (!t) return;
    if (const auto file = t->string("file")) c_.events_file = absolute(*file);
    c_.events_journal = t->boolean("journal").value_or(false);
    t->done();
  }

  void audit() {
    c_.checkpoints = (fs::path(c_.store).parent_path() / "audit.log").lexically_normal();
    auto t = root_.table("audit");
    if (!t) return;
    if (const auto file = t->string("checkpoints")) c_.checkpoints = absolute(*file);
    c_.checkpoint_interval = t->duration("interval").value_or(c_.checkpoint_interval);
    t->done();
  }

  void retention() {
    auto t = root_.table("retention");
    if (!t) return;
    c_.retention_interval = t->duration("every").value_or(c_.retention_interval);
    for (auto& r : t->tables("rule")) {
      RetentionRule rule;
      rule.name = r.string("name").value_or("");
      if (rule.name.empty() || rule.name.size() > kMaxName || has_hidden(rule.name))
        r.fault("name", "a rule has a name: each tombstone bears it");
      rule.targets = r.strings("targets").value_or(rule.targets);
      for (std::size_t i = 0; i < rule.targets.size(); ++i)
        if (!rule.targets[i].starts_with(kTag) && !c_.targets.contains(rule.targets[i]))
          r.fault("targets", i, fmt::format("no target '{}'", visible_cut(rule.targets[i], 64)));
      rule.outcomes = r.strings("outcomes").value_or(rule.outcomes);
      for (std::size_t i = 0; i < rule.outcomes.size(); ++i)
        if (std::ranges::find(kOutcomes, rule.outcomes[i]) == std::end(kOutcomes))
          r.fault("outcomes", i,
                  fmt::format("no such outcome (there are {})", fmt::join(kOutcomes, ", ")));
      if (const auto keep = r.duration("keep"))
        rule.keep = *keep;
      else if (!r.has("keep"))
        r.fault("", "keep is missing: how long after its end a session stays");
      r.done();
      c_.retention.push_back(std::move(rule));
    }
    t->done();
  }

  // A rule that names nobody masks nothing.
  void mask_names() {
    const auto known = [](const std::string& name, std::string_view prefix, const auto& all,
                          auto groups) {
      if (name == "*" || all.contains(name)) return true;
      return name.starts_with(prefix) && std::ranges::any_of(all, [&](const auto& one) {
               const auto& list = one.second.*groups;
               return std::ranges::find(list, name.substr(prefix.size())) != list.end();
             });
    };
    auto section = root_.table("mask");
    auto rules = section ? section->tables("rule") : std::vector<Table>{};
    for (std::size_t i = 0; i < rules.size() && i < c_.mask.size(); ++i) {
      for (std::size_t k = 0; k < c_.mask[i].targets.size(); ++k)
        if (!known(c_.mask[i].targets[k], kTag, c_.targets, &Target::tags))
          rules[i].fault("targets", k, "no such target, and no target has such a tag");
      for (std::size_t k = 0; k < c_.mask[i].agents.size(); ++k)
        if (!known(c_.mask[i].agents[k], "group:", c_.agents, &Agent::groups))
          rules[i].fault("agents", k, "no such agent, and no agent is in such a group");
    }
  }

  void check_name(Table& t, const std::string& name) {
    if (!is_valid_name(name))
      t.fault("", "a name has 1 to 64 characters of a-z, 0-9, '.', '_' and '-'");
  }

  std::vector<std::string> names(Table& t, const char* key) {
    const auto list = t.strings(key).value_or(std::vector<std::string>{});
    for (std::size_t i = 0; i < list.size(); ++i)
      if (!is_valid_name(list[i]))
        t.fault(key, i, "a name has 1 to 64 characters of a-z, 0-9, '.', '_' and '-'");
    return list;
  }

  std::vector<PublicKey> keys(Table& t, const char* key) {
    std::vector<PublicKey> out;
    const auto lines = t.strings(key).value_or(std::vector<std::string>{});
    for (std::size_t i = 0; i < lines.size(); ++i) {
      auto k = parse_public_key(lines[i]);
      if (k)
        out.push_back(std::move(*k));
      else
        t.fault(key, i, k.error().what);
    }
    return out;
  }

  // A file of key lines, blank ones and comments apart.
  void keys_file(Table& t, std::vector<PublicKey>& out) {
    const auto name = t.string("keys_file");
    if (!name) return;
    std::ifstream in(absolute(*name));
    if (!in) return t.fault("keys_file", absolute(*name) + ": cannot be read");
    std::string line;
    for (int n = 1; std::getline(in, line); ++n) {
      const auto begin = line.find_first_not_of(" \t\r");
      if (begin == std::string::npos || line[begin] == '#') continue;
      auto k = parse_public_key(line);
      if (k)
        out.push_back(std::move(*k));
      else
        t.fault("keys_file", fmt::format("{}:{}: {}", absolute(*name), n, k.error().what));
    }
  }

  void target(const std::string& name, Table& t) {
    check_name(t, name);
    Target out;
    if (const auto a = t.string("address")) {
      auto e = parse_endpoint(*a);
      if (e)
        out.address = std::move(*e);
      else
        t.fault("address", e.error().what);
    } else if (!t.has("address")) {
      t.fault("", "address is missing (\"HOST:PORT\")");
    }
    out.account = t.string("account").value_or("");
    if (out.account.empty() || out.account.size() > kMaxName || has_hidden(out.account))
      t.fault("account", "account is missing: the user on the target that commands run as");
    out.host_keys = keys(t, "host_keys");
    if (out.host_keys.size() > 16) t.fault("host_keys", "more than 16 host keys");
    if (out.host_keys.empty())
      t.fault("host_keys", "no host key is pinned (ssh-keyscan, and compare it with the target's)");
    out.tags = names(t, "tags");
    out.shell = t.string("shell").value_or(out.shell);
    out.carried_sessions = t.word("sessions", {"kept", "carried"}).value_or("kept") == "carried";
    t.done();
    c_.targets.emplace(name, std::move(out));
  }

  void person(const std::string& name, Table& t) {
    check_name(t, name);
    Operator out;
    out.unix = t.string("unix").value_or("");
    out.keys = keys(t, "keys");
    out.groups = names(t, "groups");
    out.roles = t.strings("roles").value_or(std::vector<std::string>{"operator"});
    for (std::size_t i = 0; i < out.roles.size(); ++i)
      if (out.roles[i] != "operator" && out.roles[i] != "auditor" && out.roles[i] != "admin")
        t.fault("roles", i, "a role is one of operator, auditor, admin");
    if (out.unix.empty() && out.keys.empty())
      t.fault("", "this operator can never be recognised (give unix = \"USER\" or keys)");
    for (const auto& [other, o] : c_.operators)
      if (!out.unix.empty() && o.unix == out.unix)
        t.fault("unix", fmt::format("operator '{}' has the same unix user", other));
    // A quorum counts people: whoever holds the key would be two of them.
    for (const auto& [other, o] : c_.operators)
      if (share_a_key(o.keys, out.keys))
        t.fault("keys", fmt::format("operator '{}' has the same key", other));
    // All of it is in one message to their console.
    if (out.keys.size() > kMostOfPerson || out.groups.size() > kMostOfPerson ||
        out.roles.size() > 3)
      t.fault("", fmt::format("more than {} keys or groups, or 3 roles", kMostOfPerson));
    t.done();
    c_.operators.emplace(name, std::move(out));
  }

  void agent(const std::string& name, Table& t) {
    check_name(t, name);
    Agent out;
    out.keys = keys(t, "keys");
    keys_file(t, out.keys);
    if (out.keys.empty()) t.fault("", "an agent without a key can never log in (keys, keys_file)");
    for (const auto& k : out.keys)
      for (const auto& [other, a] : c_.agents)
        if (std::ranges::any_of(a.keys, [&](const auto& o) { return o.blob == k.blob; }))
          t.fault("keys", fmt::format("agent '{}' has the same key", other));
    // An agent that holds an operator's key decides on its own requests.
    for (const auto& [other, o] : c_.operators)
      if (share_a_key(o.keys, out.keys))
        t.fault("keys", fmt::format("operator '{}' has the same key", other));
    out.groups = names(t, "groups");
    out.owner = t.string("owner").value_or("");
    if (!out.owner.empty() && !c_.operators.contains(out.owner))
      t.fault("owner", fmt::format("no operator '{}'", visible_cut(out.owner, 64)));
    out.targets = t.strings("targets").value_or(std::vector<std::string>{});
    for (std::size_t i = 0; i < out.targets.size(); ++i) {
      const auto& n = out.targets[i];
      if (!n.starts_with(kTag) && !c_.targets.contains(n))
        t.fault("targets", i, fmt::format("no target '{}'", visible_cut(n, 64)));
    }
    t.done();
    c_.agents.emplace(name, std::move(out));
  }

  static bool share_a_key(const std::vector<PublicKey>& a, const std::vector<PublicKey>& b) {
    return std::ranges::any_of(a, [&](const auto& k) {
      return std::ranges::find(b, k.blob, &PublicKey::blob) != b.end();
    });
  }

  Table root_;
  BastionConfig c_;
};

}  // namespace

bool is_valid_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxName && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

Result<Endpoint> parse_endpoint(std::string_view text) {
  const auto wrong = [&] {
    return fail(Errc::Invalid,
                fmt::format("'{}' is not HOST:PORT or [ADDRESS]:PORT", visible_cut(text, 80)));
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong();
  auto host = text.substr(0, colon);
  const auto digits = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos)
    return wrong();
  Endpoint e{std::string(host), 0};
  const auto r = std::from_chars(digits.data(), digits.data() + digits.size(), e.port);
  if (host.empty() || host.size() > 255 || r.ec != std::errc() ||
      r.ptr != digits.data() + digits.size())
    return wrong();
  return e;
}

std::string to_string(const Endpoint& e) {
  const bool v6 = e.host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", v6 ? "[" : "", e.host, v6 ? "]" : "", e.port);
}

std::vector<std::string> BastionConfig::targets_of(const Agent& agent) const {
  std::vector<std::string> out;
  for (const auto& [name, t] : targets) {
    const bool permitted = std::ranges::any_of(agent.targets, [&](const std::string& p) {
      return p == name || (p.starts_with(kTag) &&
                           std::ranges::find(t.tags, p.substr(kTag.size())) != t.tags.end());
    });
    if (permitted) out.push_back(name);
  }
  return out;
}

Result<BastionConfig> read_config(const std::string& path) {
  auto file = File::read(path);
  if (!file) return file.error();
  auto config = Reader(*file, path).read();
  if (file->faults().empty()) return config;
  std::string all;
  for (const auto& f : file->faults()) all += (all.empty() ? "" : "\n") + f;
  return fail(Errc::Invalid, std::move(all));
}

std::string shipped(std::string_view name) {
  std::error_code ec;
  const auto self = fs::read_symlink("/proc/self/exe", ec);
  const auto source = fs::path(HITL_SOURCE_DIR);
  // A program that runs from its build folder uses the tree that it was built from.
  if (!ec && self.string().starts_with(source.string() + "/build") &&
      fs::exists(source / "etc" / name, ec))
    return source / "etc" / name;
  // Installed: PREFIX/bin, PREFIX/sbin or PREFIX/libexec/hitl.
  for (const auto& prefix :
       {self.parent_path().parent_path(), self.parent_path().parent_path().parent_path()})
    if (!ec && fs::exists(prefix / "share/hitl" / name, ec)) return prefix / "share/hitl" / name;
  return fs::path(HITL_PREFIX) / "share/hitl" / name;
}

}  // namespace hitl::config
