// SPDX-License-Identifier: Apache-2.0
#include "broker/own_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ranges>

#include "base/visible.h"
#include "crypto/digest.h"
#include "hitl/exit_codes.h"
#include "hitl/limits.h"
#include "shell/parser.h"
#include "shell/word.h"

namespace hitl::broker {
namespace {

using approval::State;
using std::chrono::seconds;

constexpr std::size_t kMostShown = 50;  // requests
constexpr std::size_t kMostText = 200;  // bytes of a command
// Of one line: what one message to an ingress holds.  Of an explanation: so that
// many of them at once do not fill the broker.
constexpr std::size_t kMostPrinted = 4 * kMaxCommand;
constexpr std::size_t kMostReasons = 100, kMostReason = 2'000;
constexpr std::int32_t kMisused = 64;   // EX_USAGE
constexpr std::int32_t kNoSuchId = 66;  // EX_NOINPUT
constexpr const char* kUsage =
    "hitl whoami | targets | explain [--on TARGET] 'LINE' | status [ID] | wait ID | cancel ID";

std::string brief(const std::string& id) { return id.substr(0, crypto::kShortId); }

}  // namespace

bool OwnCommand::is_one(std::string_view command) {
  return command == "hitl" || command.starts_with("hitl ");
}

OwnCommand::OwnCommand(Shared& shared, const store::SessionRow& session, Outlet outlet,
                       ingress::Exec exec)
    : shared_(shared), session_(session), outlet_(std::move(outlet)), exec_(std::move(exec)) {}

void OwnCommand::print(const std::string& line) {
  outlet_.print(visible_cut(line, kMostPrinted).str());
}

void OwnCommand::end(std::int32_t status) {
  if (std::exchange(over_, true)) return;
  place_ = {};
  deadline_ = {};
  outlet_.finish(status);
}

void OwnCommand::misused(const std::string& why) {
  outlet_.notice(notices_.error("", "usage", why + " (" + kUsage + ")"));
  end(kMisused);
}

void OwnCommand::begin() {
  wishes_ = take_wishes(exec_.environment, exec_.command);
  notices_ = Notices(wishes_.notices);
  std::optional<Words> words;
  if (exec_.command.size() <= kMaxCommand)
    if (const auto script = shell::parse(exec_.command)) words = shell::plain_words(*script);
  if (!words) return misused("a `hitl` command is one command, with words as they are");
  const auto verb = words->size() > 1 ? (*words)[1] : "help";
  const Words rest(words->begin() + std::min<std::ptrdiff_t>(2, std::ssize(*words)), words->end());
  if (verb == "whoami" && rest.empty()) return whoami();
  if (verb == "targets" && rest.empty()) return targets();
  if (verb == "explain") return explain(rest);
  if (verb == "status") return status(rest);
  if (verb == "wait") return wait(rest);
  if (verb == "cancel") return cancel_request(rest);
  if (verb == "help" || verb == "--help") {
    print(kUsage);
    return end(0);
  }
  misused("no such command: " + visible_cut(verb, kMaxName).str());
}

void OwnCommand::cancel() { end(kExitCancelled); }

// ---- about the agent ---------------------------------------------------------

void OwnCommand::whoami() {
  const auto& agent = shared_.directory.agent(session_.agent);
  print("agent    " + session_.agent);
  print(fmt::format("groups   {}", fmt::join(agent.groups, " ")));
  print("owner    " + (agent.owner.empty() ? "-" : agent.owner));
  print("key      " + session_.key_fingerprint);
  print("from     " + session_.client_addr);
  if (const auto why = shared_.pauses.why(session_.agent, session_.id)) print("state    " + *why);
  end(0);
}

void OwnCommand::targets() {
  for (const auto& name : shared_.directory.targets_of(session_.agent)) {
    const auto& t = shared_.directory.target(name);
    print(fmt::format("{:<20} {}{}", name, t.account,
                      t.tags.empty() ? "" : fmt::format("  tags: {}", fmt::join(t.tags, " "))));
  }
  end(0);
}

// What would be decided; the answer binds nobody.
void OwnCommand::explain(const Words& words) {
  auto target = session_.target;
  std::string line;
  if (words.size() == 3 && words[0] == "--on") {
    target = words[1];
    line = words[2];
  } else if (words.size() == 1) {
    line = words[0];
  } else {
    return misused("explain takes one line, as one word: quote it");
  }
  const auto mine = shared_.directory.targets_of(session_.agent);
  if (std::ranges::find(mine, target) == mine.end())
    return misused(target.empty() ? "name a target: explain --on TARGET 'LINE'"
                                  : "no such target of yours");
  judge::Question q;
  q.agent = session_.agent;
  q.groups = shared_.directory.agent(session_.agent).groups;
  q.target = target;
  q.tags = shared_.directory.target(target).tags;
  q.command = RawText(line);
  q.at = wall_now_ms();
  const auto j = shared_.judge->judge(q);
  print(fmt::format("{} by the rule \"{}\"", name_of(j.verdict), j.rule));
  if (!j.message.empty()) print("message: " + j.message);
  print("effects: " + fmt::format("{}", fmt::join(j.effects, " ")));
  for (const auto& reason : j.reasons | std::views::take(kMostReasons))
    print(visible_cut("because: " + reason, kMostReason).str());
  if (j.reasons.size() > kMostReasons)
    print(fmt::format("because: {} more", j.reasons.size() - kMostReasons));
  if (j.verdict == Verdict::Hold)
    print(fmt::format("needs {} approval{}, within {} s", j.hold.approvals(),
                      j.hold.approvals() == 1 ? "" : "s", j.hold.expires.count() / 1'000));
  end(0);
}

// ---- about its requests ------------------------------------------------------

std::optional<store::RequestRow> OwnCommand::mine(const std::string& id) {
  auto row = shared_.store.request(id);
  if (row && row->agent == session_.agent) return std::move(*row);
  if (!row && row.error().code == Errc::System) {
    Shared::lost_with_the_turn(row.error());
    end(kExitFault);
    return std::nullopt;
  }
  outlet_.notice(notices_.error("", "no-such-id", "no request of yours has this id"));
  end(kNoSuchId);
  return std::nullopt;
}

void OwnCommand::report(const store::RequestRow& r) {
  auto decisions = shared_.store.decisions(r.id);
  std::string said;
  if (decisions)
    for (const auto& d : *decisions) {
      said += fmt::format(" {}", d.say);
      if (!d.reason.empty()) said += " reason=\"" + visible_cut(d.reason, kMostText).str() + "\"";
      if (!d.proposal.empty()) said += " command=\"" + visible(d.proposal).str() + "\"";
    }
  print(fmt::format("{} {} on {}: {}{}", brief(r.id), r.state, r.target,
                    visible_cut(r.submitted, kMostText).str(), said.empty() ? "" : " --" + said));
}

void OwnCommand::status(const Words& words) {
  if (words.size() > 1) return misused("status takes one id, or none");
  if (words.size() == 1) {
    if (const auto r = mine(words[0])) {
      report(*r);
      end(0);
    }
    return;
  }
  auto rows = shared_.store.requests_of(session_.agent, kMostShown);
  if (!rows) {
    Shared::lost_with_the_turn(rows.error());
    return end(kExitFault);
  }
  for (const auto& r : *rows) report(r);
  end(0);
}

void OwnCommand::wait(const Words& words) {
  if (words.size() != 1) return misused("wait takes an id");
  const auto r = mine(words[0]);
  if (!r) return;
  place_ = shared_.waiters.add(r->id, *this);
  const auto most =
      wishes_.wait.value_or(std::chrono::duration_cast<seconds>(shared_.config.wait_exec));
  deadline_ = shared_.loop.after(most, [this, id = r->id] {
    outlet_.notice(notices_.not_yet(id, seconds(1)));
    end(kExitRetry);
  });
  on_decision(*r);
}

void OwnCommand::on_decision(const store::RequestRow& r) {
  const auto state = approval::state_of(r.state);
  if (over_ || state == State::Pending) return;
  report(r);
  switch (state.value_or(State::Expired)) {
    case State::Approved:
    case State::Consumed:
      return end(0);
    case State::Denied:
      return end(kExitDenied);
    case State::Cancelled:
      return end(kExitCancelled);
    case State::Expired:
    case State::Pending:
      return end(kExitRetry);
  }
}

void OwnCommand::cancel_request(const Words& words) {
  if (words.size() != 1) return misused("cancel takes an id");
  auto r = mine(words[0]);
  if (!r) return;
  auto cancelled = shared_.approvals.cancel(std::move(*r), Now::read());
  if (!cancelled) {
    outlet_.notice(notices_.error("", "not-open", cancelled.error().what));
    return end(kExitFault);
  }
  shared_.turn.must_last();
  shared_.feed.tell({0, "cancelled", cancelled->id, cancelled->agent, cancelled->target,
                     wall_now_ms(), "by the agent"});
  shared_.waiters.tell(*cancelled);
  shared_.deadlines_changed();
  report(*cancelled);
  end(0);
}

}  // namespace hitl::broker
