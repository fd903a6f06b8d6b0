// SPDX-License-Identifier: Apache-2.0
// modules: console
// fake_broker SOCKET: a broker with four pending requests, for tests of the
// console.  Commands, a line each, on standard input:
//   hold ID COMMAND   a new request        settle ID STATE   it is settled elsewhere
//   change ID         another digest       flood N           N requests at once
//   drop              the broker dies      back              it is there again
// Each decision is a line on standard output: "approve ID REASON".
#include "support/fake_broker.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <sstream>

#include "support/sample_requests.h"
#include "sys/signals.h"

namespace {

using hitl::testing::FakeBroker;

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
    r.effects = {{"delete", 0, 1, "rm removes what it names"}};
    return r;
  };
  if (verb == "hold") broker.hold(held(id, rest));
  if (verb == "settle" && broker.find(id)) broker.settle(broker.find(id)->id, rest);
  if (verb == "change" && broker.find(id)) {
    auto& r = *broker.find(id);
    r.digest[0] = static_cast<char>(r.digest[0] + 1);
    broker.emit({.event = "held", .id = r.id, .agent = r.agent, .target = r.target, .text = ""});
  }
  if (verb == "flood")
    for (int i = 0; i < std::stoi(id); ++i)
      broker.hold(held("F" + std::to_string(10'000 + i), "rm -r /srv/" + std::to_string(i)));
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
  broker.on_decide = [](const auto& d) {
    std::printf("%s %s %s\n", d.say == hitl::operators::Say::Approve ? "approve" : "deny",
                d.id.c_str(), d.reason.c_str());
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
