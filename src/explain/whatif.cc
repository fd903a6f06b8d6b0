// SPDX-License-Identifier: Apache-2.0
#include "explain/whatif.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <tuple>

#include "base/visible.h"
#include "shell/memory.h"

namespace hitl::explain {
namespace {

using judge::Judgement;
using store::CommandRow;

constexpr std::size_t kAllSessions = 100'000'000;
// Where no session is: what is judged otherwise from there depends on the folder.
constexpr const char* kElsewhere = "/nowhere/at/all";

judge::Question question_of(const store::SessionRow& session, const CommandRow& row,
                            const config::BastionConfig& config) {
  judge::Question q;
  q.agent = session.agent;
  q.target = session.target;
  if (const auto a = config.agents.find(session.agent); a != config.agents.end())
    q.groups = a->second.groups;
  if (const auto t = config.targets.find(session.target); t != config.targets.end())
    q.tags = t->second.tags;
  q.command = RawText(row.submitted);
  for (const auto& variable : row.environment) {
    const auto equals = std::min(variable.find('='), variable.size());
    q.environment.emplace_back(variable.substr(0, equals),
                               variable.substr(std::min(equals + 1, variable.size())));
  }
  q.terminal = row.input_role == name_of(InputRole::Raw);
  q.at = row.submitted_at;
  return q;
}

bool same(const Judgement& a, const Judgement& b) {
  return a.verdict == b.verdict && a.rule == b.rule && a.effects == b.effects &&
         std::ranges::equal(a.findings, b.findings, [](const auto& x, const auto& y) {
           return x.reason == y.reason && x.path == y.path;
         });
}

// It does now what it was recorded to do.
bool as_recorded(const Judgement& j, const CommandRow& row) {
  const auto canonical = j.canonical ? std::optional(j.canonical->bytes()) : std::nullopt;
  return canonical == row.canonical && j.effects == row.effects;
}

// A shell has a row of its own, with words in place of a command.
bool opens_shell(const CommandRow& row) {
  return !row.canonical && row.opaque_reason.empty() && row.effects.empty();
}

class Past {
 public:
  Past(const judge::Judge& judge, const config::BastionConfig& config, WallMs since)
      : judge_(judge), config_(config), since_(since) {}

  void session(const store::SessionRow& session, const std::vector<CommandRow>& rows) {
    const bool known =
        config_.agents.contains(session.agent) && config_.targets.contains(session.target);
    std::optional<shell::Memory> memory;  // of its shell, while there is one
    std::optional<WallMs> shell_ended;
    for (const auto& row : rows) {
      if (row.policy_sha256.empty()) continue;  // refused before it was judged
      if (shell_ended && row.submitted_at > *shell_ended) memory.reset();
      auto q = question_of(session, row, config_);
      if (opens_shell(row)) {
        if (row.started_at) memory.emplace(), shell_ended = row.ended_at;
        if (row.submitted_at >= since_) shell(session, row, q, known);
        continue;
      }
      if (memory) q.session = &*memory;
      const auto now = judge_.judge(q);
      bool uncertain = !known || !as_recorded(now, row);
      if (memory) {
        q.cwd = kElsewhere;
        uncertain |= !same(now, judge_.judge(q));
        if (row.started_at && now.tree)
          memory->learn(*now.tree, row.exit_status.value_or(255) < 128);
      }
      if (row.submitted_at < since_) continue;
      ++result_.commands;
      result_.uncertain += uncertain ? 1 : 0;
      if (name_of(now.verdict) == row.decision) continue;
      ++result_.changed;
      add({session.agent, session.target, row.submitted, row.decision, row.rule, now.verdict,
           now.rule, now.summary, now.shadow, uncertain, 1, row.submitted_at});
    }
  }

  WhatIf result() && {
    for (auto& [key, change] : changes_) result_.changes.push_back(std::move(change));
    std::ranges::stable_sort(result_.changes, std::ranges::greater{}, &Change::count);
    return std::move(result_);
  }

 private:
  void shell(const store::SessionRow& session, const CommandRow& row, const judge::Question& q,
             bool known) {
    ++result_.commands;
    result_.uncertain += known ? 0 : 1;
    const auto denial = judge_.denied_shell(q);
    if (denial.has_value() == (row.decision == name_of(Verdict::Deny))) return;
    ++result_.changed;
    add({session.agent, session.target, row.submitted, row.decision, row.rule,
         denial ? Verdict::Deny : Verdict::Allow, denial ? denial->rule : "shell session",
         row.summary, false, !known, 1, row.submitted_at});
  }

  void add(Change change) {
    const auto [at, is_new] =
        changes_.try_emplace(Key{change.agent, change.target, change.command, change.was,
                                 change.was_rule, change.now, change.now_rule, change.uncertain},
                             change);
    if (is_new) return;
    ++at->second.count;
    at->second.last_at = std::max(at->second.last_at, change.last_at);
  }

  using Key = std::tuple<std::string, std::string, std::string, std::string, std::string, Verdict,
                         std::string, bool>;
  const judge::Judge& judge_;
  const config::BastionConfig& config_;
  WallMs since_;
  std::map<Key, Change> changes_;
  WhatIf result_;
};

}  // namespace

Result<WhatIf> what_if(const judge::Judge& judge, const config::BastionConfig& config,
                       store::Store& store, WallMs since) {
  Past past(judge, config, since);
  // Not those begun since: a connection may be older than its commands.
  store::SessionFilter filter;
  filter.limit = kAllSessions;
  auto sessions = store.sessions(filter);
  if (!sessions) return sessions.error();
  for (const auto& s : *sessions) {
    if (s.session.ended_at && *s.session.ended_at < since) continue;
    auto rows = store.commands(s.session.id);
    if (!rows) return rows.error();
    past.session(s.session, *rows);
  }
  return std::move(past).result();
}

void print(const WhatIf& result, bool json, std::ostream& out) {
  for (const auto& c : result.changes) {
    if (json) {
      nlohmann::ordered_json o;
      o["agent"] = c.agent, o["target"] = c.target, o["command"] = c.command;
      o["was"] = c.was, o["was_rule"] = c.was_rule;
      o["now"] = name_of(c.now), o["now_rule"] = c.now_rule;
      o["shadow"] = c.shadow, o["uncertain"] = c.uncertain;
      o["count"] = c.count, o["last_at"] = rfc3339(c.last_at), o["summary"] = c.summary;
      out << o.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
      continue;
    }
    out << c.count << "x  " << visible(c.was).str() << " -> " << name_of(c.now)
        << (c.shadow ? " (shadow)" : "") << (c.uncertain ? ", uncertain" : "") << "  "
        << visible(c.agent).str() << " on " << visible(c.target).str() << "  \""
        << visible(c.was_rule).str() << "\" -> \"" << visible(c.now_rule).str() << "\"\n    "
        << visible(c.command).str() << "\n";
  }
  if (json) return;
  out << result.commands << " commands, " << result.changed << " would be decided otherwise";
  if (result.uncertain > 0)
    out << "; of " << result.uncertain
        << " the record does not hold all that it takes to judge them";
  out << "\n";
}

}  // namespace hitl::explain
