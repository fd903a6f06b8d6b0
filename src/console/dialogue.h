// SPDX-License-Identifier: Apache-2.0
// Question and answer, one at a time: the client as the one-shot commands use
// it.  Waits; never to be used in a program that has a loop of its own.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "console/client.h"
#include "console/decision.h"

namespace hitl::console {

class Dialogue {
 public:
  // Returns when the broker has greeted.  Errors: Errc::NotFound where nobody
  // listens, Closed, Timeout, Protocol; Denied with the broker's words
  // where it does not know this operator.
  static Result<std::unique_ptr<Dialogue>> open(const Destination& to);

  const Identity& identity() const { return identity_; }
  // The operator's signature under `text`; asks on the terminal where it must.
  Result<std::string> sign(const std::string& text, const std::string& identity_file);

  // The answer, which is a Refused too.  Errors as above: the broker is lost.
  template <class M>
  Result<Message> ask(M question) {
    if (lost_) return *lost_;
    return answer(client_->send(std::move(question)), std::chrono::seconds(10));
  }

  // What a session's recording gets, from now on; returns when it has ended, with
  // Errc::Closed, or as below.
  Error look(const std::string& session, const std::function<void(const operators::Output&)>& each);
  // Calls `each` for every event from now on; returns when the broker is lost,
  // or refuses.
  Error watch(const std::function<void(const operators::Event&)>& each);

 private:
  Dialogue() = default;
  Result<Message> answer(std::uint32_t tag, std::chrono::seconds patience);

  sys::EventLoop loop_;
  std::unique_ptr<Client> client_;
  Identity identity_;
  std::vector<Message> inbox_;  // answers not yet looked at
  std::function<void(const operators::Event&)> on_event_;
  std::optional<Error> lost_;
};

}  // namespace hitl::console
