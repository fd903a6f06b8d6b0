// SPDX-License-Identifier: Apache-2.0
// One SSH session in our event loop, as server or client; never blocks.
//
// libssh runs its callbacks out of almost any of its functions: a write or a
// read on a channel polls the socket too (0.10.6, channels.c: ssh_channel_flush).
// So callbacks only buffer and set marks, and whoever owns a Transport works in
// rounds at the end of a loop turn: take what came, write what waits, and again
// until a round does nothing.  Each session has an event of its own, because
// libssh is not safe with several in one once they write (poll.c:730).
//
// The socket is ours; libssh has a duplicate.  It closes its own at moments of
// its choosing, and a number that is closed behind the loop's back could be
// another descriptor's by the time that the loop lets go of it.
#pragma once

#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "ssh/handles.h"
#include "sys/event_loop.h"

namespace hitl::ssh {

// libssh's own log is off: at some levels it shows secrets.  Once, in main().
void start_library();

class Transport {
 public:
  // `socket` is a connected TCP socket.
  static Result<std::unique_ptr<Transport>> create(sys::EventLoop& loop, Fd socket);
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  ssh_session session() const { return session_.get(); }

  // A duplicate of the socket for libssh, which closes it with the session.
  int duplicate() const;

  // From now on what arrives is read: after the session's first step, for
  // before there is no poll context (ssh_event_add_session fails).
  Status attach();

  // Reads no more until false comes; TCP then pushes the peer back.
  void pause_reading(bool paused) { reading_paused_ = paused; }

  // Waits in the loop for what the session waits for.  Last thing in a turn.
  void settle();

  // The session can go on: neither side has ended it.
  bool alive() const;
  // Has bytes that the socket did not take yet: write nothing more.
  bool congested() const;
  // Says so to the peer and ends the session.  All channels must be gone: libssh
  // frees what is left of them (client.c: ssh_disconnect).
  void disconnect(const char* words);
  // libssh's last words, safe for a terminal.
  std::string error() const;

  // TCP's delayed acknowledgement off until it is next received from: the kernel
  // forgets it, so again after each step of a dialogue.
  void acknowledge_at_once() const;

 private:
  Transport(sys::EventLoop& loop, Fd socket) : loop_(loop), socket_(std::move(socket)) {}
  void on_ready(std::uint32_t events);
  void stay_non_blocking() const;

  sys::EventLoop& loop_;
  Fd socket_;
  Session session_;
  Event event_;  // after the session: ssh_event_free() gives its poll handle back to it
  sys::EventLoop::Watcher watcher_;
  bool reading_paused_ = false, hung_up_ = false;
};

}  // namespace hitl::ssh
