// SPDX-License-Identifier: Apache-2.0
// One console on the operators' socket.  Who it is, the kernel says (peer
// credentials) and the configuration names.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "broker/approvals.h"
#include "broker/peer.h"
#include "broker/shared.h"
#include "hitl/operator_protocol.h"

namespace hitl::broker {

class OperatorSession {
 public:
  // `on_end` is called once and may destroy the session.
  OperatorSession(Shared& shared, Fd socket, std::function<void()> on_end);
  OperatorSession(const OperatorSession&) = delete;
  OperatorSession& operator=(const OperatorSession&) = delete;

 private:
  enum Phase : unsigned { Greeting = 1, Open = 2, Refused = 4 };

  Status on_hello(std::string_view frame);
  Status on_list(std::string_view frame);
  Status on_show(std::string_view frame);
  Status on_decide(std::string_view frame);
  Status on_watch(std::string_view frame);
  static const Route<OperatorSession> kRoutes[];
  friend Status dispatch<OperatorSession>(OperatorSession&, std::span<const Route<OperatorSession>>,
                                          unsigned, std::string_view);

  void refuse(std::uint32_t tag, operators::Why why, std::string text);

  Shared& shared_;
  int socket_;
  Phase phase_ = Greeting;
  Decider who_;
  Feed::Place watching_;
  std::unique_ptr<Peer> console_;
};

}  // namespace hitl::broker
