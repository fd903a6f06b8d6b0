// SPDX-License-Identifier: Apache-2.0
// The way to one target for one session: an egress process and its legs.
//
// A leg is one SSH connection: TCP is made here, key exchange and host-key check
// by egress, and then it waits for a certificate.  The first one is made when
// the session begins (warm), so that an approved command needs one
// authentication only.  A leg runs one command and ends with it.
//
// This is the one place from which anything leaves for a target, and run()
// takes a Permit.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "broker/connector.h"
#include "broker/peer.h"
#include "broker/permit.h"
#include "broker/startups.h"
#include "config/bastion_config.h"
#include "crypto/ed25519.h"
#include "hitl/egress_protocol.h"
#include "sys/event_loop.h"

namespace hitl::broker {

// What has a command run: told how it goes, in this order: on_ready, then
// on_start_failed or on_started, on_output…, on_ended.  It may release its leg
// in each of them, but not destroy the link.
class LegUser {
 public:
  virtual ~LegUser() = default;
  // A leg awaits run().
  virtual void on_ready() = 0;
  // `may_have_started`: the target may have run it all the same.
  virtual void on_start_failed(egress::LegError error, const std::string& text,
                               bool may_have_started) = 0;
  virtual void on_started(std::uint64_t process_group, const std::string& start_time) = 0;
  // To be recorded: egress is told once the turn is committed.
  virtual void on_output(char code, std::string_view bytes) = 0;
  virtual void on_ended(const egress::Ended& ended) = 0;
};

// A process on a target that shall end.
struct Victim {
  std::uint64_t process_group = 0;
  std::string start_time;
};

class TargetLink {
 public:
  struct Parts {
    sys::EventLoop& loop;
    Turn& turn;
    const crypto::Ed25519Key& user_ca;
    Startups& startups;
    const config::Target& target;
    std::function<void(Fd)> spawn_egress;  // with its end of the socket
  };

  // `on_end`: the egress process is gone; its users have been told, and the link
  // is of no further use.  It may destroy the link.
  static Result<std::unique_ptr<TargetLink>> open(Parts parts, std::function<void()> on_end);
  ~TargetLink();

  // Makes a leg in case a command comes, if there is room for one.
  void keep_warm();

  // Gives `user` the next leg that is ready, perhaps within this call.
  void claim(LegUser& user);
  // Ends the user's claim and its leg, whatever that does: nothing more is told.
  void release(LegUser& user);

  struct Command {
    InputRole input = InputRole::None;
    Fd stream;  // the far end of ingress's
  };
  // On the user's leg, which is ready.  Errc::Limit, Invalid: the text cannot be
  // wrapped; nothing was sent.
  Status run(LegUser& user, Permit permit, Command command);

  // Ends what runs there, by a leg of its own; `done` when that is over.
  void kill(const Victim& victim, std::function<void()> done = {});

 private:
  enum class State : std::uint8_t { Queued, Connecting, Greeting, Ready, Starting, Running };
  struct Leg {
    State state = State::Queued;
    LegUser* user = nullptr;
    Startups::Waiting waiting;
    Startups::Slot slot;
    std::unique_ptr<Connector> connector;
    std::string our_address, public_key;
    BootClock::time_point since{};
    bool warm = false;
    std::string kill_text;  // of a leg that ends a process
    std::function<void()> kill_done;
    std::uint64_t recorded = 0;
  };
  using Legs = std::map<std::uint32_t, Leg>;

  explicit TargetLink(Parts parts, std::function<void()> on_end)
      : parts_(std::move(parts)), on_end_(std::move(on_end)) {}

  Legs::iterator new_leg();
  void queue(std::uint32_t number);
  void connect(std::uint32_t number);
  void ready(Legs::iterator leg);
  void fail_leg(std::uint32_t number, egress::LegError error, const std::string& text, bool asked);
  void drop(Legs::iterator leg);
  void send_run(Legs::iterator leg, const std::string& key_id, const std::string& text,
                std::string nonce, bool attached, InputRole input, std::string script, Fd stream);
  Legs::iterator leg_of(const LegUser& user);
  void lost(const Error& why);

  Status on_message(std::string_view frame);
  Status on_leg_ready(std::string_view frame);
  Status on_leg_failed(std::string_view frame);
  Status on_started(std::string_view frame);
  Status on_output(std::string_view frame);
  Status on_ended(std::string_view frame);
  static const Route<TargetLink> kRoutes[];
  friend Status dispatch<TargetLink>(TargetLink&, std::span<const Route<TargetLink>>, unsigned,
                                     std::string_view);

  Parts parts_;
  std::function<void()> on_end_;
  Legs legs_;
  std::uint32_t next_leg_ = 1;
  unsigned rewarmed_ = 0;  // since a command last asked for a leg
  sys::EventLoop::Alarm rewarm_;
  std::unique_ptr<Peer> egress_;
};

}  // namespace hitl::broker
