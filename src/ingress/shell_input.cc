// SPDX-License-Identifier: Apache-2.0
#include "ingress/shell_input.h"

#include <algorithm>
#include <utility>

#include "hitl/limits.h"

namespace hitl::ingress {
namespace {

constexpr char kInterrupt = '\x03';
constexpr std::string_view kKeys = "\x03\x1a\x1c";  // ^C ^Z ^\ act on the terminal
constexpr std::size_t kKeptSent = 64 * 1024;
constexpr std::size_t kMaxPrompt = 16 * 1024;
constexpr std::string_view kPasteOn = "\x1b[?2004h", kPasteOff = "\x1b[?2004l";

lineedit::Size size_of(const TerminalSize& s) {
  return {static_cast<int>(std::clamp(s.columns, 1u, 1'000u)),
          static_cast<int>(std::clamp(s.rows, 1u, 1'000u))};
}

}  // namespace

ShellInput::ShellInput(const Terminal& terminal) : terminal_(terminal) {
  if (terminal.wanted)
    tells_pastes_ = lineedit::terminal_of(terminal.type) != lineedit::Terminal::Dumb;
  if (terminal.wanted)
    editor_.emplace(size_of(terminal.size), lineedit::terminal_of(terminal.type));
}

ShellInput::Work ShellInput::take() { return std::exchange(work_, {}); }

// ---- the agent ---------------------------------------------------------------

void ShellInput::on_bytes(std::string_view bytes) {
  waiting_ += bytes;
  switch (state_) {
    case State::Opening:
    case State::Closing:
      return;
    case State::Prompt:
      return edit();
    case State::Asked:
      return look_for_interrupt();
    case State::Running:
      return pass_to_command();
  }
}

void ShellInput::on_end_of_input() {
  input_ended_ = true;
  if (state_ == State::Prompt) edit();
}

void ShellInput::on_resize(const TerminalSize& size) {
  if (!terminal_.wanted || size == terminal_.size) return;
  terminal_.size = size;
  work_.resize = size;
  work_.to_agent += editor_->resize(size_of(size));
}

// ---- the prompt ----------------------------------------------------------------

void ShellInput::prompt(bool is_printed) {
  state_ = State::Prompt;
  if (editor_) {
    const std::string& text = in_continuation_ ? continuation_ : prompt_;
    work_.to_agent += editor_->begin(text, is_printed && !in_continuation_);
    if (tells_pastes_) work_.to_agent += kPasteOn;
  }
  edit();
}

void ShellInput::edit() {
  if (!editor_) return read_lines();
  while (state_ == State::Prompt && !waiting_.empty()) {
    const auto step = editor_->feed(waiting_);
    waiting_.erase(0, step.consumed);
    work_.to_agent += step.output;
    if (tells_pastes_ && step.event != lineedit::Event::NeedMore) work_.to_agent += kPasteOff;
    switch (step.event) {
      case lineedit::Event::NeedMore:
        break;
      case lineedit::Event::Line:
        command_ += step.line;
        // It may have been longer: let the broker say so.
        if (step.line.size() >= lineedit::kMaxLine) command_.append(kMaxCommand, ' ');
        send_line(false);
        break;
      case lineedit::Event::Interrupt:
        command_.clear();
        in_continuation_ = false;
        prompt(false);
        return;
      case lineedit::Event::EndOfInput:
        if (in_continuation_) {
          command_.clear();
          in_continuation_ = false;
          work_.to_agent += "hitl: the input ended within a command\r\n";
          prompt(false);
          return;
        }
        command_ = "exit";
        send_line(true);
        break;
    }
  }
  if (state_ == State::Prompt && waiting_.empty() && input_ended_) {
    command_ = "exit";
    send_line(true);
  }
}

void ShellInput::read_lines() {
  const auto end = waiting_.find('\n');
  const bool last = end == std::string::npos;
  if (last && !input_ended_) {
    // Too long for one line: let the broker say so.
    if (waiting_.size() < kMaxWaiting) return;
  }
  if (last && waiting_.empty()) {
    if (!command_.empty()) {
      work_.to_agent += "hitl: the input ended within a command\n";
      command_.clear();
    }
    command_ = "exit";
    return send_line(true);
  }
  command_ += waiting_.substr(0, end);
  waiting_.erase(0, last ? waiting_.size() : end + 1);
  if (!in_continuation_ && command_.find_first_not_of(" \t\r") == std::string::npos) {
    command_.clear();
    return read_lines();
  }
  send_line(last);
}

void ShellInput::send_line(bool last) {
  state_ = State::Asked;
  in_continuation_ = false;
  if (command_.size() > kMaxCommand) command_.resize(kMaxCommand + 1);
  work_.line = command_;
  work_.last = last;
}

void ShellInput::on_more(const std::string& continuation) {
  if (state_ != State::Asked) return;
  continuation_ = continuation;
  command_ += '\n';
  in_continuation_ = true;
  prompt(false);
}

// ---- a line --------------------------------------------------------------------

void ShellInput::look_for_interrupt() {
  if (!terminal_.wanted) return;
  const auto at = waiting_.rfind(kInterrupt);
  if (at == std::string::npos) return;
  // As the terminal would: what was typed before it is gone.
  waiting_.erase(0, at + 1);
  work_.to_agent += "^C\r\n";
  work_.cancel = true;
}

void ShellInput::on_line_runs(std::uint32_t number, InputRole input) {
  if (state_ != State::Asked) return;
  state_ = State::Running;
  number_ = number;
  role_ = input;
  sent_ = 0;
  sent_tail_.clear();
  ended_ = done_ = false;
  pass_to_command();
}

void ShellInput::pass_to_command() {
  if (!terminal_.wanted || ended_) return;
  std::string in;
  if (role_ == InputRole::Data || role_ == InputRole::Raw) {
    in = std::exchange(waiting_, {});
  } else {
    // Keys act now; ^C also takes what was typed before it.
    std::string kept;
    for (const char c : waiting_) {
      if (kKeys.find(c) == std::string_view::npos) {
        kept += c;
        continue;
      }
      in += c;
      if (c == kInterrupt) kept.clear();
    }
    waiting_ = std::move(kept);
  }
  if (in.empty()) return;
  sent_ += in.size();
  sent_tail_ += in;
  if (sent_tail_.size() > kKeptSent) sent_tail_.erase(0, sent_tail_.size() - kKeptSent);
  work_.to_command += in;
}

void ShellInput::on_output(std::string_view bytes) {
  work_.to_agent += bytes;
  if (!bytes.empty()) in_mid_row_ = bytes.back() != '\n';
  if (state_ != State::Closing && state_ != State::Prompt) return;
  // The prompt, or what the background prints over it.
  prompt_ += bytes;
  if (prompt_.size() > kMaxPrompt) prompt_.erase(0, prompt_.size() - kMaxPrompt);
}

// What the command did not take is the agent's next input.
void ShellInput::on_line_end(const stream::LineEnd& end) {
  if (state_ == State::Prompt || state_ == State::Closing) return;
  const bool ran = state_ == State::Running;
  state_ = State::Closing;
  ended_ = true;
  prompt_.clear();
  if (!ran) return close_line();
  const std::uint64_t not_admitted = sent_ - std::min(sent_, end.accepted);
  const auto back = std::min<std::uint64_t>(not_admitted + end.unread, sent_tail_.size());
  auto returned = sent_tail_.substr(sent_tail_.size() - static_cast<std::size_t>(back));
  if (role_ != InputRole::Data && role_ != InputRole::Raw) returned.clear();  // keys
  waiting_ = returned + waiting_;
  close_line();
}

void ShellInput::on_prompt_end() {
  if (state_ != State::Closing) return;
  prompted_ = true;
  close_line();
}

void ShellInput::on_line_done() {
  done_ = true;
  close_line();
}

void ShellInput::on_prompt(const std::string& text) {
  stream_a_line_ = true;
  if (state_ == State::Prompt) return;
  command_.clear();
  prompt_ = text;
  if (terminal_.wanted && in_mid_row_) work_.to_agent += "\r\n";
  in_mid_row_ = false;
  prompt(false);
}

void ShellInput::close_line() {
  if (state_ != State::Closing || !ended_ || !done_) return;
  if (terminal_.wanted && !prompted_) return;
  prompted_ = done_ = ended_ = false;
  command_.clear();
  prompt(true);
}

}  // namespace hitl::ingress
