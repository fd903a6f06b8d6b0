// SPDX-License-Identifier: Apache-2.0
// The bytes of one running command, both ways.
//
// The one place where they pass: what the target sends is masked, then goes to the
// broker to be recorded, and only then on to ingress.  No more than kUnrecorded bytes
// are under way that the broker has not committed, so a recorder that is slow
// slows the command, and one that is dead stops it.
//
// Input goes to the target as it came, and into the record masked: there the end of
// it may lag by what the masker keeps back.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "egress/broker_link.h"
#include "egress/keeper.h"
#include "hitl/egress_protocol.h"
#include "mask/masker.h"
#include "ssh/intake.h"
#include "ssh/outlet.h"
#include "ssh/transport.h"
#include "sys/frame_channel.h"

namespace hitl::egress {

class Relay {
 public:
  struct Parts {
    sys::EventLoop& loop;
    BrokerLink& broker;
    std::uint32_t command = 0;
    InputRole input = InputRole::None;
    std::string script;  // where the input is one
    Fd stream;           // to ingress
    bool terminal = false;
    std::shared_ptr<Keeper> keeper;            // of a shell session's shell
    std::shared_ptr<const mask::Table> rules;  // null: nothing is masked
  };

  explicit Relay(Parts parts);
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  // What the command printed together with the wrapper's line.
  void begin(const std::string& noise_and_first_stderr);
  void recorded(std::uint64_t total) { recorded_ = total; }

  // Does what can be done now; true if something was.  Not before the command has
  // begun.
  bool step(const ssh::Transport& transport, ssh_channel channel, ssh::Intake& out,
            ssh::Intake& err);

  // The command has ended: nothing more is recorded, nothing more goes in.
  void retire();
  // In all that was not of a session's line.
  Masked take_masked();
  // Ingress has read all there was, or is gone.
  bool drained() const { return !stream_ || stream_->queued() == 0; }

 private:
  // One of the streams, as it is recorded.
  struct Lane {
    char code;  // o, e, i
    mask::Masker masker;
    sys::EventLoop::Alarm patience = {};
  };

  void take_output(char code, const std::string& bytes);
  void pass(const std::vector<LineWatch::Piece>& pieces);
  void mask(Lane& lane, std::string_view bytes);
  void end_texts();
  void pass_on(const Lane& lane, const std::string& bytes);
  void pass_input(std::string_view bytes);
  bool may_take_output() const;
  Status on_stream_frame(std::string_view frame);

  sys::EventLoop& loop_;
  BrokerLink& broker_;
  std::uint32_t command_;
  InputRole input_;
  bool terminal_;
  std::shared_ptr<Keeper> keeper_;
  std::unique_ptr<sys::FrameChannel> stream_;  // none: ingress is gone
  Lane out_lane_, err_lane_, in_lane_;
  ssh::Outlet in_;
  bool begun_ = false, in_ended_ = false, in_end_sent_ = false;
  std::uint64_t sent_ = 0, recorded_ = 0;
};

}  // namespace hitl::egress
