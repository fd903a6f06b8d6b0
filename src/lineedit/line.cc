// SPDX-License-Identifier: Apache-2.0
#include "lineedit/line.h"

#include <utility>

#include "base/check.h"
#include "lineedit/glyph.h"

namespace hitl::lineedit {
namespace {

// As many typed characters as readline takes back at once.
constexpr std::size_t kTypedTogether = 20;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

}  // namespace

std::size_t Line::cost(const Edit& edit) {
  return sizeof(Edit) + edit.removed.size() + edit.inserted.size();
}

void Line::set(std::string text, std::size_t cursor) {
  HITL_CHECK(text.size() <= kMaxLine && cursor <= text.size());
  text_ = std::move(text);
  cursor_ = cursor;
  edits_.clear();
  edits_cost_ = 0;
}

void Line::move(std::size_t to) {
  HITL_CHECK(to <= text_.size());
  cursor_ = glyph_border(text_, to);
}

bool Line::replace(std::size_t from, std::size_t to, std::string_view with, Run run) {
  HITL_CHECK(from <= to && to <= text_.size());
  if (text_.size() - (to - from) + with.size() > kMaxLine) return false;
  if (from == to && with.empty()) return true;
  const bool joins = run != Run::None && from == to && !edits_.empty() &&
                     edits_.back().run == run && cursor_ == from &&
                     edits_.back().at + edits_.back().inserted.size() == from &&
                     (run == Run::Pasted || edits_.back().inserted.size() < kTypedTogether);
  if (joins) {
    edits_.back().inserted += with;
    edits_cost_ += with.size();
  } else {
    edits_.push_back({from, cursor_, text_.substr(from, to - from), std::string(with), run});
    edits_cost_ += cost(edits_.back());
  }
  while (edits_cost_ > kMaxUndo && edits_.size() > 1) {
    edits_cost_ -= cost(edits_.front());
    edits_.pop_front();
  }
  text_.replace(from, to - from, with);
  move(from + with.size());
  return true;
}

void Line::erase(std::size_t from, std::size_t to) { HITL_CHECK(replace(from, to, "")); }

bool Line::undo() {
  if (edits_.empty()) return false;
  const auto& edit = edits_.back();
  text_.replace(edit.at, edit.inserted.size(), edit.removed);
  move(edit.cursor);
  edits_cost_ -= cost(edit);
  edits_.pop_back();
  return true;
}

std::string_view Line::glyph(std::size_t at) const {
  const auto rest = std::string_view(text_).substr(at);
  return rest.substr(0, glyph_size(rest));
}

std::size_t Line::left(std::size_t at) const { return at == 0 ? 0 : glyph_before(text_, at); }

std::size_t Line::right(std::size_t at) const { return at + glyph(at).size(); }

std::size_t Line::word_left(std::size_t at) const {
  while (at > 0 && !is_word(glyph(left(at)))) at = left(at);
  while (at > 0 && is_word(glyph(left(at)))) at = left(at);
  return at;
}

std::size_t Line::word_right(std::size_t at) const {
  while (at < text_.size() && !is_word(glyph(at))) at = right(at);
  while (at < text_.size() && is_word(glyph(at))) at = right(at);
  return at;
}

std::size_t Line::blank_word_left(std::size_t at) const {
  while (at > 0 && is_blank(text_[at - 1])) --at;
  while (at > 0 && !is_blank(text_[at - 1])) --at;
  return at;
}

}  // namespace hitl::lineedit
