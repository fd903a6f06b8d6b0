// SPDX-License-Identifier: Apache-2.0
// hitl-notify: tells people and programs what happens.  Started by the broker:
//
//   hitl-notify --config FILE broker=FD      events in, deliveries out
//   hitl-notify --post NAME --config FILE    one of these deliveries, to a webhook
#include <signal.h>

#include <iostream>
#include <iterator>

#include "base/log.h"
#include "config/bastion_config.h"
#include "notify/courier.h"
#include "notify/feed.h"
#include "notify/post.h"
#include "proto/notify_codec.h"
#include "sys/frame_channel.h"
#include "sys/process.h"
#include "sys/signals.h"

namespace {

using namespace hitl;

int carry(const config::BastionConfig& config, Fd broker) {
  auto self = sys::find_program("hitl-notify");
  if (!self) return log("{}", self.error().what), 2;
  auto feed = notify::EventFeed::open(config.events_file, config.events_journal);
  if (!feed) return log("{}", feed.error().what), 2;
  sys::ignore_sigpipe();
  sys::EventLoop loop;
  notify::Courier courier(loop, config, *self);
  const sys::Signals children(loop, {SIGCHLD}, [&](int) { courier.reap(); });
  sys::FrameChannel channel(
      loop, std::move(broker),
      [&](std::string_view frame) -> Status {
        auto event = notify::decode(frame);
        if (!event) return event.error();
        feed->write(*event);
        courier.take(*event);
        return Ok{};
      },
      [&](const Error&) { loop.stop(); });
  loop.run();
  return 0;
}

int post(const config::BastionConfig& config, const std::string& name) {
  const auto to = config.notifications.find(name);
  if (to == config.notifications.end()) return log("no [notify.{}]", name), 2;
  const std::string body(std::istreambuf_iterator<char>(std::cin), {});
  if (const auto s = notify::post(to->second, body); !s)
    return log("notify.{}: {}", name, s.error().what), 1;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  set_program_name("hitl-notify");
  sys::Inherited inherited(argc, argv);
  std::string file, name;
  const auto& words = inherited.arguments();
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    if (words[i] == "--config") file = words[i + 1];
    if (words[i] == "--post") name = words[i + 1];
  }
  const auto config = config::read_config(file);
  if (!config) return log("{}", config.error().what), 2;
  if (!name.empty()) return post(*config, name);
  auto broker = inherited.take("broker");
  if (!broker) return log("{}", broker.error().what), 2;
  return carry(*config, std::move(*broker));
}
