// SPDX-License-Identifier: Apache-2.0
// A broker for tests of the console: speaks the operator protocol over a unix
// socket, keeps requests in memory, judges nothing.  Settles as the real one
// does (each once, a quorum of decisions, the digest that was shown), and can
// misbehave on demand.
#pragma once

#include <sys/epoll.h>

#include <algorithm>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "proto/operator_codec.h"
#include "sys/event_loop.h"
#include "sys/frame_channel.h"
#include "sys/unix_socket.h"

namespace hitl::testing {

class FakeBroker {
 public:
  // Listens at once; runs in `loop`.
  FakeBroker(sys::EventLoop& loop, std::string path) : loop_(loop), path_(std::move(path)) {
    listen();
  }

  std::vector<operators::RequestView> requests;
  std::vector<operators::Decide> decides;  // as they came
  std::vector<operators::SessionView> sessions;
  std::vector<operators::GrantView> grants;
  std::string operator_name = "alice";
  std::vector<std::string> groups = {"oncall", "sre"};
  std::uint32_t version = operators::kVersion;
  std::size_t page = operators::kMaxListed;  // requests in one frame of a list
  // What a test wants to print.
  std::function<void(const operators::Decide&)> on_decide;
  std::function<void(const std::string&)> on_order;  // "pause SESSION REASON", "revoke ID"

  // A new pending request: consoles are told.
  void hold(operators::RequestView r) {
    requests.push_back(std::move(r));
    tell("held", requests.back(), requests.back().summary);
  }

  // Ends it without a decision: expired, cancelled; or by another operator.
  void settle(const std::string& id, const std::string& state) {
    if (auto* r = find(id)) {
      r->state = state;
      tell(state, *r, "");
    }
  }

  void emit(operators::Event e) {
    for (auto& c : consoles_)
      if (c.watch) {
        e.tag = *c.watch;
        c.channel->send_now(proto::encode(e));
      }
  }

  // To the consoles that look at the session.
  void output(const std::string& session, char code, const std::string& bytes) {
    for (auto& c : consoles_)
      for (const auto& [tag, looked_at] : c.looks)
        if (looked_at.starts_with(session))
          reply(c, tag, operators::Output{.code = code, .bytes = bytes});
  }

  // The broker dies; and is back.
  void drop() {
    consoles_.clear();
    accepting_ = {};
    listener_.reset();
  }
  void listen() {
    auto fd = sys::listen_unix(path_, 0600);
    HITL_CHECK(fd.has_value());
    listener_ = std::move(*fd);
    accepting_ = loop_.watch(listener_.get(), EPOLLIN, [this](auto) { accept(); });
  }

  operators::RequestView* find(std::string_view id_or_prefix) {
    const auto r = std::ranges::find_if(
        requests, [&](const auto& q) { return q.id.starts_with(id_or_prefix); });
    return r == requests.end() ? nullptr : &*r;
  }

 private:
  struct Console {
    std::unique_ptr<sys::FrameChannel> channel;
    std::optional<std::uint32_t> watch;
    std::vector<std::pair<std::uint32_t, std::string>> looks{};
    bool gone = false;
  };

  void accept() {
    consoles_.remove_if([](const Console& c) { return c.gone; });
    auto fd = sys::accept_one(listener_.get());
    if (!fd) return;
    auto& c = consoles_.emplace_back();
    c.channel = std::make_unique<sys::FrameChannel>(
        loop_, std::move(fd), [this, &c](std::string_view f) { return take(c, f); },
        [&c](const Error&) { c.gone = true, c.watch.reset(), c.looks.clear(); });
  }

  template <class M>
  static void reply(Console& c, std::uint32_t tag, M m) {
    m.tag = tag;
    c.channel->send_now(proto::encode(std::move(m)));
  }
  static void refuse(Console& c, std::uint32_t tag, operators::Why why, std::string text) {
    reply(c, tag, operators::Refused{.why = why, .text = std::move(text)});
  }

  Status take(Console& c, std::string_view frame) {
    using operators::Type;
    switch (static_cast<Type>(proto::type_byte(frame))) {
      case Type::Hello: {
        const auto m = proto::decode<operators::Hello>(frame);
        if (!m) return m.error();
        reply(c, m->tag,
              operators::Welcome{.version = version,
                                 .operator_name = operator_name,
                                 .roles = {"operator"},
                                 .groups = groups});
        return Ok{};
      }
      case Type::List: {
        const auto m = proto::decode<operators::List>(frame);
        if (!m) return m.error();
        return list(c, *m), Ok{};
      }
      case Type::Show: {
        const auto m = proto::decode<operators::Show>(frame);
        if (!m) return m.error();
        const auto* r = find(m->id);
        if (r == nullptr) return refuse(c, m->tag, operators::Why::NoSuchId, "no such id"), Ok{};
        return reply(c, m->tag, operators::Request{.request = *r}), Ok{};
      }
      case Type::Decide: {
        const auto m = proto::decode<operators::Decide>(frame);
        if (!m) return m.error();
        return decide(c, *m), Ok{};
      }
      case Type::Watch: {
        const auto m = proto::decode<operators::Watch>(frame);
        if (!m) return m.error();
        c.watch = m->tag;
        return Ok{};
      }
      default:
        return take_other(c, frame);
    }
  }

