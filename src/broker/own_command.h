// SPDX-License-Identifier: Apache-2.0
// `ssh AGENT@bastion hitl …`: what an agent asks the bastion itself.  Nothing of
// it reaches a target, and none of it says more than the agent may know: of a
// request that is another's it says what it says of one that is not there.
//
// Only a lone simple command, whose words are as they are written, is taken.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "broker/shared.h"
#include "broker/waiters.h"
#include "broker/wishes.h"
#include "hitl/ingress_protocol.h"

namespace hitl::broker {

class OwnCommand final : public Waiter {
 public:
  // The agent's end of it.
  struct Outlet {
    std::function<void(const std::string& line)> print;   // its standard output
    std::function<void(const std::string& line)> notice;  // its standard error
    std::function<void(std::int32_t status)> finish;      // the last word; it is over then
  };

  // Whether a command is one of these, where the agent named no target.
  static bool is_one(std::string_view command);

  OwnCommand(Shared& shared, const store::SessionRow& session, Outlet outlet, ingress::Exec exec);

  void begin();
  // ^C, or the agent has gone.
  void cancel();
  bool is_over() const { return over_; }

  void on_decision(const store::RequestRow& request) override;

 private:
  using Words = std::vector<std::string>;
  void whoami();
  void targets();
  void explain(const Words& words);
  void status(const Words& words);
  void wait(const Words& words);
  void cancel_request(const Words& words);

  // Of this agent; nothing, and the command is over, where there is none.
  std::optional<store::RequestRow> mine(const std::string& id);
  void print(const std::string& line);
  void misused(const std::string& why);
  void report(const store::RequestRow& request);
  void end(std::int32_t status);

  Shared& shared_;
  const store::SessionRow& session_;
  Outlet outlet_;
  ingress::Exec exec_;
  Wishes wishes_;
  Notices notices_;
  bool over_ = false;
  Waiters::Place place_;
  sys::EventLoop::Alarm deadline_;
};

}  // namespace hitl::broker
