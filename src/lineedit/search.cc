// SPDX-License-Identifier: Apache-2.0
#include "lineedit/search.h"

#include <fmt/format.h>

#include "base/visible.h"

namespace hitl::lineedit {

Search::Search(const History& history, std::size_t offset, bool forward)
    : history_(history), forward_(forward), now_{history.position(), offset, false, 0} {}

bool Search::add(std::string_view character) {
  if (query_.size() + character.size() > kMaxQuery) return false;
  before_.push_back(now_);
  query_ += character;
  // what was not found will not be found with more behind it
  if (!now_.failed) find(false);
  now_.query = query_.size();
  return true;
}

bool Search::remove() {
  if (before_.empty()) return false;
  now_ = before_.back();
  before_.pop_back();
  query_.resize(now_.query);
  return true;
}

void Search::again(bool forward, std::string_view last) {
  const bool turned = forward != forward_;
  forward_ = forward;
  if (query_.empty()) {
    if (!last.empty()) add(last);
    return;
  }
  if (now_.failed && !turned) return;
  find(!turned);
}

void Search::find(bool beyond) {
  // rfind() is slow where there is nothing
  const auto last = [this](const std::string& text, std::size_t from) {
    return text.find(query_) == text.npos ? text.npos : text.rfind(query_, from);
  };
  const auto& here = history_.line(now_.line);
  std::size_t line = now_.line;
  std::size_t at = std::string::npos;
  if (forward_)
    at = here.find(query_, now_.offset + (beyond ? 1 : 0));
  else if (!beyond || now_.offset > 0)
    at = last(here, now_.offset - (beyond ? 1 : 0));
  while (at == std::string::npos) {
    if (line == (forward_ ? history_.size() : 0)) {
      now_.failed = true;
      return;
    }
    line += forward_ ? std::size_t{1} : std::size_t(-1);
    const auto& text = history_.line(line);
    if (text == here) continue;
    at = forward_ ? text.find(query_) : last(text, text.npos);
  }
  now_.line = line;
  now_.offset = at;
  now_.failed = false;
}

std::string Search::prompt() const {
  return fmt::format("({}{}i-search)`{}': ", now_.failed ? "failed " : "",
                     forward_ ? "" : "reverse-", visible(query_).str());
}

}  // namespace hitl::lineedit
