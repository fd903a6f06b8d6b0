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
  for (std::size_t at = 0; at < bytes.size();) {
    if (escapes_.idle()) {
      const auto* end = std::find_if(bytes.begin() + at, bytes.end(), is_control);
      const auto size = static_cast<std::size_t>(end - (bytes.begin() + at));
      fresh_ += bytes.substr(at, size);
      if (size > 0) escapes_in_a_row_ = 0;
      at += size;
      if (at == bytes.size()) break;
    }
    const char c = bytes[at++];
    if (escapes_.is_text(c)) {
      fresh_ += c;
      escapes_in_a_row_ = 0;
      continue;
    }
    if (++escapes_in_a_row_ > kMostEscapes) {
      escapes_in_a_row_ = 0;
      end_text(out);
    }
    const auto here = done_ + held_.size() + fresh_.size();
    if (escaped_.empty() || escaped_.back().at != here) escaped_.push_back({here, 0});
    ++escaped_.back().size;
    escape_bytes_ += c;
  }
  scan(out);
  let_out(scanner_->undecided(), out);
  return out;
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

void Masker::scan(std::string&) {
  if (fresh_.empty()) return;
  scanner_->feed(fresh_);
  coverage_->add(scanner_->take());
  held_ += fresh_;
  fresh_.clear();
}

void Masker::end_text(std::string& out) {
  scan(out);
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
