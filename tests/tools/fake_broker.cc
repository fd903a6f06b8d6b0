// SPDX-License-Identifier: Apache-2.0
// modules: console
// fake_broker SOCKET: a broker with four pending requests, for tests of the
// console.  Commands, a line each, on standard input:
//   hold ID COMMAND   a new request        settle ID STATE   it is settled elsewhere
//   change ID         another digest       flood N           N requests at once
//   drop              the broker dies      back              it is there again
//   past              a chain, a grant and a history for the first request
//   review            something that ran by a broken glass
//   output CODE TEXT  of the first session, with \e \r \n in place of what they stand for
// Each decision is a line on standard output, "approve ID REASON", and so is each
// order, "pause SESSION REASON".
#include "support/fake_broker.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <sstream>

#include "support/sample_sessions.h"
#include "sys/signals.h"

namespace {

using hitl::testing::FakeBroker;

// With the three escapes as bytes.
std::string bytes_of(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    out += c == 'e' ? '\x1b' : c == 'r' ? '\r' : c == 'n' ? '\n' : c;
  }
  return out;
}

// "approve ID REASON", with what only some decisions have after it.
void print(const hitl::operators::Decide& d) {
  static constexpr const char* kVerbs[] = {"approve", "deny", "propose", "break-glass", "review"};
  std::printf("%s %s %s", kVerbs[static_cast<std::size_t>(d.say)], d.id.c_str(), d.reason.c_str());
  if (!d.proposal.empty()) std::printf(" proposal=%s", d.proposal.c_str());
  if (d.grant_ms > 0)
    std::printf(" grant=%llu%s", static_cast<unsigned long long>(d.grant_ms),
                d.grant_session ? " session" : "");
  std::puts("");
  std::fflush(stdout);
}

void obey(FakeBroker& broker, const std::string& line) {
  std::istringstream in(line);
  std::string verb, id, rest;
  in >> verb >> id >> std::ws;
  std::getline(in, rest);
  const auto held = [](const std::string& name, const std::string& command) {
    auto r = hitl::testing::sample_request(name, command);
    r.requested_at = hitl::wall_now_ms();
    r.expires_at = r.requested_at + 20 * 60'000;
    r.summary = "deletes files";
    r.effects = {
        {"delete", 0, static_cast<std::uint32_t>(command.size()), "rm removes what it names"}};
    return r;
  };
  if (verb == "hold") broker.hold(held(id, rest));
  if (verb == "settle" && broker.find(id)) broker.settle(broker.find(id)->id, rest);
  if (verb == "change" && broker.find(id)) {
    auto& r = *broker.find(id);
    r.digest[0] = static_cast<char>(r.digest[0] + 1);
    broker.emit({.event = "held", .id = r.id, .agent = r.agent, .target = r.target, .text = ""});
  }
  if (verb == "review")
    broker.requests.push_back(hitl::testing::sample_review(hitl::wall_now_ms()));
  if (verb == "flood") {
    const auto now = hitl::wall_now_ms();
    for (int i = 0; i < std::stoi(id); ++i) {
      auto r = held("F" + std::to_string(10'000 + i), "rm -r /srv/" + std::to_string(i));
      r.requested_at = now + i;
      broker.hold(std::move(r));
    }
  }
  if (verb == "past") {
    auto& r = broker.requests[0];
    r = hitl::testing::sample_with_a_past(r);
    broker.emit({.event = "held", .id = r.id, .agent = r.agent, .target = r.target, .text = ""});
  }
  if (verb == "output") broker.output(broker.sessions[0].id, id[0], bytes_of(rest));
  if (verb == "drop") broker.drop();
  if (verb == "back") broker.listen();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  hitl::sys::ignore_sigpipe();
  hitl::sys::EventLoop loop;
  FakeBroker broker(loop, argv[1]);
  broker.requests = hitl::testing::sample_requests(hitl::wall_now_ms());
  broker.sessions = hitl::testing::sample_sessions(hitl::wall_now_ms());
  broker.grants = hitl::testing::sample_grants(hitl::wall_now_ms());
  broker.on_decide = print;
  broker.on_order = [](const std::string& order) {
    std::puts(order.c_str());
    std::fflush(stdout);
  };
  std::string pending;
  const auto input = loop.watch(STDIN_FILENO, EPOLLIN, [&](auto) {
    std::array<char, 4096> buffer;
    const auto n = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (n <= 0) return loop.stop();
    pending.append(buffer.data(), static_cast<std::size_t>(n));
    for (std::size_t end; (end = pending.find('\n')) != std::string::npos;) {
      obey(broker, pending.substr(0, end));
      pending.erase(0, end + 1);
    }
  });
  std::puts("ready");
  std::fflush(stdout);
  loop.run();
}
