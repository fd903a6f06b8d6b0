// SPDX-License-Identifier: Apache-2.0
#include "broker/masking.h"

#include <fcntl.h>

#include <algorithm>

#include "approval/terms.h"
#include "base/wire.h"
#include "config/mask_rules.h"
#include "crypto/digest.h"
#include "hitl/limits.h"
#include "shell/parser.h"
#include "shell/walk.h"

namespace hitl::broker {
namespace {

// Of here-documents; none where the text is not understood.
std::vector<mask::Part> bodies_of(std::string_view text) {
  std::vector<mask::Part> out;
  const auto script = shell::parse(text);
  if (!script) return out;
  shell::Visitor visitor;
  visitor.command = [&](const shell::Command& c, const shell::Place&) {
    for (const auto& r : c.redirections)
      if (r.op == shell::RedirectOp::HereDoc)
        out.emplace_back(r.target.range.begin, r.target.range.end);
  };
  shell::walk(*script, visitor);
  std::ranges::sort(out);
  return out;
}

mask::MaskedText masked_command(const mask::Table* table, std::string_view text) {
  // Most have no secret, and need not be parsed again.
  if (auto prose = mask::mask_prose(table, text); prose.edits.empty()) return prose;
  return mask::mask_command(table, text, bodies_of(text));
}

bool all_in(const mask::Counts& some, const mask::Counts& all) {
  return std::ranges::all_of(some, [&](const auto& s) { return all.contains(s.first); });
}

}  // namespace

std::string masking_key(const crypto::Ed25519Key& audit_key) {
  // As `ssh-keygen -Y sign -n hitl-mask` signs it: contrib/check-secret does.
  WireWriter w;
  w.string("hitl-mask");
  w.string("");
  w.string("sha512");
  w.string(crypto::sha512("salts of masked commands, v1"));
  return crypto::sha256(audit_key.sign("SSHSIG" + w.bytes()));
}

Result<Masking> Masking::create(const config::BastionConfig& config, std::string key) {
  Masking out;
  out.key_ = std::move(key);
  // Most agents and targets have the same rules: each set is compiled once.
  std::map<std::vector<std::string>, std::shared_ptr<const Rules>> made;
  for (const auto& [name, agent] : config.agents) {
    auto targets = config.targets_of(agent);
    targets.emplace_back();  // where it has named none
    for (const auto& target : targets) {
      const auto rules = config::mask_rules_of(config, name, target);
      if (rules.empty()) continue;
      std::vector<std::string> places;
      for (const auto& r : rules) places.push_back(r.place);
      auto& set = made[places];
      if (!set) {
        auto file = mask::Table::compile(rules);
        if (!file) return file.error();
        auto table = mask::Table::open(file->get());
        if (!table) return table.error();
        set = std::make_shared<const Rules>(Rules{std::move(*file), std::move(*table)});
      }
      out.rules_[{name, target}] = set;
    }
  }
  return out;
}

const mask::Table* Masking::table(const std::string& agent, const std::string& target) const {
  const auto found = rules_.find({agent, target});
  return found == rules_.end() ? nullptr : found->second->table.get();
}

Fd Masking::rules(const std::string& agent, const std::string& target) const {
  const auto found = rules_.find({agent, target});
  if (found == rules_.end()) return {};
  Fd copy(::fcntl(found->second->file.get(), F_DUPFD_CLOEXEC, 0));
  // Without them, an egress would show what it must not.
  HITL_CHECK(copy);
  return copy;
}

std::string Masking::prose(const std::string& agent, const std::string& target,
                           std::string_view text) const {
  return mask::mask_prose(table(agent, target), text).text;
}

std::string Masking::command(const std::string& agent, const std::string& target,
                             std::string_view text) const {
  return masked_command(table(agent, target), text).text;
}

ShownCommand Masking::shown(const std::string& agent, const std::string& target,
                            const std::string& submitted, const judge::Judgement& j) const {
  const auto* rules = table(agent, target);
  ShownCommand out;
  auto raw = masked_command(rules, submitted);
  out.masked = raw.counts;
  out.findings = j.findings;
  if (j.canonical) {
    auto canonical = masked_command(rules, j.canonical->bytes());
    // Quotes or variables that hid a secret in the one and not in the other: then only
    // the canonical text is shown, and nothing is marked in it.
    if (!all_in(canonical.counts, raw.counts)) {
      raw = {canonical.text, {}, {}};
      for (auto& f : out.findings) f.begin = f.end = 0;
    }
    out.masked = std::move(canonical.counts);
    out.canonical = std::move(canonical.text);
  }
  out.submitted = std::move(raw.text);
  for (auto& f : out.findings) {
    f.begin = raw.moved(f.begin);
    f.end = raw.moved(f.end);
    f.reason = mask::mask_prose(rules, f.reason).text;
  }
  out.summary = mask::mask_prose(rules, j.summary).text;
  out.opaque_reason = mask::mask_prose(rules, j.opaque_reason).text;
  out.memory = masked_command(rules, j.memory).text;
  // A shape that has a secret in it would be another one's too.
  if (mask::mask_prose(rules, j.shape).edits.empty()) out.shape = j.shape;
  return out;
}

Terms Masking::sealed(const Terms& terms, std::string_view input) const {
  const auto* rules = table(terms.agent, terms.target);
  if (rules == nullptr) return terms;
  auto out = terms;
  out.text = masked_command(rules, terms.text).text;
  out.memory = masked_command(rules, terms.memory).text;
  out.prompt = mask::mask_prose(rules, terms.prompt).text;
  out.cwd = mask::mask_prose(rules, terms.cwd).text.substr(0, kMaxEnvValue);
  for (auto& [name, value] : out.environment) {
    const auto both = mask::mask_prose(rules, name + "=" + value).text;
    value = both.substr(both.find('=') + 1).substr(0, kMaxEnvValue);
  }
  for (auto& f : out.files) f.path = mask::mask_prose(rules, f.path).text.substr(0, kMaxEnvValue);
  if (terms.has_input) out.input_sha256 = crypto::sha256(mask::mask_prose(rules, input).text);
  if (out == terms) return terms;
  const auto salt = crypto::hmac_sha256(key_, approval::encode(out));
  out.hidden = crypto::hmac_sha256(salt, approval::encode(terms));
  return out;
}

}  // namespace hitl::broker
