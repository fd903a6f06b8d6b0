// SPDX-License-Identifier: Apache-2.0
#include "console/plain.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "base/visible.h"
#include "console/detail.h"
#include "console/phrase.h"
#include "console/table.h"

namespace hitl::console {
namespace {

using operators::RequestView;
using tui::Text;

constexpr int kWidth = 78;

// The first word, which is taken off `rest`.
std::string_view word(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  const auto end = std::min(rest.find(' '), rest.size());
  const auto first = rest.substr(0, end);
  rest.remove_prefix(end);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  return first;
}

Text one_line(std::size_t number, const RequestView& r, WallMs now) {
  return Text(visible(fmt::format("{}. {} on {}: ", number, r.agent, r.target)))
      .add(headline(r))
      .add(visible(fmt::format("; {}; {} left", quorum_text(r), span_text(r.expires_at - now))));
}

constexpr const char* kHelp[] = {
    "list               the requests that wait, with their numbers",
    "show N             all of request N",
    "approve N [REASON] approve it; it must have been shown",
    "deny N REASON      deny it; the agent reads the reason",
    "sessions           the agents' sessions that are open",
    "quit               leave",
};

}  // namespace

Conversation::Reply Conversation::news() {
  Reply reply;
  auto& out = reply.lines;
  if (const int link = static_cast<int>(model_.link); std::exchange(link_, link) != link) {
    if (model_.link == Model::Link::Up)
      out.emplace_back(visible("Connected as " + model_.identity.operator_name + "."));
    if (model_.link == Model::Link::Down)
      out.emplace_back(visible("No broker, trying again: " + model_.link_trouble));
  }
  for (const auto& r : model_.queue.requests) {
    if (std::ranges::find(known_, r.id, &Known::id) != known_.end()) continue;
    known_.push_back({r.id, {}});
    out.push_back(Text(visible("New request ")).add(one_line(known_.size(), r, model_.now.wall)));
  }
  if (std::exchange(last_notice_, model_.notice.text) != last_notice_ && !last_notice_.empty())
    out.emplace_back(visible(last_notice_));
  if (sessions_wanted_ && model_.sessions.listed) {
    sessions_wanted_ = false;
    for (const auto& row : session_table(model_.sessions.rows, model_.now.wall)) out.push_back(row);
    if (model_.sessions.rows.empty()) out.emplace_back(visible("No session is open."));
  }
  const bool settled = model_.whole.contains(wanted_) || find_request(model_, wanted_) == nullptr;
  if (!wanted_.empty() && settled) {
    wanted_.clear();
    auto late = command(std::exchange(waiting_, {}));
    std::ranges::move(late.lines, std::back_inserter(out));
    reply.actions = std::move(late.actions);
  }
  return reply;
}

bool Conversation::fetched(const Known& one, Reply& reply) {
  if (model_.whole.contains(one.id)) return true;
  wanted_ = one.id;
  waiting_ = line_;
  reply.actions.emplace_back(operators::Show{.id = one.id});
  return false;
}

Conversation::Known* Conversation::numbered(Words text, Reply& reply) {
  std::size_t n = 0;
  const auto r = std::from_chars(text.data(), text.data() + text.size(), n);
  if (r.ec == std::errc() && r.ptr == text.data() + text.size() && n >= 1 && n <= known_.size())
    return &known_[n - 1];
  reply.lines.emplace_back(visible("Give the number of a request, as list shows it."));
  return nullptr;
}

void Conversation::list(Reply& reply) {
  for (const auto& r : model_.queue.requests) {
    const auto at = std::ranges::find(known_, r.id, &Known::id);
    if (at == known_.end()) continue;
    reply.lines.push_back(
        one_line(static_cast<std::size_t>(at - known_.begin()) + 1, r, model_.now.wall));
  }
  if (reply.lines.empty()) reply.lines.emplace_back(visible("Nothing waits for a decision."));
}

void Conversation::show(Known& one, Reply& reply) {
  const auto* r = find_request(model_, one.id);
  if (r == nullptr) return void(reply.lines.emplace_back(visible("It does not wait any more.")));
  if (!fetched(one, reply)) return;
  for (auto& line : describe(*r, kWidth, model_.now.wall).lines)
    reply.lines.push_back(std::move(line));
  one.shown = r->digest;
}

bool Conversation::free_to_decide(const Known& one, Reply& reply) const {
  const auto* r = find_request(model_, one.id);
  std::string why;
  if (model_.link != Model::Link::Up)
    why = "No broker: nothing can be decided.";
  else if (r == nullptr || r->state != "pending")
    why = "It does not wait any more.";
  else if (!model_.deciding.empty())
    why = "A decision is on its way.";
  if (!why.empty()) reply.lines.emplace_back(visible(why));
  return why.empty();
}

void Conversation::approve(Known& one, Words rest, Reply& reply) {
  if (!free_to_decide(one, reply)) return;
  const auto& r = *find_request(model_, one.id);
  if (one.shown != r.digest) {
    show(one, reply);
    if (one.shown == r.digest)
      reply.lines.emplace_back(visible("Read it, then say approve again."));
    return;
  }
  if (!r.objection.empty())
    return void(reply.lines.emplace_back(visible("You may not: " + r.objection)));
  if (const auto why = caution(r); !why.empty() && word(rest) != "yes") {
    const auto n = static_cast<std::size_t>(&one - known_.data()) + 1;
    return void(
        reply.lines.emplace_back(visible(fmt::format("Though {}: say approve {} yes.", why, n))));
  }
  reply.actions.emplace_back(operators::Decide{
      .id = r.id, .digest = r.digest, .say = operators::Say::Approve, .reason = std::string(rest)});
}

void Conversation::deny(Known& one, Words rest, Reply& reply) {
  if (!free_to_decide(one, reply)) return;
  if (rest.empty())
    return void(reply.lines.emplace_back(visible("A denial needs a reason: the agent reads it.")));
  const auto& r = *find_request(model_, one.id);
  if (!fetched(one, reply)) return;
  reply.actions.emplace_back(operators::Decide{
      .id = r.id, .digest = r.digest, .say = operators::Say::Deny, .reason = std::string(rest)});
}

Conversation::Reply Conversation::command(std::string_view line) {
  Reply reply;
  line_ = line;
  const auto verb = word(line);
  if (verb.empty()) return reply;
  if (verb == "quit") {
    reply.actions.emplace_back(Quit{});
  } else if (verb == "list") {
    list(reply);
  } else if (verb == "sessions") {
    sessions_wanted_ = true;
    reply.actions.emplace_back(operators::Sessions{});
  } else if (verb == "show" || verb == "approve" || verb == "deny") {
    auto* one = numbered(word(line), reply);
    if (one == nullptr) return reply;
    if (verb == "show") show(*one, reply);
    if (verb == "approve") approve(*one, line, reply);
    if (verb == "deny") deny(*one, line, reply);
  } else {
    if (verb != "help") reply.lines.emplace_back(visible("No such command. There are:"));
    for (const auto* text : kHelp) reply.lines.emplace_back(visible(text));
  }
  return reply;
}

}  // namespace hitl::console
