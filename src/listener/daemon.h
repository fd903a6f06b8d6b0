// SPDX-License-Identifier: Apache-2.0
// hitl-bastiond itself: accepts connections, starts a process for each, keeps
// the broker alive.  It reads no byte from the network and decides nothing.
//
// Every other process of the bastion is its child and dies with it.  Started as
// root, it runs ingress and egress as nobody, and the broker as the owner of the
// configuration's folder.
#pragma once

#include <sys/socket.h>
#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "config/bastion_config.h"
#include "sys/event_loop.h"
#include "sys/frame_channel.h"
#include "sys/process.h"
#include "sys/signals.h"

namespace hitl::listener {

class Daemon {
 public:
  // Listens already when this returns, but takes no connection before run().
  static Result<std::unique_ptr<Daemon>> create(config::BastionConfig config);

  // Until SIGTERM or SIGINT; the exit status.
  int run();

 private:
  explicit Daemon(config::BastionConfig config) : config_(std::move(config)) {}

  Status find_programs();
  Status choose_users();
  Status load_host_keys();
  Status listen();

  void start_broker();
  void broker_ended(int status);
  Status on_broker(std::string_view frame);
  void on_ready();
  void accept_some(int socket);
  void start_ingress(Fd client, const sockaddr_storage& from);
  void start_egress(Fd broker);
  void on_signal(int number);
  void reap();
  void stop_accepting();
  void finish(int status);

  config::BastionConfig config_;
  sys::EventLoop loop_;
  std::unique_ptr<sys::Signals> signals_;
  std::string broker_path_, ingress_path_, egress_path_;
  std::optional<sys::User> nobody_, owner_;
  std::vector<Fd> host_keys_;  // each a sealed file in memory

  struct Socket {
    Fd fd;
    std::string address;  // as bound
    sys::EventLoop::Watcher watcher;
  };
  std::vector<Socket> sockets_;

  std::unique_ptr<sys::FrameChannel> broker_;
  pid_t broker_pid_ = -1;
  BootClock::time_point broker_started_{};
  std::chrono::milliseconds backoff_{0};
  bool ready_ = false, ever_ready_ = false, stopping_ = false;
  std::vector<pid_t> ingress_pids_;
  sys::EventLoop::Alarm alarm_, drain_;
  int status_ = 0;
};

}  // namespace hitl::listener
