// SPDX-License-Identifier: Apache-2.0
#include "mask/scanner.h"

#include <algorithm>

#include "base/check.h"
#include "mask/check_digits.h"

namespace hitl::mask {
namespace {

// Kept before what may be under way, for expressions that look back (\b).
constexpr std::size_t kContext = 16;

bool passes(MaskCheck check, std::string_view secret) {
  switch (check) {
    case MaskCheck::None:
      return true;
    case MaskCheck::Luhn:
      return luhn(secret);
    case MaskCheck::Mod97:
      return mod97(secret);
  }
  return true;
}

}  // namespace

Scanner::Scanner(const Table& table) : table_(table), alive_from_(table.rules().size(), 0) {
  hs_stream_t* stream = nullptr;
  HITL_CHECK(hs_open_stream(table.database(), 0, &stream) == HS_SUCCESS);
  stream_.reset(stream);
}

int Scanner::on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned,
                      void* self) noexcept {
  auto& s = *static_cast<Scanner*>(self);
  from += s.origin_;
  to += s.origin_;
  const auto& rule = s.table_.rules()[s.table_.rule_of(id)];
  if (to - from > rule.width) return 0;
  // One that grows is reported at each byte; where each must pass a check, each counts.
  const bool grows =
      !s.matches_.empty() && s.matches_.back().expression == id && s.matches_.back().from == from;
  if (grows && rule.check == MaskCheck::None && !rule.before)
    s.matches_.back().to = to;
  else
    s.matches_.push_back({id, from, to});
  return 0;
}

void Scanner::feed(std::string_view text) {
  text_ += text;
  const auto rc = hs_scan_stream(stream_.get(), text.data(), static_cast<unsigned>(text.size()), 0,
                                 table_.scratch(), on_match, this);
  HITL_CHECK(rc == HS_SUCCESS);
  settle();
  look_ahead();
  const auto keep = std::min<std::size_t>(text_.size(), kMostHeld + kContext);
  base_ += text_.size() - keep;
  text_.erase(0, text_.size() - keep);
}

void Scanner::finish() {
  const auto rc = hs_reset_stream(stream_.get(), 0, table_.scratch(), on_match, this);
  HITL_CHECK(rc == HS_SUCCESS);
  settle();
  base_ = origin_ = undecided_ = secret_ = end();
  text_.clear();
  std::ranges::fill(alive_from_, base_);
}

void Scanner::settle() {
  for (const auto& m : std::exchange(matches_, {})) accept(m);
}

void Scanner::accept(const Match& m) {
  const auto index = table_.rule_of(m.expression);
  const auto& rule = table_.rules()[index];
  Span span{m.from, m.to - rule.after.size(), index};
  if (rule.before) {
    const auto until = std::string_view(text_).substr(0, m.to - base_);
    const auto begin = rule.before->matched(until, m.from - base_, is_beginning());
    if (!begin) return;
    span.begin = base_ + *begin;
  }
  if (span.begin >= span.end || !passes(rule.check, text(span.begin, span.end))) return;
  found_.push_back(span);
}

// From where on a match of `rule` may be under way; `from` moves to the first start
// that can still become one.
Position Scanner::under_way(std::size_t index, Position& from) const {
  const auto& rule = table_.rules()[index];
  const auto width = std::min<Position>(rule.width, end() - base_);
  from = std::max({from, base_, end() - width});
  if (!rule.whole) {
    const auto fits = [&](std::string_view tail) {
      return std::ranges::any_of(rule.literals, [&](const auto& l) {
        return l.size() > tail.size() && l.starts_with(tail);
      });
    };
    while (from < end() && !fits(text(from, end()))) ++from;
    return from;
  }
  bool first = true;
  Position secret = end();
  for (Position at = from; at < secret; ++at) {
    const auto found = rule.whole->under_way(text_, at - base_, is_beginning());
    at = found ? base_ + *found : end();
    if (std::exchange(first, false)) from = at;
    if (!found) break;
    if (!rule.before) return at;
    // While that is not complete, nothing secret has come.
    if (const auto begin = rule.before->matched(text_, at - base_, is_beginning()))
      secret = std::min(secret, base_ + *begin);
  }
  return secret;
}

void Scanner::look_ahead() {
  undecided_ = secret_ = end();
  for (std::size_t i = 0; i < table_.rules().size(); ++i) {
    const auto at = under_way(i, alive_from_[i]);
    undecided_ = std::min(undecided_, at);
    if (!table_.rules()[i].personal) secret_ = std::min(secret_, at);
  }
}

}  // namespace hitl::mask
