// SPDX-License-Identifier: Apache-2.0
// A program of the operator's own, ssh or ssh-keygen, with a socket as its
// standard input and output.  It is found by PATH, has the operator's own
// environment, and ends with this.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace hitl::console {

class Tool {
 public:
  // Talks: it may ask on the terminal, and its standard error is ours.  Silent: it
  // has neither, for the screen is on the terminal.
  enum class Manner : std::uint8_t { Talks, Silent };
  static Result<std::unique_ptr<Tool>> start(std::vector<std::string> argv, Manner manner);
  Tool(const Tool&) = delete;
  Tool& operator=(const Tool&) = delete;
  ~Tool();

  Fd take_socket() { return std::move(socket_); }
  // Waits for its end; whether that was exit status 0.
  bool succeeded();

 private:
  Tool(pid_t pid, Fd socket) : pid_(pid), socket_(std::move(socket)) {}
  std::optional<pid_t> pid_;
  Fd socket_;
};

}  // namespace hitl::console
