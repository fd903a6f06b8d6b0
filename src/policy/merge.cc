// SPDX-License-Identifier: Apache-2.0
#include "policy/merge.h"

#include <algorithm>
#include <optional>
#include <tuple>

namespace hitl::policy {
namespace {

using std::chrono::milliseconds;
using Steps = std::vector<Step>;

bool is_anyone(const Hold& hold) {
  return hold.approvers.size() == 1 && hold.approvers[0].group.empty();
}

std::uint32_t people(const Steps& steps) {
  std::uint32_t n = 0;
  for (const auto& s : steps) n += s.count;
  return n;
}

// The shortest chain in which both are found, in their order; a step of both
// asks for the greater number.
Steps merged(const Steps& a, const Steps& b) {
  // shared[i][j]: steps that the rest of a from i and of b from j can share.
  std::vector<std::vector<std::size_t>> shared(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1));
  for (auto i = a.size(); i-- > 0;)
    for (auto j = b.size(); j-- > 0;)
      shared[i][j] = a[i].group == b[j].group ? shared[i + 1][j + 1] + 1
                                              : std::max(shared[i + 1][j], shared[i][j + 1]);
  Steps out;
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (a[i].group == b[j].group) {
      out.push_back({a[i].group, std::max(a[i].count, b[j].count)});
      ++i, ++j;
    } else if (shared[i + 1][j] >= shared[i][j + 1]) {
      out.push_back(a[i++]);
    } else {
      out.push_back(b[j++]);
    }
  }
  out.insert(out.end(), a.begin() + static_cast<std::ptrdiff_t>(i), a.end());
  out.insert(out.end(), b.begin() + static_cast<std::ptrdiff_t>(j), b.end());
  return out;
}

// People of any group are also anyone: only those who are missing are added.
Steps with_anyone(Steps steps, std::uint32_t count) {
  const auto have = people(steps);
  if (have >= count) return steps;
  if (steps.back().group.empty())
    steps.back().count += count - have;
  else
    steps.push_back({"", count - have});
  return steps;
}

Steps chain(const Hold& a, const Hold& b) {
  if (is_anyone(a)) return with_anyone(b.approvers, a.approvers[0].count);
  if (is_anyone(b)) return with_anyone(a.approvers, b.approvers[0].count);
  return merged(a.approvers, b.approvers);
}

// From when on the hold lets people of the group decide in each of its steps.
std::optional<milliseconds> lets(const Hold& hold, const std::string& group) {
  if (std::ranges::all_of(hold.approvers,
                          [&](const Step& s) { return s.group.empty() || s.group == group; }))
    return milliseconds(0);
  for (const auto& e : hold.escalate)
    if (e.group == group) return e.after;
  return std::nullopt;
}

std::vector<Escalation> escalation(const Hold& a, const Hold& b) {
  std::vector<Escalation> out;
  for (const auto* hold : {&a, &b})
    for (const auto& e : hold->escalate) {
      auto both = e;
      if (e.notify.empty()) {
        const auto first = lets(a, e.group), second = lets(b, e.group);
        if (!first || !second) continue;
        both.after = std::max(*first, *second);
      }
      if (std::ranges::find(out, both) == out.end()) out.push_back(std::move(both));
    }
  std::ranges::sort(out, [](const Escalation& x, const Escalation& y) {
    return std::tie(x.after, x.group, x.notify) < std::tie(y.after, y.group, y.notify);
  });
  return out;
}

}  // namespace

Hold both(const Hold& a, const Hold& b) {
  Hold out;
  out.approvers = chain(a, b);
  out.escalate = escalation(a, b);
  out.expires = std::min(a.expires, b.expires);
  out.grants = std::min(a.grants, b.grants);
  out.wait = a.wait && b.wait;
  out.justification = a.justification || b.justification;
  out.opaque_may_be_approved = a.opaque_may_be_approved && b.opaque_may_be_approved;
  out.proof = std::max(a.proof, b.proof);
  if (a.break_glass == b.break_glass) out.break_glass = a.break_glass;
  return out;
}

}  // namespace hitl::policy
