// SPDX-License-Identifier: Apache-2.0
// The way to one target for one session: an egress process and its legs.
//
// A leg is one SSH connection: TCP is made here, key exchange and host-key check
// by egress, and then it waits for a certificate.  The first one is made when
// the session begins (warm), so that an approved command needs one
// authentication only.  A leg runs one command and ends with it.
//
// Before the first command of a target its shell is tried once, by a leg of its own:
// where the wrapper does not work, nothing is sent that was approved.
//
// This is the one place from which anything leaves for a target, and what an
// agent asked for takes a Permit.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "broker/connector.h"
#include "broker/peer.h"
#include "broker/permit.h"
#include "broker/startups.h"
#include "broker/way.h"
#include "config/bastion_config.h"
#include "crypto/ed25519.h"
#include "hitl/egress_protocol.h"
#include "shell/keeper.h"
#include "sys/event_loop.h"

namespace hitl::broker {

// What has the two legs of a shell session run, besides.
class KeeperUser : public LegUser {
 public:
  // Of the control leg.
  virtual void on_keeper_ready() = 0;
  virtual void on_line_ended(const egress::LineEnded& ended) = 0;
};

// What the self-test said of a target.
enum class SelfTest : std::uint8_t { None, OldBash, Passed };

class TargetLink final : public Way {
 public:
  struct Parts {
    sys::EventLoop& loop;
    Turn& turn;
    const crypto::Ed25519Key& user_ca;
    Startups& startups;
    SelfTest& self_test;
    const config::Target& target;
    Fd mask_rules;                         // compiled; none: nothing is masked
    std::function<void(Fd)> spawn_egress;  // with its end of the socket
  };

  // `on_end`: the egress process is gone; its users have been told, and the link
  // is of no further use.  It may destroy the link.
  static Result<std::unique_ptr<TargetLink>> open(Parts parts, std::function<void()> on_end);
  ~TargetLink() override;

  // Makes a leg in case a command comes, if there is room for one.
  void keep_warm();
  // Its bash cannot be a session's.  Known once a user was told on_ready.
  bool has_old_bash() const { return parts_.self_test == SelfTest::OldBash; }

  // Gives `user` the next leg that is ready, perhaps within this call.
  void claim(LegUser& user) override;
  // Ends the user's leg, whatever that does.
  void release(LegUser& user) override;
  // On the user's leg, which is ready.
  Status run(LegUser& user, Permit permit, Io io) override;
  // By a leg of its own.
  void kill(const Victim& victim, std::function<void()> done = {}) override;

  // The two halves of a shell session, on legs that are ready: fixed texts of ours,
  // in which nothing is of the agent.  The key ids are the session's.
  Status run_control(KeeperUser& control, const shell::Keeper& keeper, const std::string& key_id);
  Status run_shell(LegUser& user, KeeperUser& control, const shell::Keeper& keeper,
                   const std::string& key_id, const shell::Wrapping& environment, Io io);
  // Prints files for people, on the user's leg, which is ready: a fixed text of ours
  // (shell/files.h).
  Status run_read(LegUser& user, std::span<const std::string> paths, const std::string& key_id);
  // The judged line of a permit, to the shell that this control feeds.
  void run_line(KeeperUser& control, egress::Line line);
  void resize(LegUser& user, const TerminalSize& size);
  // What was approved for one target is for no other.
  void check_is_for_this_target(const Bound& bound) const;

 private:
  enum class State : std::uint8_t { Queued, Connecting, Greeting, Ready, Starting, Running };
  struct Leg {
    State state = State::Queued;
    LegUser* user = nullptr;
    KeeperUser* control = nullptr;  // the same, where it is a session's control
    Startups::Waiting waiting;
    Startups::Slot slot;
    std::unique_ptr<Connector> connector;
    std::string our_address, public_key;
    BootClock::time_point since{};
    bool warm = false;
    std::string kill_text;  // of a leg that ends a process
    std::function<void()> kill_done;
    bool is_trial = false;  // runs the self-test
    std::uint64_t recorded = 0;
  };
  using Legs = std::map<std::uint32_t, Leg>;

  explicit TargetLink(Parts parts, std::function<void()> on_end)
      : parts_(std::move(parts)), on_end_(std::move(on_end)) {}

  Legs::iterator new_leg();
  void queue(std::uint32_t number);
  void connect(std::uint32_t number);
  void ready(Legs::iterator leg);
  void offer(Legs::iterator leg);  // to its user, once the target is proven
  void offer_all();
  void try_out(Legs::iterator leg);
  void tried(int exit_status);
  void fail_users(egress::LegError error, const std::string& text);
  void fail_leg(std::uint32_t number, egress::LegError error, const std::string& text, bool asked);
  void drop(Legs::iterator leg);
  void send_run(Legs::iterator leg, const std::string& text, egress::Run run, Fd stream);
  Legs::iterator leg_of(const LegUser& user);
  void lost(const Error& why);

  Status on_message(std::string_view frame);
  Status on_leg_ready(std::string_view frame);
  Status on_leg_failed(std::string_view frame);
  Status on_started(std::string_view frame);
  Status on_output(std::string_view frame);
  Status on_ended(std::string_view frame);
  Status on_keeper_ready(std::string_view frame);
  Status on_line_ended(std::string_view frame);
  static const Route<TargetLink> kRoutes[];
  friend Status dispatch<TargetLink>(TargetLink&, std::span<const Route<TargetLink>>, unsigned,
                                     std::string_view);

  Parts parts_;
  std::function<void()> on_end_;
  Legs legs_;
  std::uint32_t next_leg_ = 1;
  bool is_trying_ = false;
  sys::EventLoop::Alarm trial_end_;
  unsigned rewarmed_ = 0;  // since a command last asked for a leg
  sys::EventLoop::Alarm rewarm_;
  std::unique_ptr<Peer> egress_;
};

}  // namespace hitl::broker
