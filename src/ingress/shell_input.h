// SPDX-License-Identifier: Apache-2.0
// The agent's end of a shell session: its keys and the prompt, or the lines of
// its script; and which of its bytes go where.  Pure: no channel, no socket.
//
//   Opening --> Prompt --> Asked --> Running --> Closing --> Prompt ...
//                 ^----------'  (More, or it did not run)
//
// Prompt: what is typed is edited here.  Asked: the line is with the broker.
// Running: as the ruling says, bytes go to the command, else they wait here.
// Closing: the line has ended, and the prompt is being printed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "hitl/ingress_protocol.h"
#include "hitl/stream_protocol.h"
#include "lineedit/editor.h"

namespace hitl::ingress {

class ShellInput {
 public:
  // What is to be done after each call, in this order.
  struct Work {
    std::string to_agent;                // standard output
    std::string to_command;              // for the stream, with number()
    std::optional<std::string> line;     // for the broker
    bool last = false;                   // nothing can follow the line
    bool cancel = false;                 // for the broker
    std::optional<TerminalSize> resize;  // for the broker
  };

  explicit ShellInput(const Terminal& terminal);

  // Of the agent.  May be called with no bytes.
  void on_bytes(std::string_view bytes);
  void on_end_of_input();
  void on_resize(const TerminalSize& size);
  // Bytes that wait here: beyond kMaxWaiting no more should come.
  static constexpr std::size_t kMaxWaiting = 64 * 1024;
  bool wants_bytes() const { return waiting_.size() < kMaxWaiting; }

  // Of the broker.
  void on_more(const std::string& continuation);
  void on_line_runs(std::uint32_t number, InputRole input);
  void on_line_done();
  // Of a session whose lines have a stream each: one has ended, or none ran.
  void on_prompt(const std::string& text);
  bool has_stream_a_line() const { return stream_a_line_; }

  // Of the stream.
  void on_output(std::string_view bytes);
  void on_line_end(const stream::LineEnd& end);
  void on_prompt_end();
  // Only the prompt is missing: when it does not come, on_prompt_end() may be called.
  bool awaits_prompt() const { return state_ == State::Closing && ended_ && done_ && !prompted_; }

  bool has_terminal() const { return terminal_.wanted; }
  std::uint32_t number() const { return number_; }
  Work take();
  std::string take_output() { return std::exchange(work_.to_agent, {}); }

 private:
  enum class State : std::uint8_t { Opening, Prompt, Asked, Running, Closing };

  void prompt(bool is_printed);
  void edit();
  void read_lines();
  void pass_to_command();
  void look_for_interrupt();
  void send_line(bool last);
  void close_line();

  Terminal terminal_;
  State state_ = State::Opening;
  std::optional<lineedit::Editor> editor_;  // with a terminal
  bool tells_pastes_ = false;
  bool stream_a_line_ = false;
  bool in_mid_row_ = false;  // after output
  Work work_;

  std::string waiting_;  // of the agent, in order
  bool input_ended_ = false;
  std::string command_;       // the line so far, all its lines
  std::string prompt_;        // as the shell printed it last
  std::string continuation_;  // PS2
  bool in_continuation_ = false;

  std::uint32_t number_ = 0;
  InputRole role_ = InputRole::None;
  std::uint64_t sent_ = 0;  // bytes to the running command
  std::string sent_tail_;   // the last of them
  bool ended_ = false, done_ = false,
       prompted_ = false;  // of the line's end: all three are awaited
};

}  // namespace hitl::ingress
