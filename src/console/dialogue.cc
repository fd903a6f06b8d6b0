// SPDX-License-Identifier: Apache-2.0
#include "console/dialogue.h"

#include "base/visible.h"

namespace hitl::console {
namespace {

constexpr std::chrono::seconds kPatience{10};

Error denied(const operators::Refused& r) {
  return fail(Errc::Denied, "broker refused: " + visible(r.text).str());
}

}  // namespace

Result<std::unique_ptr<Dialogue>> Dialogue::open(const std::string& path) {
  std::unique_ptr<Dialogue> d(new Dialogue);
  auto* self = d.get();
  auto client = Client::connect(
      d->loop_, path,
      [self](Message m) {
        const auto* event = std::get_if<operators::Event>(&m);
        if (event == nullptr)
          self->inbox_.push_back(std::move(m));
        else if (self->on_event_)
          self->on_event_(*event);
      },
      [self](const Error& why) { self->lost_ = why; });
  if (!client) return client.error();
  d->client_ = std::move(*client);
  auto welcome = d->answer(1);
  if (!welcome) return welcome.error();
  if (const auto* refused = std::get_if<operators::Refused>(&*welcome)) return denied(*refused);
  return d;
}

Result<Message> Dialogue::answer(std::uint32_t tag) {
  const auto until = BootClock::now() + kPatience;
  for (;;) {
    for (auto& m : std::exchange(inbox_, {}))
      if (tag_of(m) == tag) return std::move(m);
    if (lost_) return *lost_;
    if (BootClock::now() >= until) return fail(Errc::Timeout, "broker did not answer within 10 s");
    loop_.run_once(std::chrono::milliseconds(250));
  }
}

Error Dialogue::watch(const std::function<void(const operators::Event&)>& each) {
  if (lost_) return *lost_;
  on_event_ = each;
  client_->send(operators::Watch{});
  while (!lost_) {
    loop_.run_once();
    for (const auto& m : std::exchange(inbox_, {}))
      if (const auto* refused = std::get_if<operators::Refused>(&m)) return denied(*refused);
  }
  return *lost_;
}

}  // namespace hitl::console