  // What is not about requests.
  Status take_other(Console& c, std::string_view frame) {
    using operators::Type;
    switch (static_cast<Type>(proto::type_byte(frame))) {
      case Type::Sessions: {
        const auto m = proto::decode<operators::Sessions>(frame);
        if (!m) return m.error();
        return reply(c, m->tag, operators::SessionList{.sessions = sessions}), Ok{};
      }
      case Type::Grants: {
        const auto m = proto::decode<operators::Grants>(frame);
        if (!m) return m.error();
        return reply(c, m->tag, operators::GrantList{.grants = grants}), Ok{};
      }
      case Type::Control: {
        const auto m = proto::decode<operators::Control>(frame);
        if (!m) return m.error();
        return control(c, *m), Ok{};
      }
      case Type::Revoke: {
        const auto m = proto::decode<operators::Revoke>(frame);
        if (!m) return m.error();
        std::erase_if(grants, [&](const auto& g) { return g.id == m->id; });
        if (on_order) on_order("revoke " + m->id);
        return reply(c, m->tag, operators::Done{.text = "taken back"}), Ok{};
      }
      case Type::Look: {
        const auto m = proto::decode<operators::Look>(frame);
        if (!m) return m.error();
        c.looks.emplace_back(m->tag, m->session);
        return reply(c, m->tag, operators::Output{.code = 'o', .bytes = ""}), Ok{};
      }
      default:
        return fail(Errc::Protocol, "out of turn");
    }
  }

  void control(Console& c, const operators::Control& m) {
    static constexpr const char* kVerbs[] = {"pause", "resume", "kill"};
    const std::string verb = kVerbs[static_cast<std::size_t>(m.action)];
    for (auto& s : sessions) {
      if (m.agent.empty() ? s.id != m.session : s.agent != m.agent) continue;
      s.paused = m.action == operators::Action::Pause ? operator_name + ": " + m.reason : "";
    }
    if (m.action == operators::Action::Kill)
      std::erase_if(sessions, [&](const auto& s) { return s.id == m.session; });
    if (on_order) on_order(verb + " " + m.session + m.agent + " " + m.reason);
    reply(c, m.tag, operators::Done{.text = verb + ": done"});
  }

  void list(Console& c, const operators::List& m) {
    operators::Requests answer;
    for (auto r : requests) {
      if (m.reviews ? r.review != "wanted" : !m.all && r.state != "pending") continue;
      r.environment.clear(), r.input_head.clear(), r.decisions.clear();
      if (answer.requests.size() == page) {
        answer.more = true;
        reply(c, m.tag, std::exchange(answer, {}));
      }
      answer.requests.push_back(std::move(r));
    }
    reply(c, m.tag, std::move(answer));
  }

  void decide(Console& c, const operators::Decide& m) {
    decides.push_back(m);
    if (on_decide) on_decide(m);
    auto* r = find(m.id);
    if (r == nullptr) return refuse(c, m.tag, operators::Why::NoSuchId, "no such id");
    if (m.say == operators::Say::Review) {
      r->review = "done";
      return reply(c, m.tag, operators::Decided{.request = *r});
    }
    if (r->state != "pending")
      return refuse(c, m.tag, operators::Why::AlreadyDecided, "already " + r->state);
    if (m.digest != r->digest)
      return refuse(c, m.tag, operators::Why::Invalid, "it is another request than was shown");
    for (const auto& d : r->decisions)
      if (d.operator_name == operator_name)
        return refuse(c, m.tag, operators::Why::NotAllowed, "you have approved it already");
    r->decisions.push_back(
        {operator_name, m.say, m.reason, m.proposal, "", m.grant_ms, wall_now_ms()});
    const bool approve = r->decisions.back().approves();
    if (approve) ++r->approvals_have;
    if (m.say == operators::Say::BreakGlass) r->approvals_have = r->approvals_needed;
    if (!approve)
      r->state = "denied";
    else if (r->approvals_have >= r->approvals_needed)
      r->state = "approved";
    reply(c, m.tag, operators::Decided{.request = *r});
    tell(approve ? "approved" : "denied", *r, m.reason);
  }

  void tell(const std::string& event, const operators::RequestView& r, const std::string& text) {
    emit({.event = event,
          .id = r.id,
          .agent = r.agent,
          .target = r.target,
          .at = wall_now_ms(),
          .text = text});
  }

  sys::EventLoop& loop_;
  std::string path_;
  Fd listener_;
  sys::EventLoop::Watcher accepting_;
  std::list<Console> consoles_;
};

}  // namespace hitl::testing
