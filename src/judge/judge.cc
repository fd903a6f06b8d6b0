// SPDX-License-Identifier: Apache-2.0
#include "judge/judge.h"

#include <time.h>

#include <algorithm>

#include "base/encoding.h"
#include "catalog/catalog.h"
#include "catalog/pattern.h"
#include "classify/classifier.h"
#include "config/toml.h"
#include "crypto/digest.h"
#include "judge/environment.h"
#include "judge/shape.h"
#include "policy/decide.h"
#include "rulebook/catalog_file.h"
#include "rulebook/policy_file.h"
#include "shell/parser.h"
#include "shell/printer.h"
#include "shell/session.h"

namespace hitl::judge {
namespace {

using catalog::Effect;
using catalog::EffectSet;

std::vector<std::string> names_of(EffectSet effects) {
  std::vector<std::string> out;
  for (const Effect e : catalog::all_effects())
    if (effects.has(e)) out.emplace_back(catalog::name_of(e));
  return out;
}

// Words as far as they are known; the others as they were written.
CommandView view_of(const classify::CommandReport& command, const std::string& raw) {
  CommandView view;
  view.effects = names_of(command.effects);
  view.begin = command.range.begin;
  view.end = command.range.end;
  if (command.argvs.empty()) return view;
  const auto& argv = command.argvs[0];
  for (std::size_t i = 0; i < argv.size(); ++i) {
    if (i < command.words.size() && !catalog::is_known(argv[i])) {
      const auto [begin, end] = command.words[i];
      view.argv.push_back(raw.substr(begin, end - begin));
    } else {
      view.argv.push_back(catalog::shown(argv[i]));
    }
  }
  return view;
}

std::vector<Finding> findings_of(const classify::Report& report) {
  std::vector<Finding> out;
  for (const auto& command : report.commands)
    for (const auto& c : command.causes)
      out.push_back({std::string(catalog::name_of(c.effect)), c.range.begin, c.range.end, c.reason,
                     catalog::shown(c.path)});
  return out;
}

std::vector<RunFile> runs_of(const classify::Report& report) {
  std::vector<RunFile> out;
  for (const auto& command : report.commands)
    for (const auto& f : command.runs)
      if (std::ranges::none_of(out, [&](const RunFile& o) {
            return o.path == catalog::shown(f.path) && o.known == f.known;
          }))
        out.push_back({catalog::shown(f.path), f.known, f.secret, f.named});
  return out;
}

// The gravest thing said, and how much more there is.
std::string summary_of(const classify::Report& report) {
  const classify::Cause* gravest = nullptr;
  std::size_t count = 0;
  for (const auto& command : report.commands)
    for (const auto& c : command.causes) {
      if (c.effect == Effect::Read) continue;
      ++count;
      if (gravest == nullptr || c.effect < gravest->effect) gravest = &c;
    }
  if (gravest == nullptr) return "only looks";
  if (count == 1) return gravest->reason;
  return gravest->reason + " (and " + std::to_string(count - 1) + " more)";
}

void add_reason(std::vector<std::string>& reasons, const std::string& reason) {
  constexpr std::size_t kMaxReasons = 32;
  if (reasons.size() < kMaxReasons && std::ranges::find(reasons, reason) == reasons.end())
    reasons.push_back(reason);
}

// Ranges of `before` bytes that were put before the line: what stands in them
// belongs to the line as a whole.
void move_back(Judgement& out, std::uint32_t before, std::uint32_t size) {
  if (before == 0) return;
  const auto move = [&](std::uint32_t& begin, std::uint32_t& end) {
    const bool inside = begin >= before;
    begin = inside ? begin - before : 0;
    end = inside ? end - before : size - before;
  };
  for (auto& f : out.findings) move(f.begin, f.end);
  for (auto& c : out.commands) move(c.begin, c.end);
}

std::optional<std::size_t> minute_of(std::optional<WallMs> at, policy::Zone zone) {
  if (!at) return std::nullopt;
  const auto seconds = static_cast<std::time_t>(*at / 1000);
  std::tm t{};
  if ((zone == policy::Zone::Utc ? ::gmtime_r(&seconds, &t) : ::localtime_r(&seconds, &t)) ==
      nullptr)
    return std::nullopt;
  const auto day = static_cast<std::size_t>((t.tm_wday + 6) % 7);  // Monday is 0
  return day * policy::kMinutesADay + static_cast<std::size_t>(t.tm_hour * 60 + t.tm_min);
}

}  // namespace

struct Judge::Parts {
  catalog::Catalog catalog;
  policy::Policy policy;
  std::string policy_file, version, policy_sha256, catalog_sha256;
};

Judge::Judge(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Judge::Judge(Judge&&) noexcept = default;
Judge& Judge::operator=(Judge&&) noexcept = default;
Judge::~Judge() = default;

std::vector<Judge::Reference> Judge::references() const {
  std::vector<Reference> out;
  const auto add_hold = [&](const std::string& place, const Hold& hold,
                            const std::vector<std::string>& agents) {
    out.push_back({Reference::Kind::Approvers, false, place, "", hold, agents});
    for (const auto& e : hold.escalate)
      if (e.notify.empty())
        out.push_back({Reference::Kind::Escalation, false, place, e.group});
      else
        out.push_back({Reference::Kind::Notification, false, place, e.notify});
  };
  const auto add = [&](const policy::Rule& r, bool deny) {
    for (const auto& a : r.match.agents) out.push_back({Reference::Kind::Agent, deny, r.place, a});
    for (const auto& t : r.match.targets)
      out.push_back({Reference::Kind::Target, deny, r.place, t});
    if (r.action == Verdict::Hold) add_hold(r.place, r.hold, r.match.agents);
  };
  for (const auto& r : parts_->policy.denials) add(r, true);
  for (const auto& r : parts_->policy.rules) add(r, false);
  if (parts_->policy.fallback == Verdict::Hold)
    add_hold(parts_->policy_file + ": default", parts_->policy.hold, {"*"});
  return out;
}

Result<Judge> Judge::load(const std::string& policy_file,
                          const std::vector<std::string>& catalog_dirs) {
  auto file = config::File::read(policy_file);
  if (!file) return file.error();
  auto texts = rulebook::read_catalog(catalog_dirs);
  if (!texts) return texts.error();
  auto policy = rulebook::load_policy(file->text(), policy_file);
  auto catalog = rulebook::load_catalog(*texts);
  if (!policy || !catalog) {
    std::string faults;
    if (!policy) faults = policy.error().what;
    if (!catalog) faults += (faults.empty() ? "" : "\n") + catalog.error().what;
    return fail(Errc::Invalid, faults);
  }
  // Sizes between the texts, so that no two sets of files look alike.
  std::string all = std::to_string(file->text().size()) + ":" + file->text();
  crypto::Sha256 of_catalog;
  for (const auto& t : *texts) {
    all += std::to_string(t.text.size()) + ":" + t.text;
    of_catalog.update(t.text);
  }
  auto parts = std::make_unique<Parts>(
      Parts{*std::move(catalog), *std::move(policy), policy_file, hex(crypto::sha256(all)),
            hex(crypto::sha256(file->text())), hex(of_catalog.digest())});
  return Judge(std::move(parts));
}

const std::string& Judge::version() const { return parts_->version; }
const std::string& Judge::policy_sha256() const { return parts_->policy_sha256; }
const std::string& Judge::catalog_sha256() const { return parts_->catalog_sha256; }

Environment Judge::environment(const Environment& agents) const {
  return environment_of(agents, parts_->catalog, false);
}

std::optional<Judge::Denial> Judge::denied_shell(const Question& q) const {
  const auto* rule = policy::denied_shell(
      parts_->policy,
      {q.agent, q.groups, q.target, q.tags, {}, minute_of(q.at, parts_->policy.zone)});
  if (rule == nullptr) return std::nullopt;
  return Denial{rule->name, rule->message};
}

Judgement Judge::judge(const Question& question) const {
  // What a session's earlier lines left goes before the line, and is taken away
  // again when it has been judged.
  auto raw = question.command.bytes();
  Judgement out;
  classify::Report report;
  auto script = shell::parse(raw);
  std::size_t before = 0, items = 0;
  bool keys = false;
  if (script && question.session != nullptr) {
    auto edit = shell::adapt_to_session(*script);
    out.refused_in_session = std::move(edit.refused);
    out.prompt = std::move(edit.prompt);
    out.continuation = std::move(edit.continuation);
    const auto preamble = question.session->preamble(*script);
    if (auto with = shell::parse(preamble + raw); with && !preamble.empty()) {
      shell::adapt_to_session(*with);
      items = with->body.items.size() - script->body.items.size();
      before = preamble.size();
      out.memory = preamble;
      raw = preamble + raw;
      script = std::move(with);
    }
  }
  if (script) {
    report = classify::classify(*script, raw, parts_->catalog, question.cwd);
    script->body.items.erase(script->body.items.begin(),
                             script->body.items.begin() + static_cast<std::ptrdiff_t>(items));
    out.canonical = shell::print(*script);
    out.effects = names_of(report.effects());
    out.findings = findings_of(report);
    out.runs = runs_of(report);
    out.summary = summary_of(report);
    out.input = report.input;
    for (const auto& command : report.commands) {
      out.commands.push_back(view_of(command, raw));
      for (const auto& c : command.causes)
        if (c.effect != Effect::Read) add_reason(out.reasons, c.reason);
    }
    if (question.terminal &&
        std::ranges::any_of(report.commands, &classify::CommandReport::takes_keys)) {
      out.input = InputRole::Script;
      keys = true;
    }
    // What a name of the session stands for is not in the line; and a folder that is
    // not known could be any.
    const bool alone = question.session == nullptr || (before == 0 && !question.cwd.empty());
    if (alone) out.shape = shape_of(*script, report, question.cwd);
    move_back(out, static_cast<std::uint32_t>(before), static_cast<std::uint32_t>(raw.size()));
    if (question.session != nullptr)
      out.tree = std::make_shared<const shell::Script>(std::move(*script));
  } else {
    out.opaque_reason = script.error().what;
    out.effects = {std::string(catalog::name_of(Effect::Unknown))};
    out.summary = "was not understood: " + out.opaque_reason;
    out.findings.push_back(
        {out.effects[0], 0, static_cast<std::uint32_t>(raw.size()), out.summary});
    out.reasons = {out.summary};
    if (!parts_->policy.denials.empty())
      out.reasons.emplace_back("deny rules could not be checked");
  }

  const bool takes_keys = question.terminal && out.input == InputRole::Script;
  const policy::Asker asker{question.agent,
                            question.groups,
                            question.target,
                            question.tags,
                            {.raw = takes_keys, .shell = question.session != nullptr},
                            minute_of(question.at, parts_->policy.zone)};
  std::vector<policy::Considered> trace;
  const auto ruling =
      policy::decide(parts_->policy, asker, report, !script, question.trace ? &trace : nullptr);
  for (auto& c : trace) out.considered.push_back({std::move(c.rule), std::move(c.why), c.denial});
  out.verdict = ruling.verdict;
  out.shadow = ruling.shadow;
  out.rule = ruling.rule;
  out.message = ruling.message;
  out.hold = ruling.verdict == Verdict::Allow && !ruling.shadow ? parts_->policy.hold : ruling.hold;
  out.limits = ruling.limits;
  // What the rules cannot see may only make it stricter.
  const auto hold = [&](const std::string& why) {
    if (out.verdict != Verdict::Allow) return;
    if (question.trace) out.considered.push_back({out.rule, "covers it, but it " + why});
    out.verdict = Verdict::Hold;
    out.shadow = false;
    out.rule = "default";
    out.message.clear();
    out.summary = why;
    out.reasons.insert(out.reasons.begin(), why);
    out.hold = parts_->policy.hold;
  };
  if (keys) hold("opens a program that does what keys say");
  if (question.session != nullptr && !question.session->lost().empty())
    hold(question.session->lost());
  // What runs what it reads has no shape.
  if (out.input == InputRole::Script || out.input == InputRole::Raw) out.hold.grants = {};
  const bool looks =
      out.verdict == Verdict::Allow && report.effects().within({Effect::Read}) && script;
  out.environment = environment_of(question.environment, parts_->catalog, looks);
  if (!ruling.reason.empty()) {
    std::erase(out.reasons, ruling.reason);
    out.reasons.insert(out.reasons.begin(), ruling.reason);
    out.summary = ruling.reason;
  }
  return out;
}

}  // namespace hitl::judge
