// SPDX-License-Identifier: Apache-2.0
// A shell session on the target, seen from here: what its two legs share.
//
// The control leg carries the broker's lines in and the status out, the shell's
// leg the terminal.  An agent's byte goes in only while a line runs, and only
// as that line's ruling says; the three keys of the terminal (^C, ^Z, ^\) always.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "egress/broker_link.h"
#include "egress/line_watch.h"
#include "hitl/egress_protocol.h"
#include "ssh/intake.h"
#include "ssh/outlet.h"
#include "ssh/transport.h"

namespace hitl::egress {

// Of what an agent types: what the terminal itself acts upon.
std::string keys_of(std::string_view bytes);

class Keeper {
 public:
  Keeper(BrokerLink& broker, std::uint32_t control) : broker_(broker), control_(control) {}
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  // From the broker.
  Status line(Line line);
  void opens(bool terminal) { watch_ = std::make_unique<LineWatch>(terminal); }

  // What came from the control leg.
  void hear(std::string bytes);
  // The control leg; true if something was done.
  bool step(const ssh::Transport& transport, ssh_channel channel, ssh::Intake& out);

  // The shell's leg.
  LineWatch* watch() { return watch_.get(); }
  // Ingress sends `bytes` for line `number`.  They wait until the shell runs it.
  void offer(std::uint32_t number, std::string_view bytes);
  // What of them goes in now.
  std::string admit();
  std::size_t waiting() const { return waiting_.size(); }
  // The line's end is passed on: this goes before it to ingress.  Of what went in,
  // the last `unsent` bytes have not left.
  // `masked`: in its output.
  std::string end_of_line(std::size_t unsent, Masked masked);

 private:
  BrokerLink& broker_;
  std::uint32_t control_;
  bool ready_said_ = false;
  std::string greeting_;
  ssh::Outlet in_;
  std::unique_ptr<LineWatch> watch_;  // none: the shell has not opened

  std::uint32_t number_ = 0;  // of the line
  InputRole role_ = InputRole::None;
  std::string waiting_;  // of ingress
  std::uint32_t waiting_for_ = 0;
  std::uint64_t accepted_ = 0;  // bytes that are no longer
  std::string admitted_;        // the end of those that went in
};

}  // namespace hitl::egress
