// SPDX-License-Identifier: Apache-2.0
// Between the model and the broker: tells update() what happened, sends what it
// asks for, signs decisions where they must be, and looks for a broker that is not
// there, or left, again.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "console/client.h"
#include "console/destination.h"
#include "console/signer.h"
#include "console/update.h"
#include "sys/event_loop.h"

namespace hitl::console {

class Courier {
 public:
  // `local`: what is no question to the broker (Ring, Quit, Repaint).
  // `changed`: called after each change of the model.
  struct Ears {
    std::function<void(const Action&)> local;
    std::function<void()> changed;
  };
  Courier(sys::EventLoop& loop, Model& model, Destination to, std::string identity_file,
          Tool::Manner manner, Ears ears);

  void connect();
  void take(const Input& input) { obey(update(model_, input, clock())); }

  // Questions that no input led to.
  void ask(std::vector<Action> actions) { obey(std::move(actions)); }

  static Now clock();

 private:
  void obey(std::vector<Action> actions);
  void perform(Action action);
  void decide(operators::Decide decision);
  void send(Action action);
  void lost(const Error& why);

  sys::EventLoop& loop_;
  Model& model_;
  Destination to_;
  std::string identity_file_;
  Tool::Manner manner_;
  Ears ears_;
  std::chrono::milliseconds retry_;
  sys::EventLoop::Alarm again_, signed_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<Signer> signer_;
};

}  // namespace hitl::console
