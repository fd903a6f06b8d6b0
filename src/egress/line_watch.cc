// SPDX-License-Identifier: Apache-2.0
#include "egress/line_watch.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace hitl::egress {
namespace {

constexpr char kRs = '\036';
constexpr std::string_view kRuns = "run";

// How many bytes at the end of `s` may be the beginning of `mark`.
std::size_t begun_mark(std::string_view s, std::string_view mark) {
  for (std::size_t n = std::min(s.size(), mark.size() - 1); n > 0; --n)
    if (s.substr(s.size() - n) == mark.substr(0, n)) return n;
  return 0;
}

}  // namespace

bool LineWatch::begin(std::string_view nonce) {
  if (state_ == State::Running) return false;
  if (state_ == State::Prompt) {  // it never ended; what is held is its
    pass(streams_[0], false, streams_[0].held.size());
    ready_.push_back({Kind::PromptEnd, false, ""});
  }
  state_ = State::Running;
  nonce_ = nonce;
  mark_ = kRs + nonce_ + kRs;
  begun_ = has_status_ = false;
  status_ = {};
  streams_[0].ended = false;
  streams_[1].ended = terminal_;  // there is no such stream
  return true;
}

// Records of lines that are over, and what is no record of ours, are skipped.
bool LineWatch::parse_status() {
  const std::string runs = nonce_ + '\0' + std::string(kRuns) + '\0';
  if (const auto at = record_.find(runs); at != std::string::npos) {
    begun_ = true;
    record_.erase(0, at + runs.size());
  }
  const auto begin = record_.find(nonce_ + '\0');
  if (begin == std::string::npos) return false;
  std::array<std::string_view, 4> fields;  // status, cwd, flags, unread
  const std::size_t wanted = terminal_ ? 4 : 3;
  std::size_t at = begin + nonce_.size() + 1;
  for (std::size_t i = 0; i < wanted; ++i) {
    const auto end = record_.find('\0', at);
    if (end == std::string::npos) return false;
    fields[i] = std::string_view(record_).substr(at, end - at);
    at = end + 1;
  }
  Status s;
  const auto* last = fields[0].data() + fields[0].size();
  if (std::from_chars(fields[0].data(), last, s.status).ptr != last) s.status = 255;
  s.cwd = fields[1];
  s.flags = fields[2];
  s.unread = fields[3];
  status_ = std::move(s);
  record_.erase(0, at);
  return true;
}

void LineWatch::on_status(std::string_view bytes) {
  record_ += bytes;
  if (record_.size() > kMaxStatus) record_.erase(0, record_.size() - kMaxStatus);
  if (state_ == State::Running && !has_status_ && parse_status()) has_status_ = true;
  advance();
}

void LineWatch::on_output(bool is_stderr, std::string_view bytes) {
  streams_[is_stderr ? 1 : 0].held += bytes;
  advance();
}

void LineWatch::pass(Stream& s, bool is_stderr, std::size_t size) {
  if (size == 0) return;
  ready_.push_back({Kind::Output, is_stderr, s.held.substr(0, size)});
  s.held.erase(0, size);
}

void LineWatch::advance_running(Stream& s, bool is_stderr) {
  // The true one is the last: it is written after the status.
  const auto at = has_status_ ? s.held.rfind(mark_) : s.held.find(mark_);
  if (at == std::string::npos) return pass(s, is_stderr, s.held.size() - begun_mark(s.held, mark_));
  if (!has_status_) {
    pass(s, is_stderr, at);
    if (s.held.size() > kMaxHeld) pass(s, is_stderr, s.held.size());
    return;
  }
  pass(s, is_stderr, at);
  s.held.erase(0, mark_.size());
  s.ended = true;
}

void LineWatch::advance_prompt() {
  auto& s = streams_[0];
  const auto at = s.held.find(kRs);
  if (at == std::string::npos && s.held.size() <= kMaxPrompt) return pass(s, false, s.held.size());
  pass(s, false, std::min(at, s.held.size()));
  if (at != std::string::npos) s.held.erase(0, 1);
  ready_.push_back({Kind::PromptEnd, false, ""});
  state_ = State::Idle;
}

void LineWatch::advance() {
  if (state_ == State::Running) {
    for (const bool is_stderr : {false, true})
      if (auto& s = streams_[is_stderr ? 1 : 0]; !s.ended) advance_running(s, is_stderr);
    if (streams_[0].ended && streams_[1].ended && has_status_) {
      ready_.push_back({Kind::LineEnd, false, ""});
      state_ = terminal_ ? State::Prompt : State::Idle;
    }
  }
  if (state_ == State::Prompt) advance_prompt();
  if (state_ == State::Idle)
    for (const bool is_stderr : {false, true}) {
      auto& s = streams_[is_stderr ? 1 : 0];
      pass(s, is_stderr, s.held.size());
    }
}

std::vector<LineWatch::Piece> LineWatch::take() { return std::exchange(ready_, {}); }

std::vector<LineWatch::Piece> LineWatch::take_rest() {
  for (const bool is_stderr : {false, true}) {
    auto& s = streams_[is_stderr ? 1 : 0];
    pass(s, is_stderr, s.held.size());
  }
  return take();
}

}  // namespace hitl::egress
