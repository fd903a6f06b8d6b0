// SPDX-License-Identifier: Apache-2.0
#include "approval/life.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

namespace hitl::approval {
namespace {

constexpr std::array<std::pair<State, std::string_view>, 6> kStates = {{
    {State::Pending, "pending"},
    {State::Approved, "approved"},
    {State::Denied, "denied"},
    {State::Expired, "expired"},
    {State::Cancelled, "cancelled"},
    {State::Consumed, "consumed"},
}};

constexpr std::array<std::pair<Say, std::string_view>, 5> kSays = {{
    {Say::Approve, "approve"},
    {Say::Deny, "deny"},
    {Say::Propose, "propose"},
    {Say::BreakGlass, "break-glass"},
    {Say::Review, "review"},
}};

template <class Table, class Value>
std::string_view find_name(const Table& table, Value value) {
  for (const auto& [v, name] : table)
    if (v == value) return name;
  return "";
}

template <class Value, std::size_t N>
std::optional<Value> find_value(const std::array<std::pair<Value, std::string_view>, N>& table,
                                std::string_view name) {
  for (const auto& [v, n] : table)
    if (n == name) return v;
  return std::nullopt;
}

bool has(const std::vector<std::string>& list, std::string_view item) {
  return std::ranges::find(list, item) != list.end();
}

bool is_one_of(const Person& who, const std::vector<std::string>& groups) {
  return std::ranges::any_of(groups,
                             [&](const auto& g) { return g.empty() || has(who.groups, g); });
}

// Of all steps, and of all escalations so far.
std::vector<std::string> who_denies(const Hold& hold, std::chrono::milliseconds waited) {
  std::vector<std::string> groups;
  for (const auto& s : hold.approvers) groups.push_back(s.group);
  for (const auto& e : hold.escalate)
    if (!e.group.empty() && e.after <= waited) groups.push_back(e.group);
  return groups;
}

std::string in_words(const std::vector<std::string>& groups) {
  return fmt::format("{}", fmt::join(groups, " or "));
}

}  // namespace

std::string_view name_of(State state) { return find_name(kStates, state); }
std::optional<State> state_of(std::string_view name) { return find_value(kStates, name); }
std::string_view name_of(Say say) { return find_name(kSays, say); }
std::optional<Say> say_of(std::string_view name) { return find_value(kSays, name); }

Standing standing(const Hold& hold, const std::vector<Vote>& votes) {
  auto have = static_cast<std::uint32_t>(
      std::ranges::count_if(votes, [](const Vote& v) { return v.say == Say::Approve; }));
  Standing s;
  for (; s.step < hold.approvers.size(); ++s.step) {
    s.needed = hold.approvers[s.step].count;
    s.have = std::min(have, s.needed);
    if (have < s.needed) return s;
    have -= s.needed;
  }
  return s;
}

std::vector<std::string> who_decides(const Hold& hold, const std::vector<Vote>& votes,
                                     std::chrono::milliseconds waited) {
  const auto step = standing(hold, votes).step;
  if (step == hold.approvers.size()) return {};
  std::vector<std::string> groups{hold.approvers[step].group};
  for (const auto& e : hold.escalate)
    if (!e.group.empty() && e.after <= waited && !has(groups, e.group)) groups.push_back(e.group);
  return groups;
}

std::optional<std::string> objection(const Case& c, State state, const std::vector<Vote>& votes,
                                     const Person& who, Say say, std::chrono::milliseconds waited) {
  if (!has(who.roles, "operator") && !has(who.roles, "admin"))
    return fmt::format("{} has not the role operator", who.name);
  if (!c.owner.empty() && who.name == c.owner)
    return fmt::format("{} owns the agent {} and cannot decide for it", who.name, c.agent);
  if (who.name == c.agent) return "nobody decides on a request of their own";
  if (std::ranges::any_of(votes, [&](const Vote& v) { return v.who == who.name; }))
    return fmt::format("{} has decided on this request already", who.name);
  if (say == Say::Review) {
    if (!wants_review(votes)) return "there is nothing to look at afterwards";
    return std::nullopt;
  }
  if (state != State::Pending) return fmt::format("the request is {} already", name_of(state));
  if (say == Say::BreakGlass) {
    if (c.hold.break_glass.empty()) return "no rule lets anyone break the glass here";
    if (!has(who.groups, c.hold.break_glass))
      return fmt::format("{} is not in the group {}, which may break the glass here", who.name,
                         c.hold.break_glass);
    return std::nullopt;
  }
  const auto groups =
      say == Say::Approve ? who_decides(c.hold, votes, waited) : who_denies(c.hold, waited);
  if (!is_one_of(who, groups))
    return fmt::format("{} is not in the group {}, which decides here", who.name, in_words(groups));
  return std::nullopt;
}

State outcome(const Hold& hold, const std::vector<Vote>& votes) {
  const auto said = [&](Say say) {
    return std::ranges::find(votes, say, &Vote::say) != votes.end();
  };
  if (said(Say::Deny) || said(Say::Propose)) return State::Denied;
  if (said(Say::BreakGlass)) return State::Approved;
  return standing(hold, votes).step == hold.approvers.size() ? State::Approved : State::Pending;
}

bool wants_review(const std::vector<Vote>& votes) {
  const auto said = [&](Say say) {
    return std::ranges::find(votes, say, &Vote::say) != votes.end();
  };
  return said(Say::BreakGlass) && !said(Say::Review);
}

}  // namespace hitl::approval
