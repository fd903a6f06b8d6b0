// SPDX-License-Identifier: Apache-2.0
// One console: on the operators' socket, where the kernel says who it is, or by
// an operator's own connection over ssh, where their key did.  The latter came
// through an ingress, which is not trusted: its decisions are signed, each over a
// nonce of this session, and nothing else that it sends can change what runs but
// to stop it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "broker/approvals.h"
#include "broker/peer.h"
#include "broker/shared.h"
#include "hitl/operator_protocol.h"

namespace hitl::broker {

class OperatorSession {
 public:
  // `remote`: the operator whose key logged in; none: ask the kernel.  `on_end`
  // is called once and may destroy the session.
  OperatorSession(Shared& shared, Fd socket, std::optional<std::string> remote,
                  std::function<void()> on_end);
  OperatorSession(const OperatorSession&) = delete;
  OperatorSession& operator=(const OperatorSession&) = delete;

 private:
  enum Phase : unsigned { Greeting = 1, Open = 2, Refused = 4 };

  Status on_hello(std::string_view frame);
  Status on_list(std::string_view frame);
  Status on_show(std::string_view frame);
  Status on_decide(std::string_view frame);
  Status on_watch(std::string_view frame);
  Status on_sessions(std::string_view frame);
  Status on_control(std::string_view frame);
  Status on_grants(std::string_view frame);
  Status on_revoke(std::string_view frame);
  Status on_look(std::string_view frame);
  Status on_keep(std::string_view frame);
  Status on_prune(std::string_view frame);
  Status on_watched(std::string_view frame);
  static const Route<OperatorSession> kRoutes[];
  friend Status dispatch<OperatorSession>(OperatorSession&, std::span<const Route<OperatorSession>>,
                                          unsigned, std::string_view);

  void refuse(std::uint32_t tag, operators::Why why, std::string text);
  // Of what it was not asked just now: a console that does not read it ends.
  template <class M>
  void tell(M message);
  bool has_role(std::string_view role) const;
  bool may_control(std::uint32_t tag);
  bool may_audit(std::uint32_t tag);
  Result<std::string> identify() const;
  std::string fresh_nonce(const std::string& request);
  // The operator's proof for this decision; Errc::Denied with what is wrong.
  Result<Approvals::Evidence> evidence(const operators::Decide& decision);
  Status control_agent(const operators::Control& order);
  Status control_session(const operators::Control& order);
  void tell_control(const operators::Control& order, const std::string& session,
                    const std::string& agent, const std::string& target);

  struct Nonce {
    std::string request;
    WallMs issued = 0;
  };

  Shared& shared_;
  int socket_;
  std::optional<std::string> remote_;
  Phase phase_ = Greeting;
  approval::Person who_;
  std::map<std::string, Nonce> nonces_;
  Feed::Place watching_;
  std::map<std::uint32_t, Looks::Place> looks_;  // by tag
  std::function<void()> on_end_;
  sys::EventLoop::Alarm ending_;
  std::unique_ptr<Peer> console_;
};

}  // namespace hitl::broker
