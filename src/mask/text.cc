// SPDX-License-Identifier: Apache-2.0
#include "mask/text.h"

#include <algorithm>

#include "mask/coverage.h"

namespace hitl::mask {
namespace {

struct Found {
  std::size_t begin, end, rule;
};

std::vector<Found> find(const Table& table, std::string_view text) {
  Scanner scanner(table);
  Coverage coverage(table);
  scanner.feed(text);
  scanner.finish();
  coverage.add(scanner.take());
  std::vector<Found> out;
  for (std::size_t i = 0; i < text.size();) {
    if (const auto plain = coverage.plain_until(i); plain > i) {
      i = std::min<Position>(plain, text.size());
      continue;
    }
    const auto answer = coverage.at(i, text[i]);
    if (answer.begins) out.push_back({i, i, *answer.begins});
    ++i;
    if (answer.masked) out.back().end = i;
  }
  return out;
}

MaskedText replaced(const Table& table, std::string_view text, const std::vector<Found>& found) {
  MaskedText out;
  std::size_t at = 0;
  for (const auto& f : found) {
    const auto& rule = table.rules()[f.rule];
    out.text += text.substr(at, f.begin - at);
    const auto begin = out.text.size();
    out.text += rule.replacement;
    for (const char c : text.substr(f.begin, f.end - f.begin))
      if (c == '\n' || c == '\r') out.text += c;
    out.edits.push_back({f.begin, f.end, begin, out.text.size() - begin});
    ++out.counts[rule.name];
    at = f.end;
  }
  out.text += text.substr(at);
  return out;
}

// Quotes, comments and expansions of a shell, as far as they part literals from the rest.
class Lexer {
 public:
  Lexer(std::string_view text, std::span<const Part> bodies) : text_(text), bodies_(bodies) {}

  std::vector<Part> parts() {
    while (at_ < text_.size()) {
      if (!bodies_.empty() && at_ >= bodies_.front().first) {
        body(bodies_.front());
        bodies_ = bodies_.subspan(1);
      } else {
        step();
      }
    }
    close();
    return std::move(parts_);
  }

 private:
  enum class State : char { Code, Single, Double, Dollar };  // Dollar: $'…'

  void close() {
    if (open_) parts_.emplace_back(begin_, at_);
    open_ = false;
  }
  void open() {
    if (!open_) begin_ = at_;
    open_ = true;
  }
  // Takes n bytes that are of a literal, or of its quotes.
  void take(std::size_t n) {
    open();
    at_ = std::min(at_ + n, text_.size());
  }
  void skip() {
    close();
    ++at_;
  }

  // It may be a script: so a part ends at what is an operator there, and goes on over
  // the end of a line only where the next one is a single word, as in a key.
  void body(const Part& b) {
    close();
    const auto end = std::min(b.second, text_.size());
    for (at_ = b.first; at_ < end;) {
      const auto next = text_.substr(at_ + 1, end - at_ - 1);
      const bool ends =
          text_[at_] == '\n' &&
          next.substr(0, next.find('\n')).find_first_of(" \t") != std::string_view::npos;
      ends || std::string_view(";|&<>()$`").find(text_[at_]) != std::string_view::npos ? skip()
                                                                                       : take(1);
    }
    close();
  }

  void step() {
    const char c = text_[at_];
    auto& state = states_.back();
    switch (state) {
      case State::Single:
        if (c == '\'') state = State::Code;
        return take(1);
      case State::Dollar:
        if (c == '\'') state = State::Code;
        return take(c == '\\' ? 2 : 1);
      case State::Double:
        if (c == '"') state = State::Code;
        if (c == '$' || c == '`') return expansion();
        return take(c == '\\' ? 2 : 1);
      case State::Code:
        return code(c);
    }
  }

  void expansion() {
    const bool list = text_.substr(at_, 2) == "$(";
    const bool tick = text_[at_] == '`';
    skip();
    if (list) {
      skip();
      states_.push_back(State::Code);
    } else if (tick) {
      // In a command that is understood there are none; in another one the rest is code.
      states_.push_back(State::Code);
    } else if (text_.substr(at_, 1) == "{") {
      while (at_ < text_.size() && text_[at_] != '}' && text_[at_] != '\n') skip();
    }
  }

  void code(char c) {
    if (c == '\\') return take(2);
    if (c == '#' && !open_) {
      // Words of a comment are apart, and quotes nothing.
      while (at_ < text_.size() && text_[at_] != '\n')
        text_[at_] == ' ' || text_[at_] == '\t' ? skip() : take(1);
      return close();
    }
    if (c == '\'' || c == '"') {
      states_.back() = c == '"' ? State::Double : State::Single;
      return take(1);
    }
    if (c == '$' && text_.substr(at_, 2) == "$'") {
      states_.back() = State::Dollar;
      return take(2);
    }
    if (c == '$' || c == '`') return expansion();
    if (c == ')' && states_.size() > 1) states_.pop_back();
    if (std::string_view(" \t\n\r;|&<>()").find(c) != std::string_view::npos) return skip();
    take(1);
  }

  std::string_view text_;
  std::span<const Part> bodies_;
  std::size_t at_ = 0, begin_ = 0;
  bool open_ = false;
  std::vector<State> states_ = {State::Code};
  std::vector<Part> parts_;
};

}  // namespace

std::uint32_t MaskedText::moved(std::uint32_t offset) const {
  std::size_t now = offset;
  for (const auto& e : edits) {
    if (offset < e.begin) break;
    if (offset < e.end) return static_cast<std::uint32_t>(e.at);
    now = e.at + e.size + (offset - e.end);
  }
  return static_cast<std::uint32_t>(now);
}

MaskedText mask_prose(const Table* table, std::string_view text) {
  if (table == nullptr) return {std::string(text), {}, {}};
  return replaced(*table, text, find(*table, text));
}

std::vector<Part> literal_parts(std::string_view command, std::span<const Part> bodies) {
  return Lexer(command, bodies).parts();
}

MaskedText mask_command(const Table* table, std::string_view text, std::span<const Part> bodies) {
  if (table == nullptr) return {std::string(text), {}, {}};
  auto found = find(*table, text);
  if (found.empty()) return {std::string(text), {}, {}};
  const auto parts = literal_parts(text, bodies);
  std::vector<Found> inside;
  for (auto f : found) {
    const auto part =
        std::ranges::find_if(parts, [&](const Part& p) { return p.second > f.begin; });
    if (part == parts.end() || part->first >= f.end) continue;
    f.begin = std::max(f.begin, part->first);
    f.end = std::min(f.end, part->second);
    inside.push_back(f);
  }
  return replaced(*table, text, inside);
}

}  // namespace hitl::mask
