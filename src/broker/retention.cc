// SPDX-License-Identifier: Apache-2.0
#include "broker/retention.h"

#include <algorithm>

#include "audit/tombstone.h"
#include "base/log.h"
#include "base/visible.h"

namespace hitl::broker {
namespace {

constexpr std::size_t kPage = 100;  // sessions looked at in a turn
constexpr int kPages = 128;         // of the file, given back in a turn
constexpr std::string_view kTag = "tag:";

bool has(const std::vector<std::string>& list, std::string_view name) {
  return std::ranges::find(list, name) != list.end();
}

}  // namespace

Retention::Retention(sys::EventLoop& loop, store::Store& store, const config::BastionConfig& config,
                     const crypto::Ed25519Key& key)
    : loop_(loop), store_(store), config_(config), key_(key) {}

void Retention::begin() {
  if (config_.retention.empty()) return;
  start();
  next_ = loop_.after(config_.retention_interval, [this] { begin(); });
}

void Retention::start() {
  if (stage_ == Stage::Deleting) return;
  stage_ = Stage::Deleting;
  after_ = 0;
  again();
}

void Retention::again() {
  step_ = loop_.after(std::chrono::nanoseconds(0), [] {});  // a turn ends, and that is all
}

const config::RetentionRule* Retention::rule_for(const store::Ended& e, WallMs now) const {
  const auto target = config_.targets.find(e.target);
  for (const auto& rule : config_.retention) {
    const bool named =
        rule.targets.empty() || std::ranges::any_of(rule.targets, [&](const std::string& t) {
          return t == e.target || (t.starts_with(kTag) && target != config_.targets.end() &&
                                   has(target->second.tags, t.substr(kTag.size())));
        });
    if (named && (rule.outcomes.empty() || has(rule.outcomes, e.outcome)))
      return e.ended_at + rule.keep.count() <= now ? &rule : nullptr;
  }
  return nullptr;
}

Result<std::vector<store::Ended>> Retention::page(std::int64_t after) const {
  auto shortest = std::chrono::milliseconds::max();
  for (const auto& rule : config_.retention) shortest = std::min(shortest, rule.keep);
  if (config_.retention.empty()) return std::vector<store::Ended>();
  const auto now = wall_now_ms();
  return store_.ended(now - shortest.count(), now, after, kPage);
}

Result<std::vector<Retention::Doomed>> Retention::doomed() const {
  std::vector<Doomed> out;
  const auto now = wall_now_ms();
  for (std::int64_t after = 0;;) {
    auto sessions = page(after);
    if (!sessions) return sessions.error();
    if (sessions->empty()) return out;
    for (auto& e : *sessions) {
      after = e.row;
      if (const auto* rule = rule_for(e, now)) out.push_back({std::move(e), rule->name});
    }
  }
}

Status Retention::end_turn() {
  if (stage_ == Stage::Idle) return Ok{};
  if (stage_ == Stage::Deleting) return remove_one();
  auto more = store_.shrink(kPages);
  if (!more) return more.error();
  if (*more)
    again();
  else
    stage_ = Stage::Idle;
  return Ok{};
}

Status Retention::remove_one() {
  again();
  const auto now = wall_now_ms();
  auto sessions = page(after_);
  if (!sessions) return sessions.error();
  if (sessions->empty()) stage_ = Stage::Shrinking;
  for (const auto& e : *sessions) {
    after_ = e.row;
    const auto* rule = rule_for(e, now);
    if (rule == nullptr) continue;
    auto tombstone = store_.remains(e.id);
    if (!tombstone) return tombstone.error();
    tombstone->rule = rule->name;
    tombstone->at = now;
    audit::sign(*tombstone, key_);
    if (auto s = store_.bury(*tombstone); !s) return s;
    log("session {} of {} on {} is deleted by the rule \"{}\": {}", e.id, e.agent, e.target,
        visible(rule->name), tombstone->rows);
    break;
  }
  return Ok{};
}

}  // namespace hitl::broker
