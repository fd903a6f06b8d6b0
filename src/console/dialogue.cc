// SPDX-License-Identifier: Apache-2.0
#include "console/dialogue.h"

#include "base/visible.h"
#include "console/signer.h"

namespace hitl::console {
namespace {

constexpr std::chrono::seconds kPatience{10};
constexpr std::chrono::seconds kLogin{120};  // somebody may have to type or touch something

Error denied(const operators::Refused& r) {
  return fail(Errc::Denied, "broker refused: " + visible(r.text).str());
}

}  // namespace

Result<std::unique_ptr<Dialogue>> Dialogue::open(const Destination& to) {
  std::unique_ptr<Dialogue> d(new Dialogue);
  auto* self = d.get();
  auto client = Client::connect(
      d->loop_, to, Tool::Manner::Talks,
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
  auto welcome = d->answer(1, to.host.empty() ? kPatience : kLogin);
  if (!welcome) return welcome.error();
  if (const auto* refused = std::get_if<operators::Refused>(&*welcome)) return denied(*refused);
  if (auto* w = std::get_if<operators::Welcome>(&*welcome))
    d->identity_ = {w->operator_name, w->bastion, std::move(w->keys), w->must_sign};
  return d;
}

Result<Message> Dialogue::answer(std::uint32_t tag, std::chrono::seconds patience) {
  const auto until = BootClock::now() + patience;
  for (;;) {
    for (auto& m : std::exchange(inbox_, {}))
      if (tag_of(m) == tag) return std::move(m);
    if (lost_) return *lost_;
    if (BootClock::now() >= until) return fail(Errc::Timeout, "broker did not answer in time");
    loop_.run_once(std::chrono::milliseconds(250));
  }
}

Result<std::string> Dialogue::sign(const std::string& text, const std::string& identity_file) {
  std::optional<Result<std::string>> signature;
  Signer signer(loop_, identity_.keys, identity_file, Tool::Manner::Talks);
  signer.sign(text, [&](Result<std::string> result) { signature = std::move(result); });
  while (!signature && !lost_) loop_.run_once();
  if (!signature) return *lost_;
  return std::move(*signature);
}

Error Dialogue::look(const std::string& session,
                     const std::function<void(const operators::Output&)>& each) {
  if (lost_) return *lost_;
  const auto tag = client_->send(operators::Look{.session = session});
  while (!lost_) {
    for (const auto& m : std::exchange(inbox_, {})) {
      if (tag_of(m) != tag) continue;
      if (const auto* refused = std::get_if<operators::Refused>(&m)) return denied(*refused);
      const auto* output = std::get_if<operators::Output>(&m);
      if (output == nullptr) continue;
      if (output->code == 'x') return fail(Errc::Closed, "the session has ended");
      each(*output);
    }
    loop_.run_once();
  }
  return *lost_;
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
