// SPDX-License-Identifier: Apache-2.0
// Finds the ends of a shell session's lines in what the target sends
// (src/shell/keeper.h has the form).  Pure.
//
// The status comes by the control connection and the mark in the output, in any
// order; a line has ended when both are there.  What a command prints can only
// look like a mark, and then waits for the status in vain: it decides nothing,
// and only where output ends and the prompt begins is taken from it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hitl::egress {

class LineWatch {
 public:
  // What looks like a mark waits for the status so long, and a prompt for its end.
  static constexpr std::size_t kMaxHeld = 64 * 1024, kMaxPrompt = 16 * 1024;
  static constexpr std::size_t kMaxStatus = 256 * 1024;  // type-ahead included

  struct Status {
    std::int32_t status = 0;
    std::string cwd, flags;
    std::string unread;
  };
  enum class Kind : std::uint8_t { Output, LineEnd, PromptEnd };
  struct Piece {
    Kind kind = Kind::Output;
    bool is_stderr = false;
    std::string bytes;
  };

  explicit LineWatch(bool terminal) : terminal_(terminal) {}

  // The next line is sent.  False: the one before has not ended.
  bool begin(std::string_view nonce);
  bool running() const { return state_ == State::Running; }
  // The shell has read all of the line, and has not told its end: what is typed is
  // the line's.  With a terminal only.
  bool takes_input() const { return state_ == State::Running && begun_ && !has_status_; }

  // From the control connection.
  void on_status(std::string_view bytes);
  // From the shell's.
  void on_output(bool is_stderr, std::string_view bytes);
  // What has become certain since the last call, in order.
  std::vector<Piece> take();
  // All that is left: the shell has ended.
  std::vector<Piece> take_rest();
  // Of the line that ended last.
  const Status& status() const { return status_; }

 private:
  enum class State : std::uint8_t { Idle, Running, Prompt };
  struct Stream {
    std::string held;
    bool ended = false;
  };

  void advance();
  void advance_running(Stream& s, bool is_stderr);
  void advance_prompt();
  void pass(Stream& s, bool is_stderr, std::size_t size);
  bool parse_status();

  bool terminal_;
  State state_ = State::Idle;
  std::string mark_;  // RS NONCE RS
  std::string nonce_;
  std::string record_;  // of the control connection, unread
  bool begun_ = false, has_status_ = false;
  Status status_;
  std::array<Stream, 2> streams_;
  std::vector<Piece> ready_;
};

}  // namespace hitl::egress
