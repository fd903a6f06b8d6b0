// SPDX-License-Identifier: Apache-2.0
#include "mask/masker.h"

#include <algorithm>
#include <utility>

namespace hitl::mask {

Masker::Masker(std::shared_ptr<const Table> table) : table_(std::move(table)) {
  if (!table_) return;
  scanner_.emplace(*table_);
  coverage_.emplace(*table_);
}

std::string Masker::feed(std::string_view bytes) {
  if (!table_) return std::string(bytes);
  std::string out;
  while (!bytes.empty()) {
    const bool idle = escapes_.idle();
    const auto run_of = [&](bool control) {
      std::size_t n = 0;
      while (n < bytes.size() && is_control(bytes[n]) == control && bytes[n] != kEscape) ++n;
      return n;
    };
    std::size_t size = idle ? run_of(false) : 0;
    if (size > 0) {
      take_text(bytes.substr(0, size));
    } else if (size = idle ? run_of(true) : 0; size > 0) {
      take_escapes(bytes.substr(0, size), out);
    } else {
      size = 1;
      if (escapes_.is_text(bytes[0]))
        take_text(bytes.substr(0, 1));
      else
        take_escapes(bytes.substr(0, 1), out);
    }
    bytes.remove_prefix(size);
  }
  scan();
  let_out(scanner_->undecided(), out);
  return out;
}

void Masker::take_text(std::string_view text) {
  fresh_ += text;
  escapes_in_a_row_ = 0;
}

void Masker::take_escapes(std::string_view bytes, std::string& out) {
  escapes_in_a_row_ += bytes.size();
  if (escapes_in_a_row_ > kMostEscapes && (!fresh_.empty() || scanner_->begun())) end_text(out);
  const auto here = done_ + held_.size() + fresh_.size();
  if (escaped_.empty() || escaped_.back().at != here) escaped_.push_back({here, 0});
  escaped_.back().size += bytes.size();
  escape_bytes_ += bytes;
}

std::string Masker::flush() {
  if (!table_) return "";
  std::string out;
  let_out(std::min(scanner_->secret_under_way() + kMostOfSecret, scanner_->end()), out);
  return out;
}

std::string Masker::finish() {
  std::string out;
  if (table_) end_text(out);
  return out;
}

bool Masker::waits() const {
  return table_ && done_ < std::min(scanner_->secret_under_way() + kMostOfSecret, scanner_->end());
}

void Masker::scan() {
  if (fresh_.empty()) return;
  scanner_->feed(fresh_);
  coverage_->add(scanner_->take());
  held_ += fresh_;
  fresh_.clear();
}

void Masker::end_text(std::string& out) {
  scan();
  scanner_->finish();
  coverage_->add(scanner_->take());
  let_out(scanner_->end(), out);
  coverage_->end();
}

void Masker::let_out(Position limit, std::string& out) {
  const auto begin = done_;
  auto escape = escaped_.begin();
  std::size_t escape_at = 0;
  const auto escapes_before = [&](Position at) {
    for (; escape != escaped_.end() && escape->at <= at; ++escape) {
      out.append(escape_bytes_, escape_at, escape->size);
      escape_at += escape->size;
    }
  };
  while (done_ < limit) {
    escapes_before(done_);
    auto plain = std::min(coverage_->plain_until(done_), limit);
    if (escape != escaped_.end()) plain = std::min(plain, escape->at);
    if (plain > done_) {
      out.append(held_, done_ - begin, plain - done_);
      done_ = plain;
      continue;
    }
    const char c = held_[done_ - begin];
    const auto answer = coverage_->at(done_++, c);
    if (answer.begins) {
      const auto& rule = table_->rules()[*answer.begins];
      out += rule.replacement;
      ++counts_[rule.name];
    }
    if (!answer.masked || c == '\n' || c == '\r') out += c;
  }
  escapes_before(done_);
  held_.erase(0, done_ - begin);
  escaped_.erase(escaped_.begin(), escape);
  escape_bytes_.erase(0, escape_at);
}

}  // namespace hitl::mask
