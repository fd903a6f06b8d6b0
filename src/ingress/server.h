// SPDX-License-Identifier: Apache-2.0
// One agent's connection: key exchange, authentication, channels.
//
// Untrusted: an agent may take this process over.  It has no way to a target,
// opens no file and connects nowhere; it asks the broker and passes bytes.
//
// Requests are taken from libssh's message queue, not by its server callbacks: a
// callback must answer at once, while an answer about a key comes from the broker
// some turns later.  A queued message is answered when we can, in order, and
// always from the main loop.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "ingress/broker_link.h"
#include "ingress/channel.h"
#include "ingress/gate.h"
#include "ingress/login.h"
#include "ssh/transport.h"
#include "sys/event_loop.h"

namespace hitl::ingress {

class Server {
 public:
  struct Parts {
    Fd client, broker;
    std::vector<ssh::Key> host_keys;
    std::chrono::seconds grace{30};  // for key exchange and authentication
  };

  // The loop stops when the connection has ended.
  static Result<std::unique_ptr<Server>> create(sys::EventLoop& loop, Parts parts);
  ~Server();

  // At the end of each loop turn: all of the work.
  void turn();

 private:
  explicit Server(sys::EventLoop& loop) : loop_(loop) {}
  Status listen(std::vector<ssh::Key> host_keys);

  // From the agent.
  bool take_messages();
  void on_message(ssh::Message message);
  void on_service(ssh::Message message);
  void on_auth(ssh::Message message);
  void on_open(ssh::Message message);
  void on_request(ssh::Message message);
  void on_environment(Channel& channel, const ssh::Message& message);
  void answer_auth(Login::Step step);

  // From the broker.
  Status on_broker_frame(std::string_view frame);
  Status on_auth_answer(std::string_view frame);
  Status on_notice(std::string_view frame);
  Status on_collect(std::string_view frame);
  Status on_run(std::string_view frame);
  Status on_join(std::string_view frame);
  Status on_print(std::string_view frame);
  Status on_finish(std::string_view frame);
  Status on_more(std::string_view frame);
  Status on_line_runs(std::string_view frame);
  Status on_line_done(std::string_view frame);
  Status on_prompt(std::string_view frame);
  void on_broker_end(const Error& why);

  Moment moment(const Channel* channel) const;
  Channel* find(std::uint32_t number);
  Channel* find(ssh_channel handle);
  void end(const char* words);

  sys::EventLoop& loop_;
  std::unique_ptr<sys::FrameChannel> broker_;
  std::unique_ptr<BrokerLink> link_;
  bool broker_gone_ = false, ended_ = false;

  ssh_counter_struct sent_{};  // libssh keeps a pointer to it: before the session
  std::unique_ptr<ssh::Transport> transport_;
  ssh::Bind bind_;
  bool key_exchange_done_ = false;
  Login login_;
  ssh::Message asking_;  // the request that awaits the broker's answer
  sys::EventLoop::Alarm grace_, farewell_, again_;

  // After the transport: a channel goes before its session (ssh_channel_free()
  // reads channel->session).
  std::vector<std::unique_ptr<Channel>> channels_;
  std::uint32_t next_number_ = 1;
};

}  // namespace hitl::ingress
