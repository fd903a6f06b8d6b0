// SPDX-License-Identifier: Apache-2.0
// modules: console
// console_bench [PENDING]: how long the screen's program takes from a key to the
// frame that answers it, with so many requests pending (500), half of them of one
// agent and unfolded, the selected one with a command of 60 kB.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "console/update.h"
#include "console/view.h"
#include "support/sample_requests.h"

namespace {

using namespace hitl;
using Clock = std::chrono::steady_clock;

std::vector<operators::RequestView> pending(int count) {
  std::vector<operators::RequestView> all;
  for (int i = 0; i < count; ++i) {
    auto& r = all.emplace_back(testing::sample_request("F" + std::to_string(10'000 + i),
                                                       "rm -r /srv/" + std::to_string(i)));
    if (i % 2 == 0) r.agent = "agent" + std::to_string(i / 8);
    r.effects = {{"delete", 0, 5, "rm removes what it names"}};
    if (i % 10 == 0)
      for (int n = 0; n < 3'000; ++n) r.command += "; touch /srv/file" + std::to_string(n);
    r.canonical = r.command;
  }
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 500;
  console::Model m;
  m.size = {120, 40};
  console::Now now{1'000'000, 1'790'000'260'000};
  const auto requests = pending(count);
  const auto ask = [&](const auto& question, auto answer) {
    console::note_sent(m, question, 7);
    answer.tag = 7;
    update(m, console::Message(std::move(answer)), now);
  };
  update(m, console::Message(operators::Welcome{.operator_name = "alice", .roles = {}}), now);
  ask(console::Action(operators::List{}), operators::Requests{.requests = requests});
  for (const auto& r : requests) update(m, console::Message(operators::Request{.request = r}), now);
  m.queue.unfolded = {"devin"};

  std::vector<double> times;
  const auto press = [&](tui::Key key) {
    const auto start = Clock::now();
    update(m, console::Input(key), now);
    note_painted(m, view(m).painted);
    const auto frame = view(m);
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  };
  for (int i = 0; i < count; ++i) press({.text = U'j'});
  for (int i = 0; i < 20; ++i) press({.text = U' '});
  for (const char32_t c : {U'/', U's', U'r', U'v', U'9'}) press({.text = c});
  std::ranges::sort(times);
  std::printf("%d pending, %zu keys: median %.2f ms, 99 of 100 below %.2f ms, longest %.2f ms\n",
              count, times.size(), times[times.size() / 2], times[times.size() * 99 / 100],
              times.back());
}
