// SPDX-License-Identifier: Apache-2.0
#include "console/courier.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "console/decision.h"

namespace hitl::console {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstRetry{200}, kLastRetry{2'000};

template <class A>
constexpr bool kIsLocal =
    std::is_same_v<A, Ring> || std::is_same_v<A, Quit> || std::is_same_v<A, Repaint>;

}  // namespace

Courier::Courier(sys::EventLoop& loop, Model& model, Destination to, std::string identity_file,
                 Tool::Manner manner, Ears ears)
    : loop_(loop),
      model_(model),
      to_(std::move(to)),
      identity_file_(std::move(identity_file)),
      manner_(manner),
      ears_(std::move(ears)),
      retry_(kFirstRetry) {}

Now Courier::clock() {
  const auto steady = BootClock::now().time_since_epoch();
  return {std::chrono::duration_cast<milliseconds>(steady).count(), wall_now_ms()};
}

void Courier::obey(std::vector<Action> actions) {
  for (auto& action : actions) perform(std::move(action));
  ears_.changed();
}

void Courier::perform(Action action) {
  const bool local =
      std::visit([](const auto& a) { return kIsLocal<std::remove_cvref_t<decltype(a)>>; }, action);
  if (local) return ears_.local(action);
  if (client_ == nullptr) return;
  if (auto* d = std::get_if<operators::Decide>(&action)) return decide(std::move(*d));
  send(std::move(action));
}

void Courier::send(Action action) {
  if (client_ == nullptr) return;
  const auto tag = std::visit(
      [&](const auto& a) -> std::uint32_t {
        if constexpr (kIsLocal<std::remove_cvref_t<decltype(a)>>)
          return 0;
        else
          return client_->send(a);
      },
      action);
  note_sent(model_, action, tag);
}

// Signed over what the model holds of the request, where it must be.
void Courier::decide(operators::Decide decision) {
  const auto* r = find_request(model_, decision.id);
  if (r == nullptr) return take(NotSigned{"the request is gone"});
  if (!needs_signature(model_.identity, *r)) return send(std::move(decision));
  if (signer_) return take(NotSigned{"another decision is being signed"});
  auto statement = statement_of(model_.identity, *r, decision);
  if (!statement) return take(NotSigned{statement.error().what});
  decision.nonce = r->nonce;
  signer_ = std::make_unique<Signer>(loop_, model_.identity.keys, identity_file_, manner_);
  signer_->sign(approval::text_of(*statement),
                [this, decision](Result<std::string> signature) mutable {
                  // The signer is in its last call: it goes when the turn has ended.
                  signed_ = loop_.after(std::chrono::nanoseconds(0), [this] { signer_.reset(); });
                  if (!signature) return take(NotSigned{signature.error().what});
                  decision.signature = std::move(*signature);
                  send(std::move(decision));
                });
}

void Courier::connect() {
  auto client = Client::connect(
      loop_, to_, Tool::Manner::Silent,
      [this](const Message& message) {
        retry_ = kFirstRetry;
        obey(update(model_, message, clock()));
      },
      [this](const Error& why) {
        client_.reset();
        lost(why);
      });
  if (!client) return lost(client.error());
  client_ = std::move(*client);
}

void Courier::lost(const Error& why) {
  take(LinkDown{why.what});
  again_ = loop_.after(retry_, [this] { connect(); });
  retry_ = std::min(retry_ * 2, kLastRetry);
}

}  // namespace hitl::console
