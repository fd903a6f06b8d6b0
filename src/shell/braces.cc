// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "shell/piece.h"

namespace hitl::shell {
namespace {

// A word as a row of units: one unquoted character, or a whole other piece.
struct Unit {
  char bare = '\0';
  const Piece* piece = nullptr;
};
using Units = std::vector<Unit>;

Units units_of(const Pieces& word) {
  Units units;
  for (const auto& p : word) {
    if (p.kind != Piece::Kind::Bare) {
      units.push_back({'\0', &p});
      continue;
    }
    for (const char c : p.text) units.push_back({c, &p});
  }
  return units;
}

Pieces pieces_of(const Units& units) {
  Pieces word;
  for (const auto& u : units) {
    if (u.bare == '\0') {
      word.push_back(*u.piece);
    } else if (!word.empty() && word.back().kind == Piece::Kind::Bare) {
      word.back().text.push_back(u.bare);
    } else {
      Piece p;
      p.text.push_back(u.bare);
      p.begin = u.piece->begin;
      word.push_back(std::move(p));
    }
  }
  return word;
}

class Expander {
 public:
  Expander(const Units& units, std::size_t limit) : units_(units), limit_(limit) {}

  const char* reason() const { return reason_; }

  // The alternatives of units [from, to), in which braces are balanced.
  std::vector<Units> sequence(std::size_t from, std::size_t to) {
    std::vector<Units> words(1);
    for (std::size_t i = from; i < to && reason_ == nullptr;) {
      if (units_[i].bare != '{') {
        for (auto& w : words) w.push_back(units_[i]);
        ++i;
        continue;
      }
      const auto close = closing(i, to);
      if (reason_ != nullptr) break;
      words = product(words, group(i, close));
      i = close + 1;
    }
    return words;
  }

 private:
  std::size_t closing(std::size_t open, std::size_t to) {
    int depth = 0;
    for (std::size_t i = open; i < to; ++i) {
      if (units_[i].bare == '{') ++depth;
      if (units_[i].bare == '}' && --depth == 0) return i;
    }
    reason_ = "braces are not balanced: quote them";
    return to;
  }

  std::vector<Units> group(std::size_t open, std::size_t close) {
    std::vector<std::size_t> commas = {open};
    int depth = 0;
    bool inner_comma = false;
    bool dots = false;
    for (std::size_t i = open + 1; i < close; ++i) {
      const char c = units_[i].bare;
      if (c == '{') ++depth;
      if (c == '}') --depth;
      if (c == ',' && depth == 0) commas.push_back(i);
      if (c == ',' && depth > 0) inner_comma = true;
      if (c == '.' && units_[i + 1].bare == '.') dots = true;
    }
    if (commas.size() == 1) {
      if (inner_comma) return reason_ = "a brace around braces has no comma: quote it", empty();
      return dots ? range(open, close) : literal(open, close);
    }
    if (dots && inner_comma) return reason_ = "a range among nested braces: write it out", empty();
    commas.push_back(close);
    std::vector<Units> words;
    for (std::size_t i = 0; i + 1 < commas.size() && reason_ == nullptr; ++i) {
      for (auto& w : sequence(commas[i] + 1, commas[i + 1])) words.push_back(std::move(w));
      if (words.size() > limit_) reason_ = "brace expansion makes too many words";
    }
    return words;
  }

  std::vector<Units> literal(std::size_t open, std::size_t close) {
    const auto at = units_.begin();
    return {
        Units(at + static_cast<std::ptrdiff_t>(open), at + static_cast<std::ptrdiff_t>(close) + 1)};
  }

  // {1..9}: plain integers without leading zeros, no step.
  std::vector<Units> range(std::size_t open, std::size_t close) {
    std::string text;
    for (std::size_t i = open + 1; i < close; ++i) {
      if (units_[i].bare == '\0') return unknown_range();
      text.push_back(units_[i].bare);
    }
    const auto dots = text.find("..");
    int first = 0;
    int last = 0;
    if (dots == std::string::npos || !integer(text.substr(0, dots), first) ||
        !integer(text.substr(dots + 2), last))
      return unknown_range();
    if (static_cast<std::size_t>(std::abs(last - first)) >= limit_)
      return reason_ = "brace expansion makes too many words", empty();
    std::vector<Units> words;
    for (int n = first;; n += first <= last ? 1 : -1) {
      Units w;
      for (const char c : std::to_string(n)) w.push_back({c, units_[open].piece});
      words.push_back(std::move(w));
      if (n == last) return words;
    }
  }

  std::vector<Units> unknown_range() {
    reason_ = "a brace range other than of plain integers: write it out";
    return empty();
  }

  static bool integer(std::string_view text, int& value) {
    const auto digits = text.starts_with('-') ? text.substr(1) : text;
    if (digits.empty() || digits.size() > 6 || (digits[0] == '0' && text != "0")) return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size();
  }

  std::vector<Units> product(const std::vector<Units>& left, const std::vector<Units>& right) {
    std::vector<Units> words;
    if (left.size() * right.size() > limit_)
      return reason_ = "brace expansion makes too many words", words;
    for (const auto& l : left)
      for (const auto& r : right) {
        words.push_back(l);
        words.back().insert(words.back().end(), r.begin(), r.end());
      }
    return words;
  }

  static std::vector<Units> empty() { return {}; }

  const Units& units_;
  std::size_t limit_;
  const char* reason_ = nullptr;
};

bool has_bare(const Pieces& word, std::string_view text) {
  return std::ranges::any_of(word, [&](const Piece& p) {
    return p.kind == Piece::Kind::Bare && p.text.find(text) != std::string::npos;
  });
}

}  // namespace

std::optional<std::vector<Pieces>> expand_braces(Pieces word, std::size_t limit,
                                                 const char** reason) {
  std::vector<Pieces> words;
  if (!has_bare(word, "{") || (!has_bare(word, ",") && !has_bare(word, ".."))) {
    words.push_back(std::move(word));
    return words;
  }
  const auto units = units_of(word);
  int depth = 0;
  for (const auto& u : units) {
    depth += (u.bare == '{' ? 1 : 0) - (u.bare == '}' ? 1 : 0);
    if (depth < 0) break;
  }
  if (depth != 0) {
    *reason = "braces are not balanced: quote them";
    return std::nullopt;
  }
  Expander expander(units, limit);
  const auto expanded = expander.sequence(0, units.size());
  if ((*reason = expander.reason()) != nullptr) return std::nullopt;
  if (expanded.size() > 1) {
    // Expansion is textual: $a{1,2} would be $a1 $a2.
    for (const auto& p : word)
      if (p.unbraced || (p.kind == Piece::Kind::Bare && p.text.find('$') != std::string::npos)) {
        *reason = "a $name beside brace expansion: write ${name}";
        return std::nullopt;
      }
    if (has_bare(word, "~")) {
      *reason = "a tilde beside brace expansion: write the words out";
      return std::nullopt;
    }
  }
  for (const auto& w : expanded) words.push_back(pieces_of(w));
  return words;
}

}  // namespace hitl::shell
